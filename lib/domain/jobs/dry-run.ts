import { noMetrics } from '../../metrics.ts';
import type { Kaleyra, RecordStore, Scope } from '../ports.ts';

/**
 * A scope in which nothing can be changed: it reads as always, and whatever would write says "done". The same code then finds
 * and counts the same, whoever adds a step to it later.
 */

const done = async (): Promise<void> => undefined;

const onlyReading = (kaleyra: Kaleyra): Kaleyra => {
  const refuse = async (): Promise<never> => {
    throw new TypeError('a dry run makes nothing');
  };
  // Whoever looks again, as after a deletion, must find them gone.
  const gone = new Set<string>();
  return {
    ...kaleyra,
    createUser: refuse,
    setRole: refuse,
    createRoom: refuse,
    createCredentials: refuse,
    uploadBackground: refuse,
    setDefaultBackground: refuse,
    deleteRoom: done,
    disableRoom: done,
    listUploads: async (roomId, offset) => {
      const page = await kaleyra.listUploads(roomId, offset);
      return { ...page, keys: page.keys.filter(key => !gone.has(key)) };
    },
    deleteUpload: async key => {
      gone.add(key);
    },
    deleteUser: async () => 'deleted',
    deleteRecording: async sessionId => {
      const found = await kaleyra.findRecording(sessionId);
      return found === 'there' ? 'deleted' : found;
    },
  };
};

const unwritten = (records: RecordStore): RecordStore => ({
  ...records,
  create: async record => record,
  change: async (before, after) => ({ ...after, version: before.version + 1 }),
  amend: async (before, after) => ({ ...after, version: before.version }),
  linkPeople: done,
  linkRoom: done,
  unlinkPeople: done,
  unlinkRoom: done,
  erase: async () => 'done',
  forget: done,
});

export const dryScope = (scope: Scope): Scope => ({
  ...scope,
  // What is only pretended is not counted; what Kaleyra is really asked counts itself.
  metrics: noMetrics,
  kaleyra: onlyReading(scope.kaleyra),
  records: unwritten(scope.records),
  jobs: { ...scope.jobs, saveWalk: done },
  activities: {
    ...scope.activities,
    begin: async (id, { look, dueAt }) => {
      const watch = await scope.activities.find(id);
      return { seen: watch?.seen, look, dueAt, attempts: (watch?.attempts ?? 0) + 1 };
    },
    finish: async () => 'done',
  },
  afterwards: () => dryScope(scope.afterwards()),
});
