import type { Erasure, Note, Traces, Trail } from '../../../../../lib/domain/erasure/erasure.ts';
import type { Scope } from '../../../../../lib/domain/ports.ts';
import { HOUR, START } from '../../../../support/teleconsultations.ts';
import { RUN_MS } from '../jobs/situations.ts';
import { aJobWorld, type JobWorld } from '../jobs/support.ts';

/** Whole runs of an erasure of Mr Bianchi, on a table of several records and a vendor in memory. */

export const ERASED = 'mr-bianchi';
export const HIS = 'usr_mr-bianchi';

/** After the call of any record that a test has, if not said otherwise. */
export const OVER = START + 48 * HOUR;
export const OPERATION = 'e'.repeat(16);

/** More than any run here needs: what goes round in circles is to end. */
const MOST_SAVES = 12;

export interface ErasureWorld extends JobWorld {
  /** What his id leads to. */
  trail?: Trail;
  /** Who he turns out to be when the tombstone is written. */
  meanwhile?: string;
  /** Pages of what the table holds of him. */
  traces?: readonly Partial<Traces>[];
  /** Records that name him, by his Kaleyra ids. */
  notes?: Readonly<Record<string, readonly Note[]>>;
  /** His users at Kaleyra; every one unless given. */
  users?: readonly string[];
  pausedUntil?: number;
}

export const anErasing = (options: ErasureWorld = {}) => {
  const { traces = [{}], users, pausedUntil = 0 } = options;
  const job = aJobWorld({ now: OVER, ...options });
  const world = { trail: options.trail, begun: undefined as Erasure | undefined };
  const done: string[] = [];
  let saves = 0;
  const notes = new Map(Object.entries(options.notes ?? {}));
  const noted = (kaleyraId: string, id: string, note?: Note): void => {
    const others = (notes.get(kaleyraId) ?? []).filter(one => one.id !== id);
    notes.set(kaleyraId, note === undefined ? others : [...others, note]);
  };
  job.world.pausedUntil = pausedUntil;
  const erasures: Partial<Scope['erasures']> = {
    find: async () => world.trail,
    begin: async (_, erasure) => {
      world.begun = erasure;
      const kaleyraId = options.meanwhile ?? world.trail?.kaleyraId;
      world.trail = { kaleyraId, erasure };
      return { kaleyraId, erasure };
    },
    save: async (_, __, after) => {
      saves += 1;
      if (saves > MOST_SAVES) throw new Error('it goes round in circles');
      world.trail = { kaleyraId: world.trail?.kaleyraId, erasure: after };
      return after;
    },
    finish: async () => {
      done.push('finish');
      return 'done';
    },
    findTraces: async (_, after) => {
      const page = after === undefined ? 0 : Number(after);
      done.push(`traces ${page}`);
      const next = page + 1 < traces.length ? String(page + 1) : undefined;
      return { kaleyraIds: [], naming: [], authored: [], bookmark: undefined, ...traces[page], next };
    },
    findNotes: async kaleyraId => ({ notes: notes.get(kaleyraId) ?? [], next: undefined }),
    noteCleared: async (id, kaleyraIds) => {
      done.push(`cleared ${id}`);
      for (const kaleyraId of kaleyraIds) noted(kaleyraId, id, { id, cleared: true });
    },
    forgetWayBack: async kaleyraId => void done.push(`forget ${kaleyraId}`),
    withdraw: async () => void done.push('withdraw'),
  };
  const scope: Scope = {
    ...job.scope,
    ids: { ...job.scope.ids, operation: () => OPERATION },
    erasures: erasures as Scope['erasures'],
    records: {
      ...job.scope.records,
      amend: (before, after) => job.scope.records.change(before, after),
      linkPeople: async (id, kaleyraIds) => {
        for (const kaleyraId of kaleyraIds) noted(kaleyraId, id, { id, cleared: false });
      },
      unlinkPeople: async (id, kaleyraIds) => {
        for (const kaleyraId of kaleyraIds) noted(kaleyraId, id);
      },
    },
    jobs: {
      ...job.scope.jobs,
      pauseUntil: async until => {
        done.push(`pause ${until}`);
        job.world.pausedUntil = until;
      },
    },
    kaleyra: {
      ...job.scope.kaleyra,
      hasUser: async kaleyraId => {
        done.push(`has ${kaleyraId}`);
        return users?.includes(kaleyraId) ?? true;
      },
      deleteUser: async kaleyraId => {
        done.push(`delete ${kaleyraId}`);
        return (users?.includes(kaleyraId) ?? true) ? 'deleted' : 'gone';
      },
    },
    afterwards: () => scope,
  };
  return { ...job, scope, done, begun: () => world.begun, endsAt: job.world.now + RUN_MS };
};
