import { hash } from 'node:crypto';
import type { Config } from '../config.ts';
import type { Tools } from '../schemas/configuration.ts';
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

type Asked = RoomSpec['participants'][number];

/** Two objects of the configuration, for most of a process's life. */
const toolTexts = new WeakMap<Tools, string>();

const textOfTools = (tools: Tools | undefined): string => {
  if (tools === undefined) return 'null';
  const known = toolTexts.get(tools);
  if (known !== undefined) return known;
  const text = JSON.stringify(Object.entries(tools).sort(([one], [other]) => (one < other ? -1 : 1)));
  toolTexts.set(tools, text);
  return text;
};

/** As JSON would write the list of the three. */
const textOfParticipant = ({ kaleyraId, isAdmin, tools }: Asked): string =>
  `[${JSON.stringify(kaleyraId)},${isAdmin},${textOfTools(tools)}]`;

/** Equal for specs that ask for the same room, in whatever order the participants stand. */
export const specHash = (spec: RoomSpec): string => {
  const participants = [...spec.participants].sort((one, other) => (one.kaleyraId < other.kaleyraId ? -1 : 1));
  const asked = [
    `[${participants.map(textOfParticipant).join(',')}]`,
    JSON.stringify(spec.durationSeconds ?? null),
    JSON.stringify(spec.recording),
    JSON.stringify(spec.live),
    // Only where it is asked for: rooms without it keep the hash that they were stored with.
    ...(spec.offlineTranscription ? ['"offline transcription"'] : []),
  ];
  return hash('sha256', `[${asked.join(',')}]`, 'hex').slice(0, 32);
};

/**
 * In place of the hash of a room that the retired service made. Nobody knows with which settings it was made, so it counts as
 * what its record asks for today: only a change of the record itself replaces it.
 */
export const IMPORTED_ROOM = 'imported';

type Asking = Parameters<typeof roomSpec>[0];

/** Where the retired service asked a directory it stored no groups: then those that are known by now were always theirs. */
const withGroupsFrom = (record: Asking, planned: Asking): Asking => ({
  ...record,
  participants: record.participants.map(participant => {
    if (participant.groups.length > 0) return participant;
    const known = planned.participants.find(({ kaleyraId }) => kaleyraId === participant.kaleyraId);
    // Stryker disable next-line ArrayDeclaration: a group that no privilege knows gives no role either
    return { ...participant, groups: known?.groups ?? [] };
  }),
});

const hashOf = (record: Asking, config: Pick<Config, 'rooms' | 'privileges'>): string | null => {
  const spec = roomSpec(record, config);
  return spec === null ? null : specHash(spec);
};

/** Whether the room of the record, or that it has none, is right for what is planned. */
export const keepsRoom = (
  record: Asking & Pick<Teleconsultation, 'room'>,
  planned: Asking,
  config: Pick<Config, 'rooms' | 'privileges'>,
): boolean => {
  if (record.room === null) return !isComplete(planned);
  const made = record.room.specHash;
  return (made === IMPORTED_ROOM ? hashOf(withGroupsFrom(record, planned), config) : made) === hashOf(planned, config);
};
