import type { Config } from '../../lib/config.ts';
import type { Kaleyra, ListedRoom, MadeRoom, RecordStore, Scope } from '../../lib/domain/ports.ts';
import type { ActivityStore, Watch } from '../../lib/domain/progress.ts';
import type { RoomDetails, RoomSpec, Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { KaleyraError } from '../../lib/errors.ts';
import { aScope } from './scopes.ts';
import { DETAILS, linkOf, START } from './teleconsultations.ts';

/** A table and a vendor in memory, for the rules by which rooms come and go. What fails and who comes between is the test's. */

interface Options {
  record?: Teleconsultation | undefined;
  now?: number;
  config?: Config;
  /** The calls that fail, and how: `createRoom 1` is the first one of its kind. */
  failing?: Record<string, Error>;
  /** What somebody else does to the record just before a write of ours, counted from 1. */
  meanwhile?: (write: number, stored: Teleconsultation) => Teleconsultation | undefined;
  rooms?: readonly ListedRoom[];
  /** Rooms on one page of the list. */
  pageSize?: number;
  /** The list of rooms never says that it has ended. */
  endless?: boolean;
  files?: Record<string, readonly string[]>;
  recordings?: Record<string, readonly string[]>;
  activities?: Partial<ActivityStore>;
  watch?: Watch | undefined;
  /** What Kaleyra says of a room; without it there is none. */
  details?: (roomId: string) => RoomDetails | undefined;
  signal?: AbortSignal;
}

export const kaleyraFails = (vendorStatus: number | undefined, more = {}): KaleyraError =>
  vendorStatus === undefined
    ? new KaleyraError('kaleyra_unavailable', 503, 'no answer', more)
    : new KaleyraError('kaleyra_refused', 502, 'refused', { vendorStatus, ...more });

export const aRoomsWorld = (options: Options = {}) => {
  const { record, now = START - 3_600_000, failing = {}, meanwhile, pageSize = 50, endless = false } = options;
  const files = new Map(Object.entries(options.files ?? {}).map(([roomId, keys]) => [roomId, new Set(keys)]));
  const world = {
    now,
    journal: [] as string[],
    logs: [] as [string, object][],
    metrics: [] as string[],
    stored: record,
    rooms: [...(options.rooms ?? [])],
    specs: [] as RoomSpec[],
  };
  const counts = new Map<string, number>();
  const called = (call: string, ...rest: unknown[]): void => {
    world.journal.push([call, ...rest].join(' '));
    const count = (counts.get(call) ?? 0) + 1;
    counts.set(call, count);
    const failure = failing[`${call} ${count}`] ?? failing[call];
    if (failure !== undefined) throw failure;
  };
  let writes = 0;
  const records: Partial<RecordStore> = {
    find: async id => {
      called('find', id);
      return world.stored;
    },
    change: async (before, after) => {
      writes += 1;
      if (meanwhile !== undefined && world.stored !== undefined) world.stored = meanwhile(writes, world.stored);
      called('change');
      if (world.stored?.version !== before.version) return 'lost';
      world.stored = { ...after, version: before.version + 1 };
      return world.stored;
    },
    findWithWatch: async id => {
      called('find', id);
      return world.stored && { record: world.stored, watch: options.watch };
    },
    unlinkPeople: async (id, kaleyraIds) => called('unlinkPeople', id, ...kaleyraIds),
    unlinkRoom: async roomId => called('unlinkRoom', roomId),
    erase: async before => {
      called('erase');
      if (world.stored?.version !== before.version) return 'lost';
      world.stored = undefined;
      return 'done';
    },
    linkPeople: async (id, kaleyraIds) => called('linkPeople', id, ...kaleyraIds),
    linkRoom: async (roomId, id) => called('linkRoom', roomId, id),
  };
  const kaleyra: Partial<Kaleyra> = {
    createRoom: async (spec, description): Promise<MadeRoom> => {
      world.specs.push(spec);
      called('createRoom', description);
      const id = `made-${world.specs.length}`;
      world.rooms.unshift({ id, description, createdAt: world.now });
      const links = spec.participants.map(({ kaleyraId }) => ({ kaleyraId, url: linkOf(kaleyraId) }));
      return { id, links, details: DETAILS };
    },
    createUser: async (kaleyraId, role) => {
      called('createUser', kaleyraId, role);
      return 'created';
    },
    disableRoom: async roomId => called('disableRoom', roomId),
    readRoom: async roomId => {
      called('readRoom', roomId);
      return options.details?.(roomId);
    },
    deleteRoom: async roomId => {
      called('deleteRoom', roomId);
      world.rooms = world.rooms.filter(({ id }) => id !== roomId);
    },
    listRooms: async offset => {
      called('listRooms', offset);
      const end = offset + pageSize;
      return { rooms: world.rooms.slice(offset, end), hasMore: endless || end < world.rooms.length };
    },
    listUploads: async roomId => {
      called('listUploads', roomId);
      return { keys: [...(files.get(roomId) ?? [])], hasMore: false };
    },
    deleteUpload: async key => {
      called('deleteUpload', key);
      for (const keys of files.values()) keys.delete(key);
    },
    listSessions: async roomId => {
      called('listSessions', roomId);
      const ids = options.recordings?.[roomId] ?? [];
      return { sessions: ids.map(id => ({ id, startedAt: 0, durationInSeconds: 1, kaleyraIds: [] })), hasMore: false };
    },
    deleteRecording: async sessionId => {
      called('deleteRecording', sessionId);
      return 'deleted';
    },
  };
  let operations = 0;
  const base = aScope({
    ...(options.config && { config: options.config }),
    clock: { now: () => world.now },
    ids: { operation: () => `operation-${++operations}`, kaleyraUserId: () => 'minted' },
    records,
    kaleyra,
    people: {
      identify: async externalId => ({ kaleyraId: `usr_${externalId}`, confirmedRole: undefined }),
      assertStaying: async () => undefined,
      confirm: async externalId => called('confirm', externalId),
      rememberWayBack: async () => undefined,
    },
    activities: { find: async () => undefined, ...options.activities },
    ...(options.signal && { signal: options.signal }),
  });
  const note = (event: string, fields: object = {}): void => void world.logs.push([event, fields]);
  const scope: Scope = {
    ...base,
    log: { ...base.log, warn: note, error: note },
    metrics: { ...base.metrics, add: (name: string, value: number) => world.metrics.push(`${name} ${value}`) } as never,
    afterwards: () => scope,
  };
  return { scope, world };
};
