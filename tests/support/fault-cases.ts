import type { StoreFaultWish } from '../../local/dynamodb/faults.ts';
import type { Kind } from './fault-kinds.ts';
import { isJob, type Subject } from './fault-subject.ts';
import { DELETING, emptied } from './jobs.ts';
import { type Recorded, record, type StoreCall, type VendorCall } from './recorded-calls.ts';
import type { Fault } from './simulator.ts';
import { openWorld, type World } from './world.ts';

/** The cells of the tables: each call that a route or a job makes, and each way in which it can break. */

/** One row of the table. */
interface Row {
  situation: Subject;
  call: string;
  recorded: Recorded;
}

/** One cell of it. */
export interface Case extends Row {
  kind: string;
  arm(world: World): Promise<void>;
  /** Whether the call met what was armed for it. */
  wasMet(world: World): Promise<boolean>;
}

/** @param patience what is to time out does so in the time that a function's client has */
export const aWorld = (patience: 'patient' | 'as deployed' = 'patient'): Promise<World> =>
  openWorld({
    oneClock: true,
    ...(patience === 'as deployed' && { storeLimits: 'as deployed' as const }),
    env: {
      ...DELETING,
      DEFAULT_RECORDING_TYPE: 'automatic',
      RETENTION_DAYS: '30',
      KALEYRA_MAX_CONCURRENCY: '1',
      LOG_LEVEL: 'debug',
    },
  });

/** Runs each of them once, with nothing broken. */
export const recordAll = async (
  subjects: readonly Subject[],
): Promise<{ situation: Subject; recorded: Recorded }[]> => {
  const world = await aWorld();
  try {
    const all = [];
    for (const [index, situation] of subjects.entries()) {
      if (isJob(situation)) await emptied(world);
      const recorded = await record(world, situation, `recorded-${index}`);
      if (!/^(done|[23]\d\d)$/.test(recorded.got)) throw new Error(`${situation.route}: ${recorded.got}`);
      all.push({ situation, recorded });
    }
    return all;
  } finally {
    await world.close();
  }
};

export type Recordings = Awaited<ReturnType<typeof recordAll>>;

/** Before this call the port is open, behind the ones before it closed. */
const refusalOf = (order: Fault, call: VendorCall, { order: names, vendor }: Recorded): Fault => {
  const before = names.slice(0, names.indexOf(call.name)).at(-1);
  const last = vendor.find(({ name }) => name === before);
  if (last === undefined) return order;
  const times = names.slice(0, names.indexOf(call.name)).filter(name => name === before).length;
  return { ...order, method: last.method, path: last.path, times };
};

export const vendorCases = (recordings: Recordings, kinds: readonly Kind<Fault>[]): Case[] =>
  recordings.flatMap(({ situation, recorded }) =>
    recorded.vendor.flatMap(call =>
      kinds.map(({ name, order }) => ({
        situation,
        recorded,
        call: call.name,
        kind: name,
        arm: world =>
          world.simulator.fault(
            'refuse' in order ? refusalOf(order, call, recorded) : { ...order, method: call.method, path: call.path },
          ),
        // A port that is closed keeps no journal.
        wasMet: async world =>
          'refuse' in order || (await world.simulator.requests()).some(request => request.fault !== undefined),
      })),
    ),
  );

/** A job comes to its records in any order: which of them a later write is of says nothing. */
const storeCallsOf = (situation: Subject, { store }: Recorded): readonly StoreCall[] =>
  isJob(situation) ? store.filter(({ name }) => !/, \d+$/.test(name)) : store;

const isConditional = (call: StoreCall): boolean => call.name.startsWith('UpdateItem record');
const isWrite = (call: StoreCall): boolean => /^(UpdateItem|PutItem|DeleteItem)/.test(call.name);

export const storeCases = (recordings: Recordings, kinds: readonly Kind<StoreFaultWish>[]): Case[] =>
  recordings.flatMap(({ situation, recorded }) =>
    storeCallsOf(situation, recorded).flatMap(call =>
      kinds
        .filter(({ name }) => name !== 'condition' || isConditional(call))
        // A read that is done and not answered is one that is not done.
        .filter(({ name }) => isWrite(call) || !['lost once', 'done, HTML'].includes(name))
        // The port knows no items: it is closed before the first call.
        .filter(({ name }) => name !== 'refused' || call === recorded.store[0])
        .map(({ name, order }) => {
          const { name: _, ...match } = call;
          return {
            situation,
            recorded,
            call: call.name,
            kind: name,
            arm: (world: World) => world.storeFaults.order(order.kind === 'refuse' ? order : { ...order, ...match }),
            wasMet: async (world: World) => {
              const [left] = world.storeFaults.list();
              return left === undefined || (left.skip === 0 && left.times < (order.times ?? 1));
            },
          };
        }),
    ),
  );
