import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Retention, RetentionOptions } from '../../lib/domain/jobs/apply-retention.ts';
import type { Cleanup, CleanupOptions } from '../../lib/domain/jobs/cleanup-uploads.ts';
import type { ReconcileOptions, Reconciliation } from '../../lib/domain/jobs/reconcile-rooms.ts';
import { roomSpec } from '../../lib/domain/room-spec.ts';
import type { Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { aBooking, type BookingWish } from './bookings.ts';
import type { JournalEntry } from './simulator.ts';
import type { World } from './world.ts';

/** Jobs, and the calls they look after. */

export const cleanUp = async (world: World, options: CleanupOptions = {}): Promise<Cleanup> =>
  (await world.invoke('cleanupUploads', options)) as Cleanup;

export const reconcile = async (world: World, options: ReconcileOptions = {}): Promise<Reconciliation> =>
  (await world.invoke('reconcileRooms', options)) as Reconciliation;

export const retain = async (world: World, options: RetentionOptions = {}): Promise<Retention> =>
  (await world.invoke('applyRetention', options)) as Retention;

/** The settings under which files are to go, and no test waits for its turn. */
export const DELETING = { TELECONSULTATION_DELETE_UPLOADS: 'true', KALEYRA_JOB_CALLS_PER_MINUTE: '100000' };

/** Nobody has ever booked anything, and Kaleyra knows nobody. */
export const emptied = async (world: World): Promise<void> => {
  await world.simulator.reset();
  for (const { pk, sk } of await world.items()) {
    await world.client.send(new DeleteCommand({ TableName: world.deps.config.table, Key: { pk, sk } }));
  }
};

export const roomIdOf = async (world: World, id: string): Promise<string> => {
  const record = await world.scope().records.find(id);
  return record?.room?.id ?? '';
};

export interface PlayedCall {
  id: string;
  roomId: string;
  sessionId: string;
  /** Keys of its files. */
  uploads: string[];
}

/** A booking whose call has taken place just now, unheard of by any webhook. */
export const aPlayedCall = async (
  world: World,
  wish: BookingWish = {},
  call: Record<string, unknown> = {},
): Promise<PlayedCall> => {
  const id = await aBooking(world, { startsIn: '-10 minutes', ...wish });
  const roomId = await roomIdOf(world, id);
  return { id, roomId, ...(await world.simulator.playCall({ roomId, webhooks: false, ...call })) };
};

/** Files that are still at Kaleyra, of one room. */
export const filesOf = async (world: World, roomId: string): Promise<string[]> =>
  (await world.simulator.state()).uploads
    .filter(upload => upload.room_id === roomId && upload.deleted !== true)
    .map(upload => upload.key);

const named = (path: string): string =>
  path.replace(/^(\/v2\/uploads\/).+$/, '$1{key}').replace(/room_[0-9a-f]+/, '{id}');

/** What the simulator was asked, as `PUT /v2/rooms/{id}/disable`; the same call in a row stands there once. */
export const callsOf = (requests: readonly JournalEntry[]): string[] =>
  requests.map(({ method, path }) => `${method} ${named(path)}`).filter((call, index, all) => call !== all[index - 1]);

/** The record as the rules see it. */
export const recordOf = async (world: World, id: string): Promise<Teleconsultation> => {
  const record = await world.scope().records.find(id);
  if (record === undefined) throw new Error(`there is no record ${id}`);
  return record;
};

/** What a run of a job wrote last into the log under that event. */
export const loggedBy = (world: World, event: string): Record<string, unknown> | undefined =>
  world.logs.map(line => JSON.parse(line) as Record<string, unknown>).findLast(line => line.event === event);

/** A room at Kaleyra with that description and the participants of the record, of which our table knows nothing. */
export const aStray = async (world: World, description: string, like: string): Promise<string> => {
  const { kaleyra, config } = world.scope();
  const spec = roomSpec(await recordOf(world, like), config);
  if (spec === null) throw new Error('an incomplete teleconsultation has no room to be like');
  return (await kaleyra.createRoom(spec, description)).id;
};
