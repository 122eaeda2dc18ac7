/** Table 4: what work costs as it grows. */

import { aBooking, bookingBody } from '../../support/bookings.ts';
import { drRossi, mrBianchi } from '../../support/people.ts';
import { withMemory } from '../harness/memory.ts';
import { ms, ratio, type Table } from '../harness/report.ts';
import { type Delayed, startDelayed } from '../harness/waited-for.ts';

/** As late as in table 1. */
const KALEYRA_MS = 50;
const DYNAMODB_MS = 5;
const CALLS_AT_ONCE = 8;
const FILES_PER_ROOM = 50;
const MOST_OVER_LIMIT = 1.15;
const NO_DELAYS = { dynamodb: 0, kaleyra: 0 };
const LATE = { dynamodb: DYNAMODB_MS, kaleyra: KALEYRA_MS };

const clock = { now: () => Date.now() } as Parameters<typeof aBooking>[0]['clock'];

const JOBS = {
  TELECONSULTATION_DELETE_UPLOADS: 'true',
  KALEYRA_MAX_CONCURRENCY: String(CALLS_AT_ONCE),
  KALEYRA_JOB_CALLS_PER_MINUTE: '1000000',
};

/** Does something for each, several at a time. */
const atOnce = async <Item>(items: readonly Item[], width: number, what: (item: Item) => Promise<unknown>) => {
  const queue = items.values();
  const worker = async (): Promise<void> => {
    for (const item of queue) await what(item);
  };
  await Promise.all(Array.from({ length: width }, worker));
};

const callsTo = async ({ simulator }: Delayed): Promise<Record<string, number>> => {
  const calls: Record<string, number> = {};
  for (const { method, path } of await simulator.requests()) {
    const call = `${method} /${path.split('/')[2]}`;
    calls[call] = (calls[call] ?? 0) + 1;
  }
  return calls;
};

const total = (calls: Record<string, number>): number => Object.values(calls).reduce((sum, count) => sum + count, 0);

interface Cleaned {
  files: number;
  rooms: number;
  calls: Record<string, number>;
  ms: number;
  megabytes: number;
}

const cleanUp = async (delayed: Delayed, files: number): Promise<Cleaned> => {
  const rooms = Math.ceil(files / FILES_PER_ROOM);
  const { api, simulator } = delayed;
  await simulator.reset();
  await delayed.order({ delays: NO_DELAYS, clear: true });
  const wish = { startsIn: '-4 hours', lasts: '1 hour', participants: [drRossi, mrBianchi] };
  await atOnce(Array.from({ length: rooms }), 4, () => aBooking({ api, clock }, wish));
  await atOnce(await simulator.rooms(), 4, ({ id }) => {
    return simulator.playCall({ roomId: id, uploads: FILES_PER_ROOM, webhooks: false });
  });
  await simulator.forgetRequests();
  await delayed.order({ delays: LATE });
  const startedAt = performance.now();
  const { megabytes, result } = await withMemory(() => delayed.invoke('cleanupUploads', {}));
  const measured = performance.now() - startedAt;
  await delayed.order({ delays: NO_DELAYS });
  const { deleted, left } = result as { deleted: number; left: number };
  if (deleted !== rooms * FILES_PER_ROOM || left !== 0)
    throw new Error(`${deleted} deleted, ${left} left: not measured`);
  return { files: deleted, rooms, calls: await callsTo(delayed), ms: measured, megabytes };
};

/** Nothing more than these: a page of each room, a last look that nothing is left, what the call was, and each file. */
const fewestCalls = ({ files, rooms }: Cleaned): number => files + rooms * 5;

