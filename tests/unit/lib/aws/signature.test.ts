import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { signed } from '../../../../lib/aws/signature.ts';

const keys = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' };
const credentials = { ...keys, sessionToken: undefined };
const AT = Date.UTC(2015, 7, 30, 12, 36);

describe('a signature', () => {
  // From AWS's own suite of test vectors for signature version 4.
  it.each([
    ['get-vanilla', 'GET', {}, '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31'],
    ['post-vanilla', 'POST', {}, '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      'post-header-key-sort',
      'POST',
      { 'my-header1': 'value1' },
      'c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c',
    ],
  ])('is the one of AWS’s vector %s', (_, method, more, signature) => {
    const headers = { host: 'example.amazonaws.com', ...more };
    const signer = { credentials, region: 'us-east-1', service: 'service', at: AT };
    const { authorization } = signed({ method, path: '/', headers, body: '' }, signer);
    const names = ['host', ...Object.keys(more), 'x-amz-date'].sort().join(';');
    expect(authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    );
  });

  it.each([undefined, 'a-session-token'])(
    'is the SDK’s for the same request, with the token %s',
    async sessionToken => {
      let sent: { headers: Record<string, string>; body: string } | undefined;
      const client = new DynamoDBClient({
        region: 'eu-west-1',
        credentials: { ...keys, ...(sessionToken !== undefined && { sessionToken }) },
        maxAttempts: 1,
        requestHandler: {
          handle: async (request: { headers: Record<string, string>; body: string }) => {
            sent = request;
            throw new Error('seen enough');
          },
        },
      });
      await client.send(new GetItemCommand({ TableName: 'things', Key: { pk: { S: 'à' } } })).catch(() => undefined);
      const { headers = {}, body = '' } = sent ?? {};
      const [, listed = ''] = /SignedHeaders=([^,]+)/.exec(headers.authorization ?? '') ?? [];
      const own = listed.split(';').filter(name => !['x-amz-date', 'x-amz-security-token'].includes(name));
      const at = Date.parse(
        String(headers['x-amz-date']).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'),
      );
      const ours = signed(
        { method: 'POST', path: '/', headers: Object.fromEntries(own.map(name => [name, headers[name] ?? ''])), body },
        { credentials: { ...keys, sessionToken }, region: 'eu-west-1', service: 'dynamodb', at },
      );
      expect(own).toContain('x-amz-target');
      expect(ours.authorization).toBe(headers.authorization);
      expect(ours['x-amz-security-token']).toBe(sessionToken);
    },
  );

  it('is another one for other keys, regions, services and days, whatever was signed before', () => {
    const request = { method: 'POST', path: '/', headers: { host: 'h' }, body: 'b' };
    const signer = { credentials, region: 'eu-west-1', service: 'dynamodb', at: AT };
    const others = [
      signer,
      { ...signer, credentials: { ...credentials, secretAccessKey: 'another' } },
      { ...signer, region: 'eu-west-2' },
      { ...signer, service: 'ssm' },
      { ...signer, at: AT + 86_400_000 },
    ];
    const signaturesOf = () => others.map(one => /Signature=(.+)$/.exec(signed(request, one).authorization ?? '')?.[1]);
    expect(new Set(signaturesOf()).size).toBe(others.length);
    expect(signaturesOf()).toEqual(signaturesOf());
  });
});
