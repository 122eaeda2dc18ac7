import type { Sweep } from '../../../../../lib/domain/jobs/sweep-state.ts';
import { dueAt } from '../../../../../lib/domain/obligations.ts';
import type { ListedRoom, Scope } from '../../../../../lib/domain/ports.ts';
import type { ListedSession, Watch } from '../../../../../lib/domain/progress.ts';
import type { RoomDetails, Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';
import { DETAILS, linkOf, START } from '../../../../support/teleconsultations.ts';
import { listening } from '../support.ts';
import { listed } from './situations.ts';

/** A table of several records and a vendor in memory, for whole runs of jobs. */

export interface JobWorld {
  now?: number;
  environment?: Record<string, string>;
  records?: readonly Teleconsultation[];
  /** By records' ids. */
  watches?: Readonly<Record<string, Watch>>;
  /** Records whose item is gone while their place in the work index is not. */
  orphans?: readonly string[];
  /** Kaleyra's rooms, newest first. */
  rooms?: readonly ListedRoom[];
  pageSize?: number;
  /** What Kaleyra says of a room, beside what it says of any. */
  details?: Readonly<Record<string, Partial<RoomDetails>>>;
  /** By rooms' ids. */
  files?: Readonly<Record<string, readonly string[]>>;
  recordings?: Readonly<Record<string, readonly string[]>>;
  sessions?: Readonly<Record<string, readonly ListedSession[]>>;
  sweep?: Sweep;
  /** Participants of whom nobody has noted that Kaleyra knows them. */
  unconfirmed?: readonly string[];
  /** Calls that fail: by name, or by name and first argument. */
  failing?: Readonly<Record<string, Error>>;
  /** Called before each call, which it may make fail. */
  onCall?: (call: string, world: { now: number; records: Map<string, Teleconsultation> }) => void;
}

/** More than any run here needs: what goes round in circles is to end. */
const MOST_CALLS = 3000;

export const aJobWorld = (options: JobWorld = {}) => {
  const { environment = {}, failing = {}, pageSize = 50, details = {}, recordings = {} } = options;
  const stop = new AbortController();
  const journal: string[] = [];
  const metrics: string[] = [];
  const world = {
    now: options.now ?? START,
    records: new Map((options.records ?? []).map(record => [record.id, record])),
    watches: new Map(Object.entries(options.watches ?? {})),
    rooms: [...(options.rooms ?? [])],
    files: new Map(Object.entries(options.files ?? {}).map(([room, keys]) => [room, new Set(keys)])),
    orphans: new Set(options.orphans),
    sweep: options.sweep,
    saved: [] as Sweep[],
    walk: undefined as string | undefined,
    pausedUntil: 0,
  };
  const called = (call: string, ...rest: unknown[]): void => {
    const whole = [call, ...rest].join(' ');
    if (journal.push(whole) > MOST_CALLS) throw new Error('it goes round in circles');
    options.onCall?.(whole, world);
    const failure = failing[`${call} ${rest[0]}`] ?? failing[call];
    if (failure !== undefined) throw failure;
  };
  const isThere = (roomId: string): boolean => world.rooms.some(({ id }) => id === roomId);
  const config = aConfig({ KALEYRA_MAX_CONCURRENCY: '1', KALEYRA_JOB_CALLS_PER_MINUTE: '10000', ...environment });
  const due = (shard: string, until: number): string[] =>
    [...world.records.values()]
      .map(record => {
        const watched = world.watches.get(record.id)?.dueAt;
        return { id: record.id, at: Math.min(dueAt(record, config.rooms) ?? Infinity, watched ?? Infinity) };
      })
      .filter(({ id, at }) => id.startsWith(shard) && at <= until)
      .map(({ id }) => id)
      .concat([...world.orphans].filter(id => id.startsWith(shard)))
      .sort();
  let made = 0;
  let operations = 0;
  const base = aScope({
    config,
    signal: stop.signal,
    clock: {
      now: () => world.now,
      sleep: async ms => {
        world.now += ms;
      },
    },
    ids: { operation: () => `operation-${++operations}`, jitter: () => 0 },
    records: {
      find: async id => {
        called('find', id);
        return world.records.get(id);
      },
      findWithWatch: async id => {
        called('look', id);
        const record = world.records.get(id);
        return record && { record, watch: world.watches.get(id) };
      },
      findDue: async (shard, until, limit, after = '') => {
        called('findDue', shard, until, limit, after);
        const ids = due(shard, until).filter(id => id > after);
        return { ids: ids.slice(0, limit), next: ids.length > limit ? ids[limit - 1] : undefined };
      },
      findPast: async (before, after = '') => {
        called('findPast', before);
        const ids = [...world.records.keys()].sort().filter(id => id > after);
        return { ids: ids.slice(0, 2), next: ids.length > 2 ? ids[1] : undefined };
      },
      change: async (before, after) => {
        called('change', before.id);
        if (world.records.get(before.id)?.version !== before.version) return 'lost';
        const stored = { ...after, version: before.version + 1 };
        world.records.set(before.id, stored);
        return stored;
      },
      erase: async record => {
        called('erase', record.id);
        world.records.delete(record.id);
        return 'done';
      },
      forget: async id => {
        called('forget', id);
        world.orphans.delete(id);
      },
      linkPeople: async () => undefined,
      linkRoom: async () => undefined,
      unlinkPeople: async () => called('unlinkPeople'),
      unlinkRoom: async roomId => called('unlinkRoom', roomId),
    },
    people: {
      find: async externalId => ({
        kaleyraId: `usr_${externalId}`,
        confirmedRole: options.unconfirmed?.includes(externalId) ? undefined : 'plus',
      }),
      assertStaying: async () => undefined,
      confirm: async (externalId, role) => called('confirm', externalId, role),
      rememberWayBack: async () => undefined,
    },
    activities: {
      find: async id => world.watches.get(id),
      begin: async (id, { look, dueAt: at }) => {
        const before = world.watches.get(id);
        const watch = { seen: before?.seen, look, dueAt: at, attempts: (before?.attempts ?? 0) + 1 };
        world.watches.set(id, watch);
        return watch;
      },
      finish: async (id, watch) => {
        world.watches.set(id, watch);
        return 'done';
      },
    },
    jobs: {
      pausedUntil: async () => world.pausedUntil,
      pauseUntil: async until => {
        world.pausedUntil = until;
      },
      findSweep: async () => world.sweep,
      saveSweep: async sweep => void world.saved.push(sweep),
      findWalk: async () => world.walk,
      saveWalk: async after => {
        called('saveWalk', after);
        world.walk = after;
      },
    },
    kaleyra: {
      createRoom: async (spec, description) => {
        called('createRoom', description);
        const id = `made-${++made}`;
        world.rooms.unshift(listed(id, description, world.now));
        return {
          id,
          details: DETAILS,
          links: spec.participants.map(({ kaleyraId }) => ({ kaleyraId, url: linkOf(kaleyraId) })),
        };
      },
      createUser: async (kaleyraId, role) => {
        called('createUser', kaleyraId, role);
        return 'created';
      },
      readRoom: async roomId => {
        called('readRoom', roomId);
        return isThere(roomId) ? { ...DETAILS, ...details[roomId] } : undefined;
      },
      deleteRoom: async roomId => {
        called('deleteRoom', roomId);
        world.rooms = world.rooms.filter(({ id }) => id !== roomId);
      },
      disableRoom: async roomId => called('disableRoom', roomId),
      listRooms: async offset => {
        called('listRooms', offset);
        const end = offset + pageSize;
        return { rooms: world.rooms.slice(offset, end), hasMore: end < world.rooms.length };
      },
      listUploads: async roomId => {
        called('listUploads', roomId);
        return { keys: [...(world.files.get(roomId) ?? [])], hasMore: false };
      },
      deleteUpload: async key => {
        called('deleteUpload', key);
        for (const keys of world.files.values()) keys.delete(key);
      },
      listSessions: async roomId => {
        called('listSessions', roomId);
        const ids = recordings[roomId] ?? [];
        const ended = ids.map(id => ({ id, startedAt: 0, durationInSeconds: 1, kaleyraIds: [] }));
        return { sessions: options.sessions?.[roomId] ?? ended, hasMore: false };
      },
      findRecording: async sessionId => (Object.values(recordings).flat().includes(sessionId) ? 'there' : 'absent'),
      deleteRecording: async sessionId => {
        called('deleteRecording', sessionId);
        return Object.values(recordings).flat().includes(sessionId) ? 'deleted' : 'absent';
      },
    },
  });
  const { scope: heard, told } = listening(base);
  const add = (name: string, value: number, part?: string): void =>
    void metrics.push([name, value, part].filter(one => one !== undefined).join(' '));
  const scope: Scope = { ...heard, metrics: { ...base.metrics, add } as never, afterwards: () => scope };
  /** The calls whose name is one of these. */
  const calls = (...names: string[]): string[] => journal.filter(call => names.includes(call.split(' ')[0] ?? ''));
  return { scope, world, stop, journal, told, metrics, calls };
};