export const measureCleanups = async (full: boolean): Promise<Table> => {
  const delayed = await startDelayed(JOBS);
  try {
    await cleanUp(delayed, FILES_PER_ROOM);
    const all: Cleaned[] = [];
    for (const files of full ? [100, 1000, 10_000] : [100, 1000, 4000]) all.push(await cleanUp(delayed, files));
    const limitOf = ({ calls }: Cleaned): number => (total(calls) * KALEYRA_MS) / CALLS_AT_ONCE;
    const large = all.filter(({ files }) => files >= 1000);
    const worst = Math.max(...large.map(one => one.ms / limitOf(one)));
    const [smaller, largest] = large.slice(-2);
    const grown = (largest?.megabytes ?? 0) - (smaller?.megabytes ?? 0);
    return {
      title: '4. Cost as work grows: cleanup',
      about:
        `${FILES_PER_ROOM} files in a room, Kaleyra answers after ${KALEYRA_MS} ms, the table after ${DYNAMODB_MS} ms, ` +
        `${CALLS_AT_ONCE} calls at once. The limit is the calls that are made, side by side without a gap.`,
      columns: [
        'files',
        'rooms',
        'calls',
        'calls but deletions, per room',
        'limit ms',
        'measured ms',
        'ratio',
        'heap MB',
      ],
      rows: all.map(one => [
        String(one.files),
        String(one.rooms),
        String(total(one.calls)),
        ratio((total(one.calls) - one.files) / one.rooms),
        ms(limitOf(one)),
        ms(one.ms),
        ratio(one.ms / limitOf(one)),
        ms(one.megabytes),
      ]),
      goals: [
        {
          goal: 'pages, deletions and the looks at each room, and nothing more',
          measured: all.map(one => `${total(one.calls)} of ${fewestCalls(one)}`).join(', '),
          met: all.every(one => total(one.calls) <= fewestCalls(one)),
        },
        {
          goal: `from 1,000 files on at most ${ratio(MOST_OVER_LIMIT)} of the limit`,
          measured: ratio(worst),
          met: worst <= MOST_OVER_LIMIT,
        },
        {
          goal: 'memory flat',
          measured: `${ms(grown)} MB more for ${largest?.files} files than for ${smaller?.files}`,
          met: grown <= 20,
        },
      ],
    };
  } finally {
    delayed.end();
  }
};

interface Reconciled {
  records: number;
  calls: Record<string, number>;
  ms: number;
  megabytes: number;
  reads: number;
}

/** Pages of a hundred, of which five were on the one before. */
const pagesOf = (records: number): number => Math.ceil((records - 5) / 95);

const reconcile = async (delayed: Delayed, records: number): Promise<Reconciled> => {
  const { api, simulator } = delayed;
  await simulator.reset();
  await delayed.order({ delays: NO_DELAYS, clear: true });
  await atOnce(Array.from({ length: records }), 4, () => aBooking({ api, clock }));
  await simulator.forgetRequests();
  await delayed.order({ delays: LATE, counts: true });
  const startedAt = performance.now();
  const { megabytes, result } = await withMemory(() => delayed.invoke('reconcileRooms', { minimumAgeMs: 0 }));
  const measured = performance.now() - startedAt;
  const { calls } = await delayed.order({ delays: NO_DELAYS });
  const { rooms, strays, lost, failed } = result as { rooms: number; strays: number; lost: number; failed: number };
  if (rooms !== records || strays + lost + failed !== 0) {
    throw new Error(`${rooms} rooms compared, ${strays} strays, ${lost} lost, ${failed} failed: not measured`);
  }
  const reads = (calls.GetItem ?? 0) + (calls.Query ?? 0) + (calls.BatchGetItem ?? 0);
  return { records, calls: await callsTo(delayed), ms: measured, megabytes, reads };
};

export const measureReconciler = async (full: boolean): Promise<Table> => {
  const delayed = await startDelayed(JOBS);
  try {
    await reconcile(delayed, 100);
    const all: Reconciled[] = [];
    for (const records of full ? [1000, 10_000] : [500, 2000]) all.push(await reconcile(delayed, records));
    // Pages follow each other; the rooms that a run asks for by their ids are asked for beside them.
    const limitOf = ({ records, calls }: Reconciled): number =>
      KALEYRA_MS * Math.max(pagesOf(records), total(calls) / CALLS_AT_ONCE);
    const [smaller, largest] = all.slice(-2);
    const worst = Math.max(...all.map(one => one.ms / limitOf(one)));
    const grown = (largest?.megabytes ?? 0) - (smaller?.megabytes ?? 0);
    return {
      title: '4. Cost as work grows: reconciler',
      about:
        `All rooms in order, compared for the first time; Kaleyra answers after ${KALEYRA_MS} ms, the table after ${DYNAMODB_MS} ms. ` +
        'The limit is the pages of its list one after the other, with everything else beside them.',
      columns: ['records', 'calls to Kaleyra', 'reads, per record', 'limit ms', 'measured ms', 'ratio', 'heap MB'],
      rows: all.map(one => [
        String(one.records),
        String(total(one.calls)),
        ratio(one.reads / one.records),
        ms(limitOf(one)),
        ms(one.ms),
        ratio(one.ms / limitOf(one)),
        ms(one.megabytes),
      ]),
      goals: [
        {
          goal: `at most ${ratio(MOST_OVER_LIMIT)} of the limit`,
          measured: ratio(worst),
          met: worst <= MOST_OVER_LIMIT,
        },
        {
          goal: 'memory flat',
          measured: `${ms(grown)} MB more for ${largest?.records} records than for ${smaller?.records}`,
          met: grown <= 20,
        },
      ],
    };
  } finally {
    delayed.end();
  }
};

