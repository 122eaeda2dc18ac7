import { createHash } from 'node:crypto';
import type { Config } from '../config.ts';
import { callSeconds } from './duration.ts';
import { roleOf } from './roles.ts';
import { isComplete, type RoomSpec, type Teleconsultation } from './teleconsultation.ts';

/**
 * The room that a record should have at Kaleyra, or null while the list of participants is incomplete. Only what Kaleyra is
 * told is in it: a name, a language, or a start without a duration changes no room.
 */
export const roomSpec = (
  record: Pick<Teleconsultation, 'participants' | 'expected' | 'startDate' | 'endDate'>,
  config: Pick<Config, 'rooms' | 'privileges'>,
): RoomSpec | null => {
  if (!isComplete(record)) return null;
  return {
    participants: record.participants.map(({ kaleyraId, groups }) => {
      const role = roleOf(groups, config.privileges) ?? 'basic';
      return { kaleyraId, isAdmin: role === 'plus', tools: config.privileges[role].tools };
    }),
    durationSeconds: callSeconds(record, config.rooms.unlimited),
    recording: config.rooms.recording,
    offlineTranscription: config.rooms.recording !== 'none',
    live: config.rooms.live,
  };
};

/** Equal for specs that ask for the same room, in whatever order the participants stand. */
export const specHash = (spec: RoomSpec): string => {
  const participants = spec.participants
    .map(({ kaleyraId, isAdmin, tools }) => [
      kaleyraId,
      isAdmin,
      tools === undefined ? null : Object.entries(tools).sort(([one], [other]) => (one < other ? -1 : 1)),
    ])
    .sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  const asked = [participants, spec.durationSeconds ?? null, spec.recording, spec.live];
  // Only where there is one: rooms without keep the hash that they were stored with.
  if (spec.offlineTranscription) asked.push('offline transcription');
  return createHash('sha256').update(JSON.stringify(asked)).digest('hex').slice(0, 32);
};
