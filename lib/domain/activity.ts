import { traceOf } from '../log.ts';
import { nextUpkeep } from './obligations.ts';
import type { Scope } from './ports.ts';
import { type Activity, activityAfter, lookAgainAt, nextLook, type Watch } from './progress.ts';
import type { Teleconsultation } from './teleconsultation.ts';

/**
 * Looking at a teleconsultation's room: what Kaleyra says of it and of its calls is the truth, whatever an event said. A look
 * is written down before Kaleyra is asked, and due until its result is: one that fails, or is cut off, is made up for by a
 * job. Of looks that overlap, the one begun last counts, so it does not matter how often or in which order events arrive.
 *
 * - `seen`: the table holds what Kaleyra said
 * - `overtaken`: another look began meanwhile, and counts instead
 * - `left due`: Kaleyra could not be asked, or the record is gone; a job looks into it
 * - `no room`: the record has none, so there is nothing to look at
 */
export type Look = 'seen' | 'overtaken' | 'left due' | 'no room';

interface LookOptions {
  /** Of each of the two questions to Kaleyra. */
  timeoutMs?: number;
  /** Looks that have left something open already; decides how soon the next one comes. */
  attempts?: number;
}

/** When the cleanup wants to see the room before the planned end makes it: its call was over sooner. */
const earlyUpkeep = ({ config }: Scope, record: Teleconsultation, seen: Activity): number | null => {
  const due = nextUpkeep(record, config.rooms, seen);
  // Stryker disable next-line ConditionalExpression: null is passed on either way
  return due === null || due >= (nextUpkeep(record, config.rooms) ?? Number.POSITIVE_INFINITY) ? null : due;
};

const earliest = (one: number | null, other: number | null): number | null =>
  one === null || other === null ? (one ?? other) : Math.min(one, other);

/**
 * Looks at the room of the record now.
 *
 * @param record as just read
 * @throws ServiceError `store_unavailable`: then the look may not even be written down
 */
export const refreshActivity = async (
  scope: Scope,
  record: Teleconsultation,
  { timeoutMs, attempts = 0 }: LookOptions = {},
): Promise<Look> => {
  const { room } = record;
  if (room === null) return 'no room';
  const { clock, kaleyra, activities } = scope;
  const look = scope.ids.operation();
  const begun = clock.now();
  const before = await activities.begin(record.id, { look, now: begun, dueAt: lookAgainAt(begun, attempts) });

  const asked = await (async () => {
    // In this order: a call that is listed, in a room that says afterwards that nobody is in it, is over.
    const { sessions } = await kaleyra.listSessions(room.id, 0, timeoutMs);
    const details = (await kaleyra.readRoom(room.id, timeoutMs)) ?? null;
    return { roomId: room.id, room: details, sessions, now: clock.now() };
  })().catch(error => {
    scope.log.warn('activity.left_due', { teleconsultationId: record.id, roomId: room.id, ...traceOf(error) });
    return undefined;
  });
  if (asked === undefined) return 'left due';

  const seen = activityAfter(asked, before.seen);
  if (seen.details === null) {
    scope.log.warn('room.missing', { teleconsultationId: record.id, roomId: room.id });
    // Records are removed after their rooms. What was noted for one that is gone stays due, so that a job takes it out.
    if ((await scope.records.find(record.id)) === undefined) return 'left due';
  }
  const next = nextLook(record, seen, before.attempts);
  const done: Watch = { look, seen, ...next, dueAt: earliest(next.dueAt, earlyUpkeep(scope, record, seen)) };
  return (await activities.finish(record.id, done)) === 'done' ? 'seen' : 'overtaken';
};

/**
 * For jobs: looks at the room if a look is due, and takes what can never be looked at out of the index.
 *
 * @param record as just read, in whatever state
 * @throws ServiceError `store_unavailable`
 */
export const refreshDueActivity = async (scope: Scope, record: Teleconsultation): Promise<Look | 'not due'> => {
  const watch = await scope.activities.find(record.id);
  if (watch === undefined || watch.dueAt === null || watch.dueAt > scope.clock.now()) return 'not due';
  const outcome = await refreshActivity(scope, record, { attempts: watch.attempts });
  if (outcome === 'no room') await scope.activities.finish(record.id, { ...watch, dueAt: null, attempts: 0 });
  return outcome;
};