interface Cost {
  calls: string;
  readUnits: number;
  writeUnits: number;
}

/** By what is asked. */
export type Costs = ReadonlyMap<string, Cost>;

/** What one request costs at the table. */
const costOf = async (delayed: Delayed, run: () => Promise<{ status: number }>, status: number): Promise<Cost> => {
  await delayed.order({ counts: true });
  const answered = await run();
  if (answered.status !== status) throw new Error(`answered ${answered.status}: not measured`);
  const { calls, readUnits, writeUnits } = await delayed.order({ counts: true });
  const named = Object.entries(calls).sort(([one], [other]) => (one < other ? -1 : 1));
  return { calls: named.map(([name, count]) => `${count} ${name}`).join(', '), readUnits, writeUnits };
};

/** Of a consultation of two known people, one call of each kind. */
const costsOf = async (delayed: Delayed): Promise<Costs> => {
  const { api } = delayed;
  const participants = [drRossi, mrBianchi];
  await aBooking({ api, clock }, { participants });
  const id = await aBooking({ api, clock }, { participants });
  const later = bookingBody(Date.now(), { startsIn: '3 hours' });
  const one = `/teleconsultation/${id}`;
  const asked: [name: string, status: number, run: () => Promise<{ status: number }>][] = [
    ['POST', 201, () => api.post('/teleconsultation', bookingBody(Date.now(), { participants }))],
    ['GET', 200, () => api.as(drRossi).get(one)],
    ['GET status', 200, () => api.as(drRossi).get(`${one}/status`)],
    ['PATCH', 204, () => api.patch(one, { start_date: later.start_date, end_date: later.end_date })],
    ['DELETE', 204, () => api.delete(one)],
  ];
  const costs: Map<string, Cost> = new Map();
  for (const [name, status, run] of asked) costs.set(name, await costOf(delayed, run, status));
  return costs;
};

export const measureCosts = async (): Promise<Costs> => {
  const delayed = await startDelayed();
  try {
    return await costsOf(delayed);
  } finally {
    delayed.end();
  }
};

const FULL_TABLE = 100_000;

export const measureReads = async (): Promise<Table> => {
  const delayed = await startDelayed();
  try {
    const few = await costsOf(delayed);
    await delayed.order({ fill: FULL_TABLE });
    const many = await costsOf(delayed);
    const rows = [...few].map(([name, cost]) => {
      const full = many.get(name);
      const units = (one: Cost | undefined): string => `${one?.readUnits} / ${one?.writeUnits}`;
      return [name, cost.calls, units(cost), full?.calls ?? '', units(full)];
    });
    const changed = rows.filter(([, calls, units, manyCalls, manyUnits]) => calls !== manyCalls || units !== manyUnits);
    return {
      title: '4. Cost as work grows: the table',
      about:
        `Calls to DynamoDB and units that they are charged (read / write), with nothing else in the table and with ${FULL_TABLE.toLocaleString('en')} ` +
        'other records and as many people. Two known people; PATCH moves the consultation.',
      columns: ['', 'calls', 'units', 'calls, full table', 'units, full table'],
      rows,
      goals: [
        {
          goal: 'GET, POST and PATCH cost the same in a full table',
          measured: changed.length === 0 ? 'they do' : `${changed.map(([name]) => name).join(', ')} do not`,
          met: changed.length === 0,
        },
      ],
    };
  } finally {
    delayed.end();
  }
};
