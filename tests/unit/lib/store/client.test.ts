import { describe, expect, it } from 'vitest';
import { createStoreClient, type StoreClient, type StoreClientOptions } from '../../../../lib/store/client.ts';
import { createDocumentClient } from '../../../../lib/store/document-client.ts';
import {
  type Asked,
  answers,
  aScriptedServer,
  breaksOff,
  drips,
  hangs,
  resets,
  type Script,
} from '../../../support/scripted-server.ts';
import { onTheSdk } from '../../../support/store-clients.ts';

/** What our client makes of every kind of answer is what the SDK makes of it. */
const environment = { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: 'AKIDEXAMPLE', AWS_SECRET_ACCESS_KEY: 'invented' };
const never = new AbortController().signal;
const LONG = 20_000;
/** Enough for a machine that has much to do, and not long to wait for. */
const ANSWER_MS = 400;

const ours = (endpoint: string, more: Partial<StoreClientOptions> = {}): StoreClient =>
  createStoreClient({
    environment,
    endpoint,
    limits: { connectMs: 5000, answerMs: 5000 },
    attempts: { jitter: () => 0 },
    ...more,
  });
const sdks = (endpoint: string, requestTimeout = 5000): StoreClient =>
  onTheSdk(
    createDocumentClient(endpoint, {
      requestHandler: { connectionTimeout: 5000, requestTimeout, throwOnRequestTimeout: true },
    }),
  );
const CLIENTS: [name: string, open: (endpoint: string, answerMs?: number) => StoreClient][] = [
  ['our client', (endpoint, answerMs = 5000) => ours(endpoint, { limits: { connectMs: 5000, answerMs } })],
  ['the client of the SDK', sdks],
];

const get = (client: StoreClient, mostMs = LONG, signal = never) =>
  client.send('GetItem', { TableName: 'things', Key: { pk: 'a' } }, signal, mostMs);
const found = answers(200, { Item: { pk: { S: 'a' }, count: { N: '7' }, no: { NULL: true } } });
const refusal = (status: number, type: string): Script =>
  answers(status, { __type: `com.amazonaws.dynamodb.v20120810#${type}`, message: 'canary' });

describe.each(CLIENTS)('%s', (_name, open) => {
  it('asks in DynamoDB’s own form, and reads what it answers', async () => {
    const server = await aScriptedServer(found);
    expect(await get(open(server.url))).toMatchObject({ Item: { pk: 'a', count: 7, no: null } });
    const [{ method, url, headers, body }] = server.asked as [Asked];
    expect([method, url]).toEqual(['POST', '/']);
    expect(JSON.parse(body)).toEqual({ TableName: 'things', Key: { pk: { S: 'a' } } });
    expect(headers).toMatchObject({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.GetItem',
    });
    expect(headers.authorization).toMatch(
      /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/eu-west-1\/dynamodb\/aws4_request/,
    );
  });

  it('writes every kind of value, and leaves out what is undefined', async () => {
    const server = await aScriptedServer(answers(200, {}));
    const Item = {
      pk: 'a',
      list: [1, null, { deep: true }],
      none: undefined,
      empty: '',
      map: { x: -1.5, no: undefined },
    };
    await open(server.url).send('PutItem', { TableName: 'things', Item }, never, LONG);
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      TableName: 'things',
      Item: {
        pk: { S: 'a' },
        list: { L: [{ N: '1' }, { NULL: true }, { M: { deep: { BOOL: true } } }] },
        empty: { S: '' },
        map: { M: { x: { N: '-1.5' } } },
      },
    });
  });

  it('names what is not there by its absence', async () => {
    const server = await aScriptedServer(answers(200, {}));
    const { Item, Items } = await get(open(server.url));
    expect([Item, Items]).toEqual([undefined, undefined]);
  });

  it('reads the keys of a batch that were not read', async () => {
    const Keys = [{ pk: { S: 'b' } }];
    const server = await aScriptedServer(
      answers(200, { Responses: { things: [{ pk: { S: 'a' } }] }, UnprocessedKeys: { things: { Keys } } }),
    );
    const RequestItems = { things: { Keys: [{ pk: 'a' }, { pk: 'b' }], ConsistentRead: true } };
    const answer = await open(server.url).send('BatchGetItem', { RequestItems }, never, LONG);
    expect(answer).toMatchObject({
      Responses: { things: [{ pk: 'a' }] },
      UnprocessedKeys: { things: { Keys: [{ pk: 'b' }] } },
    });
    expect(JSON.parse(server.asked[0]?.body ?? '')).toEqual({
      RequestItems: { things: { Keys: [{ pk: { S: 'a' } }, { pk: { S: 'b' } }], ConsistentRead: true } },
    });
  });

  it.each<[string, Script]>([
    ['a 500', refusal(500, 'InternalServerError')],
    ['a 503 in somebody else’s words', answers(503, '<html>busy</html>')],
    ['a line that is cut', resets],
    ['an answer that breaks off', breaksOff('{"Item":')],
  ])('asks again after %s', async (_what, failure) => {
    const server = await aScriptedServer(failure, found);
    expect(await get(open(server.url))).toMatchObject({ Item: { count: 7 } });
    expect(server.asked).toHaveLength(2);
  });

  it.each<[number, string]>([
    [400, 'ConditionalCheckFailedException'],
    [400, 'ResourceNotFoundException'],
    [400, 'ValidationException'],
    [400, 'AccessDeniedException'],
  ])('does not ask again after a %i %s, and names it', async (status, type) => {
    const server = await aScriptedServer(refusal(status, type));
    await expect(get(open(server.url))).rejects.toMatchObject({ name: type });
    expect(server.asked).toHaveLength(1);
  });

  it('asks three times and no more', async () => {
    const server = await aScriptedServer(refusal(500, 'InternalServerError'));
    await expect(get(open(server.url))).rejects.toMatchObject({ name: 'InternalServerError' });
    expect(server.asked).toHaveLength(3);
  });

  it('gives up a call that nobody begins to answer, and asks again', async () => {
    const server = await aScriptedServer(hangs, found);
    expect(await get(open(server.url, ANSWER_MS))).toMatchObject({ Item: { count: 7 } });
    expect(server.asked).toHaveLength(2);
  });

  it('ends an answer that drips when its time is over, and hangs up', async () => {
    const server = await aScriptedServer(drips(20));
    await expect(get(open(server.url), ANSWER_MS)).rejects.toThrow();
    await server.hungUp();
    expect(server.asked).toHaveLength(1);
  });

  it('hangs up when nobody waits any more', async () => {
    const server = await aScriptedServer(hangs);
    const stop = new AbortController();
    const asking = get(open(server.url), LONG, stop.signal);
    asking.catch(() => undefined);
    while (server.asked.length === 0) await new Promise(setImmediate);
    stop.abort();
    await expect(asking).rejects.toMatchObject({ name: 'AbortError' });
    await server.hungUp();
  });

  it('cannot reach anybody where nobody is', async () => {
    await expect(get(open('http://127.0.0.1:9'))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });
});

