import { describe, expect, it } from 'vitest';
import { created, file, noContent, ok, redirect, toResponse } from '../../../../lib/http/answers.ts';

const SECURITY = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000',
};

describe('an answer on the wire', () => {
  it('is JSON with the request id and the security headers', () => {
    expect(toResponse(ok({ a: [1, null] }), 'r-1')).toEqual({
      statusCode: 200,
      headers: { ...SECURITY, 'x-request-id': 'r-1', 'content-type': 'application/json' },
      body: '{"a":[1,null]}',
    });
    expect(toResponse(created({ roomId: 'x' }), 'r-1')).toMatchObject({ statusCode: 201, body: '{"roomId":"x"}' });
  });

  it('has neither a body nor a type of one when there is nothing to say', () => {
    expect(toResponse(noContent(), 'r-2')).toEqual({
      statusCode: 204,
      headers: { ...SECURITY, 'x-request-id': 'r-2' },
    });
  });

  it('carries the headers of the answer itself', () => {
    const { headers } = toResponse({ status: 409, body: {}, headers: { 'retry-after': '2' } }, 'r-3');
    expect(headers).toEqual({
      ...SECURITY,
      'x-request-id': 'r-3',
      'content-type': 'application/json',
      'retry-after': '2',
    });
  });

  it('can send somebody on, and says nothing else then', () => {
    const address = 'https://files.bandyer.com/1?signature=a%2Fb';
    const headers = { ...SECURITY, 'x-request-id': 'r-4', location: address };
    expect(toResponse(redirect(address), 'r-4')).toEqual({ statusCode: 302, headers });
  });

  it("hands out somebody else's file byte for byte, to be kept and not to be opened", () => {
    const bytes = Uint8Array.from([0, 255, 10, 226, 130]);
    const { isBase64Encoded, body, headers } = toResponse(file(bytes, 'text/vtt'), 'r-5');
    expect(isBase64Encoded).toBe(true);
    expect(Uint8Array.from(Buffer.from(body ?? '', 'base64'))).toEqual(bytes);
    expect(headers).toEqual({
      ...SECURITY,
      'x-request-id': 'r-5',
      'content-type': 'text/vtt',
      'content-disposition': 'attachment',
    });
  });
});
