import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startDynamodb } from '../../../local/dynamodb.ts';
import type { Closable } from '../../../local/listen.ts';
import { startTable } from '../../bench/others/dynamodb.ts';
import { FastTable } from '../../bench/others/table.ts';

/** The table that benchmarks use says what dynalite says, to everything that the service asks in them. */
const SHAPE = {
  TableName: 'bench',
  BillingMode: 'PAY_PER_REQUEST',
  AttributeDefinitions: [
    { AttributeName: 'pk', AttributeType: 'S' },
    { AttributeName: 'sk', AttributeType: 'S' },
    { AttributeName: 'workShard', AttributeType: 'S' },
    { AttributeName: 'workDue', AttributeType: 'N' },
  ],
  KeySchema: [
    { AttributeName: 'pk', KeyType: 'HASH' },
    { AttributeName: 'sk', KeyType: 'RANGE' },
  ],
  GlobalSecondaryIndexes: [
    {
      IndexName: 'work',
      KeySchema: [
        { AttributeName: 'workShard', KeyType: 'HASH' },
        { AttributeName: 'workDue', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'KEYS_ONLY' },
    },
  ],
} as const;

const table = new FastTable();
let fast: Closable;
let real: Closable;
beforeAll(async () => {
  fast = await startTable(table, { ms: 0 });
  real = await startDynamodb({ port: 0, tables: [structuredClone(SHAPE) as never] });
});
afterAll(() => Promise.all([fast.close(), real.close()]));
beforeEach(() => table.forgetCounts());

const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260131/local/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

const ask = async (url: string, operation: string, body: object): Promise<unknown> => {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
      'x-amz-date': '20260131T093000Z',
      authorization: AUTHORIZATION,
    },
    body: JSON.stringify({ TableName: 'bench', ...body }),
  });
  const { ScannedCount: _, message: __, ...told } = (await response.json()) as Record<string, unknown>;
  return { status: response.status, ...told };
};

const both = async (operation: string, body: object): Promise<void> => {
  const [ours, theirs] = await Promise.all([ask(fast.url, operation, body), ask(real.url, operation, body)]);
  expect(ours).toEqual(theirs);
};

const key = (pk: string, sk = 'record') => ({ pk: { S: pk }, sk: { S: sk } });
const update = (pk: string, expression: string, condition: string | undefined, values: object, names: object) =>
  both('UpdateItem', {
    Key: key(pk),
    UpdateExpression: expression,
    ...(condition && { ConditionExpression: condition }),
    ...(Object.keys(values).length > 0 && { ExpressionAttributeValues: values }),
    ...(Object.keys(names).length > 0 && { ExpressionAttributeNames: names }),
    ReturnValues: 'ALL_NEW',
  });

describe('the same as dynalite', () => {
  it('writes under a condition', async () => {
    const names = { '#a': 'a', '#version': 'version' };
    const first = { ':a': { L: [{ S: 'x' }, { NULL: true }] }, ':version': { N: '1' } };
    const set = 'SET #a = :a, #version = :version';
    await update('one', set, 'attribute_not_exists(pk)', first, names);
    await update('one', set, 'attribute_not_exists(pk)', first, names);
    const second = { ':version': { N: '2' }, ':before': { N: '1' } };
    await update('one', 'SET #version = :version REMOVE #a', '#version = :before', second, names);
    await update('one', 'SET #version = :version', '#version = :before', second, { '#version': 'version' });
    await both('GetItem', { Key: key('one'), ConsistentRead: true });
    await both('GetItem', { Key: key('nobody'), ConsistentRead: true });
  });

  it('mints once, and adds up', async () => {
    const mint = 'SET #id = if_not_exists(#id, :id)';
    for (const id of ['first', 'second']) {
      await update(
        'ext#a',
        mint,
        'attribute_not_exists(#gone)',
        { ':id': { S: id } },
        { '#id': 'id', '#gone': 'gone' },
      );
    }
    for (let turn = 0; turn < 2; turn += 1) {
      const values = { ':none': { N: '0' }, ':one': { N: '1' }, ':look': { S: 'l' } };
      const names = { '#n': 'n', '#look': 'look' };
      await update('count', 'SET #look = :look, #n = if_not_exists(#n, :none) + :one', undefined, values, names);
    }
  });

  it('compares names, alternatives and instants', async () => {
    const names = { '#source': 'source' };
    const own = 'attribute_not_exists(#source) OR #source <> :directory';
    for (const source of ['self', 'directory', 'self']) {
      const values = { ':source': { S: source }, ':directory': { S: 'directory' } };
      await update('kal#a', 'SET #source = :source', own, values, names);
    }
    const since = { ':at': { S: '2026-01-31T09:00:00.000Z' }, ':recent': { S: '2026-01-31T08:00:00.000Z' } };
    for (const turn of [1, 2])
      await update(`at${turn > 1 ? '' : '-'}`, 'SET #at = :at', undefined, { ':at': since[':at'] }, { '#at': 'at' });
    await update('at', 'SET #at = :at', '#at >= :recent', since, { '#at': 'at' });
    await update('missing', 'SET #at = :at', '#at >= :recent', since, { '#at': 'at' });
  });

  it('lists what lies under a key, and what is due, page by page', async () => {
    for (const [sk, due] of [
      ['record', 5],
      ['activity', 3],
      ['other', 9],
    ] as const) {
      const item = {
        ...key('many', sk),
        workShard: { S: 'm' },
        workDue: { N: String(due) },
        text: { S: 'not in the index' },
      };
      await both('PutItem', { Item: item });
    }
    const named = { ExpressionAttributeNames: { '#pk': 'pk' }, ExpressionAttributeValues: { ':pk': { S: 'many' } } };
    await both('Query', { KeyConditionExpression: '#pk = :pk', ...named, ConsistentRead: true });
    const due = {
      IndexName: 'work',
      KeyConditionExpression: '#shard = :shard AND #due <= :until',
      ExpressionAttributeNames: { '#shard': 'workShard', '#due': 'workDue' },
      ExpressionAttributeValues: { ':shard': { S: 'm' }, ':until': { N: '8' } },
    };
    await both('Query', due);
    await both('Query', { ...due, Limit: 1 });
    const after = { ...key('many', 'activity'), workShard: { S: 'm' }, workDue: { N: '3' } };
    await both('Query', { ...due, Limit: 5, ExclusiveStartKey: after });
    await both('DeleteItem', { Key: key('many', 'other') });
    await both('DeleteItem', { Key: key('many', 'other') });
    await both('Query', { KeyConditionExpression: '#pk = :pk', ...named, ConsistentRead: true });
  });
});

it('counts calls, and units of 4 KB for reading and 1 KB for writing', async () => {
  const item = { ...key('large'), text: { S: 'x'.repeat(5000) } };
  await ask(fast.url, 'PutItem', { Item: item });
  await ask(fast.url, 'GetItem', { Key: key('large'), ConsistentRead: true });
  await ask(fast.url, 'GetItem', { Key: key('nobody'), ConsistentRead: false });
  expect(table.counts).toEqual({ calls: { PutItem: 1, GetItem: 2 }, readUnits: 2.5, writeUnits: 5 });
});

it('refuses by name what it does not know', async () => {
  const told = await ask(fast.url, 'TransactWriteItems', {});
  expect(told).toMatchObject({ status: 400, __type: 'ValidationException' });
});
