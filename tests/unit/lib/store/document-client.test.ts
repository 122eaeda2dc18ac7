import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { afterEach, expect, it } from 'vitest';
import { createDocumentClient } from '../../../../lib/store/document-client.ts';

/** The client of commands on a person's machine; what it makes of answers is in client.test.ts. */
const { AWS_ENDPOINT_URL_DYNAMODB: before } = process.env;
afterEach(() => {
  if (before === undefined) delete process.env.AWS_ENDPOINT_URL_DYNAMODB;
  else process.env.AWS_ENDPOINT_URL_DYNAMODB = before;
});

/** The request as it would go out. */
const requestOf = async (endpoint?: string, Key: Record<string, unknown> = { pk: 'a' }) => {
  const client = createDocumentClient(endpoint);
  let request: unknown;
  client.middlewareStack.add(
    () => async args => {
      request = args.request;
      throw new Error('far enough');
    },
    { step: 'finalizeRequest', priority: 'high' },
  );
  await expect(client.send(new GetCommand({ TableName: 'things', Key }))).rejects.toThrow('far enough');
  return request as { hostname: string; port: number; body: Uint8Array };
};

const placeOf = async (endpoint?: string): Promise<string> => {
  const { hostname, port } = await requestOf(endpoint);
  return `${hostname}:${port}`;
};

it('goes where it is told to, or else where the SDK’s own variable says', async () => {
  process.env.AWS_ENDPOINT_URL_DYNAMODB = 'http://127.0.0.1:7';
  expect([await placeOf('http://127.0.0.1:9'), await placeOf()]).toEqual(['127.0.0.1:9', '127.0.0.1:7']);
});

it('leaves out what is undefined', async () => {
  const { body } = await requestOf('http://127.0.0.1:9', { pk: { none: undefined } });
  expect(JSON.parse(new TextDecoder().decode(body))).toEqual({ TableName: 'things', Key: { pk: { M: {} } } });
});

it('tries three times, and waits a second for a connection and three for an answer', async () => {
  const client = createDocumentClient('http://127.0.0.1:9');
  const { maxAttempts, requestHandler } = client.config;
  expect(await maxAttempts()).toBe(3);
  // What the handler goes by is known once it has been used.
  await expect(client.send(new GetCommand({ TableName: 'things', Key: { pk: 'a' } }))).rejects.toThrow();
  expect((requestHandler as { httpHandlerConfigs?(): object }).httpHandlerConfigs?.()).toMatchObject({
    connectionTimeout: 1000,
    requestTimeout: 3000,
    throwOnRequestTimeout: true,
  });
});

it('takes other settings in the place of its own', async () => {
  expect(await createDocumentClient(undefined, { maxAttempts: 1 }).config.maxAttempts()).toBe(1);
});
