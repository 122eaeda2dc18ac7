import type { BatchWriteCommand, DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createImportStore, type DueRecord } from '../../../../lib/store/imports.ts';
import { patients } from '../../../support/people.ts';
import { aRecord, asParticipant, START, withRoom } from '../../../support/teleconsultations.ts';

/** How many rows go in one call, and what becomes of those that DynamoDB leaves for later. */
const TABLE = 'things';

interface Request {
  PutRequest: { Item: { pk: string; sk: string } };
}
type Answer = { UnprocessedItems?: Record<string, Request[]> };

/** Plays DynamoDB: `left` says which of a batch's rows it does not write. */
const anImport = (left: (rows: Request[], attempt: number) => Answer = () => ({})) => {
  const batches: string[][] = [];
  const order: string[] = [];
  const pauses: { ms: number; signal: AbortSignal }[] = [];
  const { signal } = new AbortController();
  const client = {
    send: async (command: { input: BatchWriteCommand['input'] }, options: { abortSignal?: AbortSignal }) => {
      expect(options.abortSignal).toBe(signal);
      const rows = command.input.RequestItems?.[TABLE] as Request[] | undefined;
      order.push(rows === undefined ? 'record' : 'rows');
      if (rows === undefined) return {};
      if (batches.length === 50) throw new Error('there is no end to it');
      batches.push(rows.map(({ PutRequest: { Item } }) => `${Item.pk} ${Item.sk}`));
      return left(rows, batches.length);
    },
  } as unknown as DynamoDBDocumentClient;
  const clock = {
    now: () => START,
    sleep: async (ms: number, until: AbortSignal) => void pauses.push({ ms, signal: until }),
  };
  const store = createImportStore({ client, table: TABLE, clock, signal, newOperation: () => 'op' });
  return { store, batches, order, pauses, signal };
};

const aDueRecord = (people: number): DueRecord => ({
  record: withRoom(aRecord({ participants: patients(people).map(asParticipant), expected: people })),
  mark: { state: 'PUBLIC', roomId: null, progress: null },
  people: [],
  dueAt: null,
});
const leftIn = (rows: Request[]): Answer => ({ UnprocessedItems: { [TABLE]: rows } });

describe('rows', () => {
  it('go twenty-five to a call, each once, and the record after all of them', async () => {
    const { store, batches, order } = anImport();
    await store.putRecords([aDueRecord(24), { ...aDueRecord(3), record: aRecord({ id: 'e'.repeat(24) }) }]);
    expect(batches.map(batch => batch.length)).toEqual([25, 2]);
    expect(new Set(batches.flat()).size).toBe(27);
    expect(order).toEqual(['rows', 'rows', 'record', 'record']);
  });

  it('of no record take no call', async () => {
    const { store, order } = anImport();
    expect(await store.putRecords([])).toEqual(new Set());
    expect(order).toEqual([]);
  });

  it('that DynamoDB leaves for later are sent again, those alone, after longer and longer pauses', async () => {
    const { store, batches, pauses, signal } = anImport((rows, attempt) => (attempt < 4 ? leftIn(rows.slice(1)) : {}));
    await store.putRecords([aDueRecord(5)]);
    expect(batches.map(batch => batch.length)).toEqual([6, 5, 4, 3]);
    expect(batches[3]).toEqual(batches[0]?.slice(3));
    expect(pauses.map(({ ms }) => ms)).toEqual([100, 200, 400]);
    expect(pauses.every(pause => pause.signal === signal)).toBe(true);
  });

  it('that are left of another table are nobody’s here', async () => {
    const { store, batches } = anImport(rows => ({ UnprocessedItems: { others: rows } }));
    await store.putRecords([aDueRecord(2)]);
    expect(batches).toHaveLength(1);
  });

  it('that it writes with the last of ten attempts are written', async () => {
    const { store, batches } = anImport((rows, attempt) => (attempt < 10 ? leftIn(rows) : {}));
    await store.putRecords([aDueRecord(2)]);
    expect(batches).toHaveLength(10);
  });

  it('that it never writes fail the import before the record is there', async () => {
    const { store, batches, order } = anImport(leftIn);
    await expect(store.putRecords([aDueRecord(2)])).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: { message: 'not all items of the batch were written' },
    });
    expect(batches).toHaveLength(10);
    expect(order).not.toContain('record');
  });
});
