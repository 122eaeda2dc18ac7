import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  BatchGetItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  ScanCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { StoreFaultWish } from '../../../../local/dynamodb/faults.ts';
import { startDynamodb } from '../../../../local/dynamodb.ts';
import { readManifest } from '../../../../local/manifest.ts';

const MANIFEST = fileURLToPath(new URL('../../../../serverless.yml', import.meta.url));
const { tables } = await readManifest(MANIFEST, { stage: 'local', env: {} });
const TableName = tables[0]?.TableName ?? '';

/** @param attempts of the SDK @param patienceMs for one of them */
async function aStore(attempts = 1, patienceMs = 10_000) {
  const { url, faults, close } = await startDynamodb({ port: 0, tables });
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const requestHandler = {
    connectionTimeout: patienceMs,
    requestTimeout: patienceMs,
    throwOnRequestTimeout: true,
  };
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'local',
    credentials,
    maxAttempts: attempts,
    requestHandler,
  });
  onTestFinished(async () => {
    client.destroy();
    await close();
  });
  const keyOf = (pk: string, sk = 'record') => ({ pk: { S: pk }, sk: { S: sk } });
  const outcomeOf = (sent: Promise<unknown>): Promise<string> =>
    sent.then(
      () => 'done',
      (error: { name: string; code?: string }) => error.code ?? error.name,
    );
  const put = (pk: string, sk?: string, condition?: string) =>
    outcomeOf(client.send(new PutItemCommand({ TableName, Item: keyOf(pk, sk), ConditionExpression: condition })));
  return {
    url,
    faults,
    close,
    client,
    keyOf,
    outcomeOf,
    put,
    /** Past every fault: they are gone then. */
    isThere: async (pk: string) => {
      faults.clear();
      const { Item } = await client.send(new GetItemCommand({ TableName, Key: keyOf(pk), ConsistentRead: true }));
      return Item !== undefined;
    },
  };
}

describe('a fault of the store', () => {
  it.each<[StoreFaultWish, string, boolean]>([
    [{ kind: 'throttled' }, 'ProvisionedThroughputExceededException', false],
    [{ kind: 'rateLimited' }, 'ThrottlingException', false],
    [{ kind: 'error500' }, 'InternalServerError', false],
    [{ kind: 'error500', afterEffect: true }, 'InternalServerError', true],
    [{ kind: 'html' }, 'SyntaxError', false],
    [{ kind: 'html', afterEffect: true }, 'SyntaxError', true],
    [{ kind: 'cut' }, 'ECONNRESET', false],
    [{ kind: 'lostAnswer' }, 'ECONNRESET', true],
    [{ kind: 'half' }, 'ECONNRESET', true],
    [{ kind: 'delay', ms: 400 }, 'ETIMEDOUT', true],
    [{ kind: 'delay', ms: 400, afterEffect: true }, 'ETIMEDOUT', true],
    [{ kind: 'delay', ms: 30 }, 'done', true],
    [{ kind: 'drip', ms: 30 }, 'done', true],
    [{ kind: 'refuse', ms: 60 }, 'done', true],
  ])('%j comes to %s; done: %s', async (fault, outcome, done) => {
    const { faults, put, isThere } = await aStore(1, outcome === 'ETIMEDOUT' ? 200 : undefined);
    await faults.order({ operation: 'PutItem', ...fault });
    expect(await put('one')).toBe(outcome);
    // A write that came too late for its client, or behind a port that is closed.
    await sleep('ms' in fault ? (fault.ms ?? 0) : 0);
    await expect.poll(() => isThere('one').catch(() => 'refused'), { timeout: 10_000, interval: 5 }).toBe(done);
    await expect.poll(() => put('two'), { timeout: 10_000 }).toBe('done');
  });

  it('of a condition answers the write that succeeded as its own repeat', async () => {
    const { faults, put, isThere } = await aStore();
    await faults.order({ kind: 'conditionalAfterSuccess' });
    expect(await put('plain')).toBe('done');
    expect(await put('one', 'record', 'attribute_not_exists(pk)')).toBe('ConditionalCheckFailedException');
    expect(faults.list()).toEqual([]);
    expect(await isThere('one')).toBe(true);
  });

  it('that the SDK repeats makes a conditional write fail after it succeeded', async () => {
    const { faults, put, isThere } = await aStore(3);
    await faults.order({ kind: 'lostAnswer' });
    expect(await put('one', 'record', 'attribute_not_exists(pk)')).toBe('ConditionalCheckFailedException');
    expect(await isThere('one')).toBe(true);
    await faults.order({ kind: 'throttled', times: 2 });
    expect(await put('two')).toBe('done');
    await faults.order({ kind: 'throttled', times: 3 });
    expect(await put('three')).toBe('ProvisionedThroughputExceededException');
  });

  it('hits only its operation', async () => {
    const { faults, client, keyOf, outcomeOf, put } = await aStore();
    await put('one');
    const Key = keyOf('one');
    const sent = {
      GetItem: () => client.send(new GetItemCommand({ TableName, Key })),
      PutItem: () => client.send(new PutItemCommand({ TableName, Item: Key })),
      UpdateItem: () => client.send(new UpdateItemCommand({ TableName, Key })),
      Query: () =>
        client.send(
          new QueryCommand({
            TableName,
            KeyConditionExpression: 'pk = :pk',
            ExpressionAttributeValues: { ':pk': { S: 'one' } },
          }),
        ),
      BatchGetItem: () => client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: [Key] } } })),
      DeleteItem: () => client.send(new DeleteItemCommand({ TableName, Key })),
      Scan: () => client.send(new ScanCommand({ TableName })),
    };
    for (const operation of Object.keys(sent) as (keyof typeof sent)[]) {
      await faults.order({ operation, kind: 'rateLimited' });
      const hit: string[] = [];
      for (const [name, send] of Object.entries(sent)) if ((await outcomeOf(send())) !== 'done') hit.push(name);
      expect(hit).toEqual([operation]);
    }
  });

  it('hits only keys that begin so, with the sort key it names', async () => {
    const { faults, client, keyOf, outcomeOf, put } = await aStore();
    await faults.order({ keyPrefix: 'ext#', kind: 'rateLimited' });
    expect([await put('kal#x'), await put('ext#x')]).toEqual(['done', 'ThrottlingException']);
    await faults.order({ sortKey: 'activity', kind: 'rateLimited' });
    expect([await put('a', 'record'), await put('a', 'activity')]).toEqual(['done', 'ThrottlingException']);
    await faults.order({ keyPrefix: 'b', sortKey: 'record', kind: 'rateLimited' });
    expect([await put('a'), await put('b', 'activity'), await put('b')]).toEqual([
      'done',
      'done',
      'ThrottlingException',
    ]);
    // Those that name several keys, or none as such.
    await faults.order({ keyPrefix: 'ext#', kind: 'rateLimited' });
    const Keys = [keyOf('kal#y'), keyOf('ext#y')];
    expect(await outcomeOf(client.send(new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys } } })))).toBe(
      'ThrottlingException',
    );
    await faults.order({ keyPrefix: '7', kind: 'rateLimited' });
    const due = new QueryCommand({
      TableName,
      IndexName: 'work',
      KeyConditionExpression: '#due <= :until AND #shard = :shard',
      ExpressionAttributeNames: { '#shard': 'workShard', '#due': 'workDue' },
      ExpressionAttributeValues: { ':shard': { S: '7' }, ':until': { N: '9' } },
    });
    expect(await outcomeOf(client.send(due))).toBe('ThrottlingException');
    await faults.order({ keyPrefix: 'x', kind: 'rateLimited' });
    expect(await outcomeOf(client.send(new ScanCommand({ TableName })))).toBe('done');
  });

  it('leaves some alone first, hits as often as it says, and tells what is left', async () => {
    const { faults, put } = await aStore();
    await faults.order({ skip: 1, times: 2, kind: 'throttled' });
    const outcomes = [];
    for (let index = 0; index < 4; index += 1) {
      outcomes.push(await put('one'));
      outcomes.push(faults.list().map(({ skip, times }) => [skip, times]));
    }
    const refused = 'ProvisionedThroughputExceededException';
    expect(outcomes).toEqual(['done', [[0, 2]], refused, [[0, 1]], refused, [], 'done', []]);
  });
});

