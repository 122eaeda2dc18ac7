import { describe, expect, it } from 'vitest';
import type { Operation, StoreClient, StoreInput, StoreOutput } from '../../../../lib/store/client.ts';
import { openTable } from '../../../../lib/store/table.ts';

/** What each call asks of DynamoDB, and what is made of answers that the emulator never gives. */
const TABLE = 'things';
const KEY = { pk: 'a', sk: 'x' };
const OTHER = { pk: 'b', sk: 'x' };

/** A table whose DynamoDB plays these answers in order, the last one again and again. */
const aTable = (...answers: (StoreOutput | Error)[]) => {
  const calls: { operation: Operation; input: StoreInput; mostMs: number }[] = [];
  const client: StoreClient = {
    send: async (operation, input, _signal, mostMs) => {
      calls.push({ operation, input, mostMs });
      if (calls.length > 20) throw new Error('there is no end to it');
      const answer = answers[Math.min(calls.length, answers.length) - 1] ?? {};
      if (answer instanceof Error) throw answer;
      return answer;
    },
    destroy: () => undefined,
  };
  return { calls, table: openTable(client, TABLE, new AbortController().signal) };
};
const refused = Object.assign(new Error('refused'), { name: 'ConditionalCheckFailedException' });

describe('reading', () => {
  it('one item, or everything under a key, is strongly consistent', async () => {
    const { table, calls } = aTable();
    expect([await table.get(KEY), await table.getAll('a')]).toEqual([undefined, []]);
    expect(calls.map(({ operation, input }) => [operation, input.TableName, input.ConsistentRead])).toEqual([
      ['GetItem', TABLE, true],
      ['Query', TABLE, true],
    ]);
  });

  it('takes ten seconds at most, or as long as it is worth waiting for', async () => {
    const { table, calls } = aTable();
    await table.get(KEY);
    await table.get(KEY, 1000);
    await table.getMany([KEY]);
    await table.put(KEY, {});
    expect(calls.map(({ mostMs }) => mostMs)).toEqual([10_000, 1000, 10_000, 10_000]);
  });

  it('pages that say nothing of items or of a next one hold nothing and are the last', async () => {
    const { table } = aTable();
    const filter = { expression: '#a = :a', names: {}, values: {} };
    expect(await table.queryPage('a')).toEqual({ items: [], next: undefined });
    expect(await table.scanPage(filter)).toEqual({ items: [], next: undefined });
    expect(await table.queryDue('a', 0, 1)).toEqual({ keys: [], next: undefined });
  });

  it('a page of the table is strongly consistent only where that is asked for', async () => {
    const { table, calls } = aTable();
    const filter = { expression: '#a = :a', names: {}, values: {} };
    await table.scanPage(filter);
    await table.scanPage(filter, undefined, { consistent: false });
    await table.scanPage(filter, undefined, { consistent: true });
    expect(calls.map(({ input }) => input.ConsistentRead)).toEqual([false, false, true]);
  });
});

describe('many items', () => {
  const batch = (...Keys: object[]) => ({ RequestItems: { [TABLE]: { Keys, ConsistentRead: true } } });
  const left = (...Keys: Record<string, unknown>[]) => ({ UnprocessedKeys: { [TABLE]: { Keys } } });

  it('are read in one call, strongly consistent', async () => {
    const { table, calls } = aTable({ Responses: { [TABLE]: [KEY, OTHER] } });
    expect(await table.getMany([KEY, OTHER])).toEqual([KEY, OTHER]);
    expect(calls.map(({ operation, input }) => [operation, input])).toEqual([['BatchGetItem', batch(KEY, OTHER)]]);
  });

  it('that are none take no call', async () => {
    const { table, calls } = aTable();
    expect([await table.getMany([]), calls]).toEqual([[], []]);
  });

  it('that DynamoDB left unread are asked for again, those alone', async () => {
    const { table, calls } = aTable({ Responses: { [TABLE]: [KEY] }, ...left(OTHER) }, left(OTHER), {
      Responses: { [TABLE]: [OTHER] },
    });
    expect(await table.getMany([KEY, OTHER])).toEqual([KEY, OTHER]);
    expect(calls.map(({ input }) => input)).toEqual([batch(KEY, OTHER), batch(OTHER), batch(OTHER)]);
  });

  it('that it leaves unread three times are not half of an answer', async () => {
    const { table, calls } = aTable({ Responses: { [TABLE]: [KEY] }, ...left(OTHER) });
    await expect(table.getMany([KEY, OTHER])).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: { message: 'not all keys of the batch were read' },
    });
    expect(calls).toHaveLength(3);
  });

  it.each<[string, StoreOutput]>([
    ['nothing', {}],
    ['something of another table', { Responses: { others: [OTHER] }, UnprocessedKeys: { others: { Keys: [OTHER] } } }],
  ])('are not there when the answer has %s', async (_, answer) => {
    const { table, calls } = aTable(answer);
    expect([await table.getMany([KEY]), calls.length]).toEqual([[], 1]);
  });

  it('cannot be read where the call fails', async () => {
    await expect(aTable(new Error('down')).table.getMany([KEY])).rejects.toMatchObject({ code: 'store_unavailable' });
  });
});

describe('writing', () => {
  const update = { key: KEY, expression: 'SET #a = :a', names: { '#a': 'a' }, values: { ':a': 1 } };

  it('says what the item is afterwards, or that the condition did not hold', async () => {
    const done = aTable({ Attributes: { ...KEY, a: 1 } });
    expect(await done.table.update(update)).toEqual({ outcome: 'done', item: { ...KEY, a: 1 } });
    expect(done.calls[0]?.input).toStrictEqual({
      TableName: TABLE,
      Key: KEY,
      UpdateExpression: 'SET #a = :a',
      ExpressionAttributeNames: { '#a': 'a' },
      ExpressionAttributeValues: { ':a': 1 },
      ReturnValues: 'ALL_NEW',
    });
    const conditional = { ...update, condition: '#a = :a' };
    const failed = aTable(refused);
    expect(await failed.table.update(conditional)).toEqual({ outcome: 'condition_failed' });
    expect(failed.calls[0]?.input).toMatchObject({ ConditionExpression: '#a = :a' });
    expect(await aTable().table.update(update)).toEqual({ outcome: 'done', item: {} });
  });

  it('that fails for any other reason is no condition that did not hold', async () => {
    const { table } = aTable(new Error('down'));
    await expect(table.update(update)).rejects.toMatchObject({ code: 'store_unavailable' });
    await expect(table.remove(KEY)).rejects.toMatchObject({ code: 'store_unavailable' });
  });

  it('never lets an item’s own fields take the place of its key', async () => {
    const { table, calls } = aTable();
    await table.put(KEY, { pk: 'somebody else', a: 1 });
    expect(calls[0]).toMatchObject({ operation: 'PutItem', input: { TableName: TABLE, Item: { ...KEY, a: 1 } } });
  });
});
