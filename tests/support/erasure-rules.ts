import { type Erasure, NOTHING_REMOVED, type Note, type Traces } from '../../lib/domain/erasure/erasure.ts';
import { openLedger } from '../../lib/domain/erasure/ledger.ts';
import { goOn } from '../../lib/domain/erasure/stages.ts';
import { noProblems, type Work } from '../../lib/domain/erasure/work.ts';
import type { Scope } from '../../lib/domain/ports.ts';
import { aRoomsWorld } from './room-rules.ts';
import { DETAILS, HOUR, START } from './teleconsultations.ts';

/** One run of an erasure of Mr Bianchi on a table and a vendor in memory. */
const ERASED = { externalId: 'mr-bianchi', kaleyraIds: ['usr_mr-bianchi'] };
export const OPERATION = 'f'.repeat(16);

/** After the call of any record that a test has, if not said otherwise. */
export const OVER = START + 48 * HOUR;

/** The notes of a test stay what they are, so an erasure may find no end: that is one. */
const MOST_SAVES = 8;

interface Options extends NonNullable<Parameters<typeof aRoomsWorld>[0]> {
  cancel?: boolean;
  /** What Kaleyra says of the status of every room. */
  status?: string;
  /** Where the erasure stands. */
  erasure?: Partial<Erasure>;
  /** Pages of notes, and of what the table holds. */
  notes?: readonly (readonly Note[])[];
  traces?: readonly Partial<Traces>[];
  /** Called before each page of what the table holds. */
  onPage?: (page: number) => void;
  /** Whether the tombstone can be removed. */
  finish?: 'done' | 'lost';
}

export const anErasure = ({ cancel = false, status = 'NOT_RUNNING', ...options }: Options = {}) => {
  const { scope: base, world } = aRoomsWorld({ details: () => ({ ...DETAILS, status }), ...options });
  const { notes = [[]], traces = [{}], failing = {} } = options;
  const cleared: unknown[][] = [];
  const unlinked: unknown[][] = [];
  const saved: Partial<Erasure>[] = [];
  const done: string[] = [];
  const call = (name: string, ...rest: unknown[]): void => {
    done.push([name, ...rest].join(' '));
    const failure = failing[name];
    if (failure !== undefined) throw failure;
  };
  let paused = 0;
  let stored: Erasure = {
    begunAt: 0,
    operation: OPERATION,
    stage: 'erasing',
    kaleyraIds: ERASED.kaleyraIds,
    position: null,
    checkedSince: null,
    removed: NOTHING_REMOVED,
    mark: '',
    ...options.erasure,
  };
  const pageOf = <Page>(
    pages: readonly Page[],
    after: string | undefined,
  ): { page: Page; next: string | undefined } => {
    const index = after === undefined ? 0 : Number(after);
    const page = pages[index] as Page;
    return { page, next: index + 1 < pages.length ? String(index + 1) : undefined };
  };
  const erasures: Scope['erasures'] = {
    find: async () => ({ kaleyraId: undefined, erasure: stored }),
    begin: async (_, erasure) => {
      stored = erasure;
      return { kaleyraId: undefined, erasure };
    },
    save: async (_, __, after) => {
      if (saved.length === MOST_SAVES) throw new Error('it goes round in circles');
      const { stage, position, checkedSince, kaleyraIds } = after;
      saved.push({ stage, position, checkedSince, kaleyraIds });
      stored = after;
      return after;
    },
    withdraw: async () => call('withdraw'),
    finish: async () => {
      call('finish');
      return options.finish ?? 'done';
    },
    findTraces: async (_, after) => {
      options.onPage?.(after === undefined ? 0 : Number(after));
      const { page, next } = pageOf(traces, after);
      const found = { kaleyraIds: [], naming: [], authored: [], bookmark: undefined, ...page };
      return { ...found, next };
    },
    findNotes: async (kaleyraId, after) => {
      options.signal?.throwIfAborted();
      const { page, next } = pageOf(kaleyraId === ERASED.kaleyraIds[0] ? notes : [[]], after);
      return { notes: page, next };
    },
    noteCleared: async (...noted) => void cleared.push(noted),
    forgetWayBack: async kaleyraId => call('forgetWayBack', kaleyraId),
  };
  const scope: Scope = {
    ...base,
    erasures,
    jobs: {
      ...base.jobs,
      pausedUntil: async () => paused,
      pauseUntil: async until => {
        paused = until;
        done.push(`pause ${until}`);
      },
    },
    records: {
      ...base.records,
      amend: async (before, after) => {
        world.journal.push('amend');
        return base.records.change(before, after);
      },
      linkPeople: async (...noted) => call('linkPeople', ...noted),
      unlinkPeople: async (...noted) => void unlinked.push(noted),
    },
    kaleyra: {
      ...base.kaleyra,
      deleteUser: async kaleyraId => {
        call('deleteUser', kaleyraId);
        return 'deleted';
      },
    },
  };
  const work: Work = {
    scope: { ...scope, afterwards: () => scope },
    externalId: ERASED.externalId,
    cancel,
    ledger: openLedger(erasures, ERASED.externalId, stored),
    problems: noProblems(),
    cancelled: new Set(),
  };
  const pause = {
    set: (until: number) => {
      paused = until;
    },
  };
  return { work, world, cleared, unlinked, saved, done, pause };
};

/** The same, carried on with for as long as it goes, on a day on which the call is over. */
export const goingOn = async (options: Options) => {
  const erasure = anErasure({ now: OVER, ...options });
  const stop = await goOn(erasure.work).catch((error: unknown) => error);
  return { stop, ...erasure, stages: erasure.saved.map(({ stage }) => stage) };
};