describe('our client alone', () => {
  it('asks again for an answer that does not add up, and takes one that does', async () => {
    const text = JSON.stringify({ Item: { pk: { S: 'a' } } });
    const sum = String(process.getBuiltinModule('node:zlib').crc32(text));
    const server = await aScriptedServer(
      answers(200, text, { 'x-amz-crc32': '1' }),
      answers(200, text, { 'x-amz-crc32': sum }),
    );
    expect(await get(ours(server.url))).toEqual({ Item: { pk: 'a' } });
    expect(server.asked).toHaveLength(2);
  });

  it('asks again for one that is no JSON, and repeats nothing of it', async () => {
    const server = await aScriptedServer(answers(200, 'canary'));
    const failure = (await get(ours(server.url)).catch((error: unknown) => error)) as Error;
    expect(failure).toMatchObject({ name: 'BrokenAnswerError', message: 'the answer is not JSON' });
    expect(failure.cause).toBeUndefined();
    expect(server.asked).toHaveLength(3);
  });

  it('says of a refusal what it is, and nothing that it holds', async () => {
    const server = await aScriptedServer(refusal(400, 'ValidationException'));
    const failure = (await get(ours(server.url)).catch((error: unknown) => error)) as Error;
    expect(failure.message).toBe('AWS answered 400 ValidationException');
  });

  it.each<[string, Script, string]>([
    [
      'in a header',
      answers(400, {}, { 'x-amzn-errortype': 'ValidationException:http://internal/' }),
      'ValidationException',
    ],
    ['nowhere', answers(400, 'nonsense'), 'UnknownError'],
  ])('finds the type of a refusal %s', async (_, script, name) => {
    const server = await aScriptedServer(script);
    await expect(get(ours(server.url))).rejects.toMatchObject({ name, status: 400 });
  });

  it('signs each call with the keys that the environment has by then', async () => {
    const server = await aScriptedServer(found);
    const changing: Record<string, string> = { ...environment };
    const client = ours(server.url, { environment: changing });
    await get(client);
    Object.assign(changing, { AWS_ACCESS_KEY_ID: 'AKIDNEWER', AWS_SESSION_TOKEN: 'newer' });
    await get(client);
    const [first, second] = server.asked.map(({ headers }) => headers);
    expect(first?.authorization).toContain('Credential=AKIDEXAMPLE/');
    expect(first?.['x-amz-security-token']).toBeUndefined();
    expect(second?.authorization).toContain('Credential=AKIDNEWER/');
    expect(second?.['x-amz-security-token']).toBe('newer');
  });

  it('keeps its connection for the next call, until it is told to close', async () => {
    const ports = new Set<number | undefined>();
    const seen: Script = (response, asked) => {
      ports.add(response.socket?.remotePort);
      return found(response, asked);
    };
    const server = await aScriptedServer(seen);
    const client = ours(server.url);
    await get(client);
    await get(client);
    expect(ports.size).toBe(1);
    client.destroy();
    await get(client);
    expect(ports.size).toBe(2);
    client.destroy();
  });

  it('goes to the region’s own address where nothing else is said', async () => {
    const asking = get(
      ours('', { environment: { ...environment, AWS_REGION: 'nowhere.invalid' }, endpoint: undefined }),
    );
    await expect(asking).rejects.toMatchObject({ code: expect.stringMatching(/ENOTFOUND|EAI_AGAIN/) });
  });
});