describe('the port of the store', () => {
  it('refuses at once when there is nothing to wait for, and is open again with all its items', async () => {
    const { faults, put, isThere } = await aStore();
    await put('one');
    await faults.order({ kind: 'refuse', ms: 400 });
    expect(await put('two')).toBe('ECONNREFUSED');
    await expect.poll(() => put('three'), { timeout: 10_000, interval: 5 }).toBe('done');
    expect([await isThere('one'), await isThere('two')]).toEqual([true, false]);
  });

  it('closes behind the last request that fits', async () => {
    const { faults, put } = await aStore();
    await faults.order({ operation: 'PutItem', times: 2, kind: 'refuse', ms: 400 });
    expect([await put('one'), await put('two'), await put('three')]).toEqual(['done', 'done', 'ECONNREFUSED']);
    await expect.poll(() => put('three'), { timeout: 10_000, interval: 5 }).toBe('done');
  });

  it('being closed, and answers being late, keep nothing from ending', async () => {
    const { faults, put, close } = await aStore();
    await faults.order({ operation: 'PutItem', kind: 'delay', ms: 60_000 });
    const late = put('one');
    await sleep(20);
    await faults.order({ kind: 'refuse', ms: 60_000 });
    const started = performance.now();
    await close();
    expect(performance.now() - started).toBeLessThan(10_000);
    expect(await late).not.toBe('done');
  });
});

it.each([
  [{}, 'kind'],
  [{ kind: 'broken' }, 'kind'],
  [{ kind: 'delay' }, 'ms'],
  [{ kind: 'throttled', ms: 5 }, 'ms'],
  [{ kind: 'refuse', ms: 0 }, 'ms'],
  [{ kind: 'throttled', operation: 'getItem' }, 'operation'],
  [{ kind: 'throttled', keyPrefix: '' }, 'keyPrefix'],
  [{ kind: 'throttled', times: 0 }, 'times'],
  [{ kind: 'throttled', skip: -1 }, 'skip'],
  [{ kind: 'lostAnswer', afterEffect: true }, 'afterEffect'],
  [{ kind: 'throttled', key: 'x' }, 'key'],
])('%j is refused by its field', async (wish, field) => {
  const { faults } = await aStore();
  await expect(faults.order(wish as StoreFaultWish)).rejects.toThrow(`"${field}"`);
  expect(faults.list()).toEqual([]);
});
