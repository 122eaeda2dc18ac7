import fc from 'fast-check';
import type { Config } from '../../lib/config.ts';
import { roomSpec, specHash } from '../../lib/domain/room-spec.ts';
import type { Participant, Room, RoomDetails, Teleconsultation } from '../../lib/domain/teleconsultation.ts';
import { aConfig } from './configs.ts';
import { drRossi, mrBianchi, type Person } from './people.ts';

/** Teleconsultations as the rules see them: named ones, and any. */

export const START = Date.UTC(2026, 4, 4, 9);
const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const DETAILS: RoomDetails = {
  recording: 'none',
  recordingStatus: 'stopped',
  callType: 'audio_video',
  description: 'd'.repeat(24),
  status: 'NOT_RUNNING',
  disabled: false,
  creationDate: '2026-05-01T08:00:00.000Z',
  durationInSeconds: 0,
  durationUsedInSeconds: 0,
  live: true,
};

export const asParticipant = ({ userId, groups, fullName }: Person): Participant => ({
  externalId: userId,
  kaleyraId: `usr_${userId}`,
  groups,
  fullName,
  language: null,
});

export const linkOf = (kaleyraId: string): string => `https://clinic.bandyer.com/direct-rest-call-handler/${kaleyraId}`;

const PAIR = [drRossi, mrBianchi].map(asParticipant);

/** A booking of a doctor and a patient without a room, from START for an hour. */
export const aRecord = (parts: Partial<Teleconsultation> = {}): Teleconsultation => ({
  id: 'd'.repeat(24),
  state: 'PUBLIC',
  startDate: START,
  endDate: START + HOUR,
  expected: 2,
  participants: PAIR,
  room: null,
  claim: null,
  owed: [],
  upkeep: null,
  formerRooms: [],
  formerPeople: [],
  booking: null,
  creatorId: 'public',
  createdAt: START - 24 * HOUR,
  updaterId: 'public',
  updatedAt: START - 24 * HOUR,
  revision: 1,
  version: 1,
  ...parts,
});

/** The room that Kaleyra would have been asked for. */
const roomOf = (record: Teleconsultation, config: Config): Room => {
  const spec = roomSpec(record, config);
  if (spec === null) throw new Error('an incomplete teleconsultation has no room');
  const links = record.participants.map(({ kaleyraId }) => ({ kaleyraId, url: linkOf(kaleyraId) }));
  return { id: 'room-1', specHash: specHash(spec), links, details: DETAILS };
};

/** The same record with its room. */
export const withRoom = (record: Teleconsultation = aRecord(), config = aConfig()): Teleconsultation => ({
  ...record,
  room: roomOf(record, config),
});

/** Groups that the default privileges make plus, and basic; with any others beside them. */
const others = fc.array(fc.constantFrom('nurses', 'ward-7', 'Doctor', 'PATIENT'), { maxLength: 3 });
export const plusGroups = fc
  .tuple(others, fc.subarray(['patient', 'customer']))
  .chain(([some, basic]) =>
    fc.shuffledSubarray(['doctor', ...some, ...basic], { minLength: 1 + some.length + basic.length }),
  );
export const basicGroups = fc
  .tuple(others, fc.subarray(['patient', 'customer'], { minLength: 1 }))
  .chain(([some, basic]) => fc.shuffledSubarray([...some, ...basic], { minLength: some.length + basic.length }));

/** Between two and six people, all different, everybody with a role. */
export const anyParticipants = fc
  .uniqueArray(
    fc.record({
      externalId: fc.string({ minLength: 1, maxLength: 12 }),
      kaleyraId: fc.stringMatching(/^usr_[0-9a-f]{6}$/),
      groups: fc.oneof(plusGroups, basicGroups),
      fullName: fc.option(fc.string({ maxLength: 12 })),
      language: fc.constantFrom('it' as const, 'en' as const, null),
    }),
    { minLength: 2, maxLength: 6, selector: ({ externalId }) => externalId },
  )
  .filter(people => new Set(people.map(({ kaleyraId }) => kaleyraId)).size === people.length);

/** Complete ones without a room, of 5 minutes to 24 hours. */
export const anyCompleteRecord = fc
  .record({
    participants: anyParticipants,
    startDate: fc.integer({ min: START - 1000 * HOUR, max: START + 1000 * HOUR }),
    seconds: fc.integer({ min: 300, max: 86_400 }),
  })
  .map(({ participants, startDate, seconds }) =>
    aRecord({ participants, expected: participants.length, startDate, endDate: startDate + seconds * 1000 }),
  );

/** The same elements in any order. */
export const anyOrderOf = <Item>(items: readonly Item[]): fc.Arbitrary<Item[]> =>
  fc.shuffledSubarray([...items], { minLength: items.length, maxLength: items.length });
