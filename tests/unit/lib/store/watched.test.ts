import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RecordStore } from '../../../../lib/domain/ports.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { emptied } from '../../../support/jobs.ts';
import { aRecord, START, withRoom } from '../../../support/teleconsultations.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** A record read together with what was seen of its calls, and what reading one asks of DynamoDB. */
let world: World;
let table: Table;
let records: RecordStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());
beforeEach(async () => {
  await emptied(world);
  records = world.scope().records;
});

const ID = 'a'.repeat(24);
const RECORD = withRoom(aRecord({ id: ID }));
const LOOK = { look: 'a look', now: START, dueAt: START + 1 };
const WATCH = { look: 'a look', attempts: 1, seen: undefined, dueAt: START + 1 };

/** What is asked of DynamoDB meanwhile. */
const heard = async (work: () => Promise<unknown>): Promise<string[]> => {
  const calls: string[] = [];
  const stop = world.store.listen(({ operation, input }) => {
    const { pk = input.ExpressionAttributeValues?.[':pk'] } = input.Key ?? {};
    calls.push(`${operation} ${pk}`);
  });
  await work().finally(stop);
  return calls;
};

describe('a record with its watch', () => {
  it('is read in one call, also where nobody has looked yet', async () => {
    await records.create(RECORD);
    const calls = await heard(async () => {
      expect(await records.findWithWatch(ID)).toEqual({ record: RECORD, watch: undefined });
    });
    expect(calls).toEqual([`Query ${ID}`]);
    await world.scope().activities.begin(ID, LOOK);
    expect(await records.findWithWatch(ID)).toEqual({ record: RECORD, watch: WATCH });
  });

  it('is read although its watch cannot be', async () => {
    await records.create(RECORD);
    await table.put({ pk: ID, sk: 'activity' }, { look: 7 });
    expect(await records.findWithWatch(ID)).toEqual({ record: RECORD, watch: undefined });
  });

  it('takes nothing else that lies there for a watch', async () => {
    await records.create(RECORD);
    await table.put({ pk: ID, sk: 'a kind of its own' }, { look: 'not one', attempts: 7 });
    expect(await records.findWithWatch(ID)).toEqual({ record: RECORD, watch: undefined });
  });

  it('is not there when only the watch is', async () => {
    await world.scope().activities.begin(ID, LOOK);
    expect(await records.findWithWatch(ID)).toBeUndefined();
  });

  it('that is no record is said to be unreadable', async () => {
    await table.put({ pk: ID, sk: 'record' }, { state: 'UNHEARD-OF' });
    await expect(records.findWithWatch(ID)).rejects.toMatchObject({ code: 'store_unreadable', status: 500 });
  });

  it.each(['', 'ext#dr-rossi', 'room#room-1', ID.toUpperCase()])(
    'of %j, which is no id, is not asked for',
    async id => {
      const calls = await heard(async () => {
        expect([await records.findWithWatch(id), await records.find(id)]).toEqual([undefined, undefined]);
      });
      expect(calls).toEqual([]);
    },
  );
});

describe('a room', () => {
  it('takes as many calls to look up whether it leads to a record or nowhere', async () => {
    await records.create(RECORD);
    await records.linkRoom('room-1', ID);
    const known = await heard(async () => {
      expect(await records.findByRoom('room-1')).toEqual(RECORD);
    });
    const unknown = await heard(async () => {
      expect(await records.findByRoom('room-2')).toBeUndefined();
    });
    expect(known).toEqual(['GetItem room#room-1', `GetItem ${ID}`]);
    expect(unknown).toEqual(['GetItem room#room-2', `GetItem ${'0'.repeat(24)}`]);
  });
});

it('records that are due are told page by page, earliest first', async () => {
  const ids = ['1', '2', '3'].map(digit => `a${digit}`.padEnd(24, '0'));
  for (const [index, id] of ids.entries()) await world.scope().activities.begin(id, { ...LOOK, dueAt: START - index });
  const first = await records.findDue('a', START, 2);
  expect(first.ids).toEqual([ids[2], ids[1]]);
  expect(await records.findDue('a', START, 2, first.next)).toEqual({ ids: [ids[0]], next: undefined });
  expect((await records.findDue('a', START - 1, 5)).ids).toEqual([ids[2], ids[1]]);
  expect((await records.findDue('b', START, 5)).ids).toEqual([]);
});

it('a table that answers can be reached, one that does not cannot', async () => {
  await expect(records.ping()).resolves.toBeUndefined();
  expect(await heard(() => records.ping())).toEqual(['GetItem ping']);
  await expect(world.scope(AbortSignal.abort(new Error('over'))).records.ping()).rejects.toThrow('over');
});
