import { describe, expect, it } from 'vitest';
import type { Identified } from '../../../../../lib/domain/people.ts';
import { makeRoom, newAttempt } from '../../../../../lib/domain/rooms/make-room.ts';
import type { RoomSpec } from '../../../../../lib/domain/teleconsultation.ts';
import { drRossi, mrBianchi } from '../../../../support/people.ts';
import { aRoomsWorld, kaleyraFails } from '../../../../support/room-rules.ts';
import { asParticipant } from '../../../../support/teleconsultations.ts';

const ID = 'd'.repeat(24);

const SPEC: RoomSpec = {
  participants: [{ kaleyraId: 'usr_dr-rossi', isAdmin: true, tools: undefined }],
  durationSeconds: 600,
  recording: 'none',
  offlineTranscription: false,
  live: true,
};
const WITH_TRANSCRIPTION: RoomSpec = { ...SPEC, recording: 'manual', offlineTranscription: true };

const PEOPLE: Identified[] = [drRossi, mrBianchi].map(person => ({
  invitee: asParticipant(person),
  role: person === drRossi ? 'plus' : 'basic',
  known: { kaleyraId: `usr_${person.userId}`, confirmedRole: 'plus' },
}));

const making = async (failures: readonly (Error | undefined)[], spec = SPEC) => {
  const failing = Object.fromEntries(
    failures.flatMap((failure, index) => (failure ? [[`createRoom ${index + 1}`, failure]] : [])),
  );
  const { scope, world } = aRoomsWorld({ failing });
  const attempt = newAttempt();
  const outcome = await makeRoom(scope, ID, spec, PEOPLE, attempt).catch((error: Error) => error);
  return { outcome, attempt, world };
};

describe('a room that Kaleyra makes', () => {
  it('carries the record’s id, and is accounted for and counted', async () => {
    const { outcome, attempt, world } = await making([]);
    expect(outcome).toMatchObject({ id: 'made-1' });
    expect(attempt).toEqual({ made: outcome, unusableRoomId: undefined, unanswered: false, circuit: undefined });
    expect(world).toMatchObject({ specs: [SPEC], journal: [`createRoom ${ID}`], metrics: ['RoomsMade 1'], logs: [] });
  });
});

describe('a room that Kaleyra does not make', () => {
  it('was certainly not made where Kaleyra refused', async () => {
    const refusal = kaleyraFails(403);
    const { outcome, attempt, world } = await making([refusal]);
    expect(outcome).toBe(refusal);
    expect(attempt).toEqual(newAttempt());
    expect(world).toMatchObject({ journal: [`createRoom ${ID}`], metrics: [] });
  });

  it.each([
    ['Kaleyra never answered', kaleyraFails(undefined, { maybeDone: true }), true],
    ['nobody asked Kaleyra', kaleyraFails(undefined, { maybeDone: false }), false],
    ['something else broke', new Error('broken'), true],
  ])('may be there all the same where %s', async (_, failure, unanswered) => {
    const { outcome, attempt } = await making([failure]);
    expect(outcome).toBe(failure);
    expect(attempt).toEqual({ ...newAttempt(), unanswered });
  });

  it('is there and of no use where Kaleyra’s answer lacks a link', async () => {
    const { attempt } = await making([kaleyraFails(undefined, { maybeDone: true, madeRoomId: 'useless' })]);
    expect(attempt).toEqual({ ...newAttempt(), unusableRoomId: 'useless' });
  });
});

describe('people whom Kaleyra may not know', () => {
  it.each([400, 404, 422])('are all introduced again after a %d, and the room is tried once more', async status => {
    const { outcome, attempt, world } = await making([kaleyraFails(status)]);
    expect(outcome).toMatchObject({ id: 'made-2' });
    expect(attempt.made).toBe(outcome);
    expect(world.journal).toEqual([
      `createRoom ${ID}`,
      'createUser usr_dr-rossi plus',
      'createUser usr_mr-bianchi basic',
      `createRoom ${ID}`,
    ]);
    expect(world.logs).toEqual([['room.users_introduced_again', { teleconsultationId: ID }]]);
  });

  it('are introduced once only', async () => {
    const second = kaleyraFails(400);
    const { outcome, world } = await making([kaleyraFails(400), second]);
    expect(outcome).toBe(second);
    expect(world.specs).toHaveLength(2);
  });

  it.each([
    ['a refusal of the key', kaleyraFails(401)],
    ['a failure of Kaleyra’s', kaleyraFails(500)],
    ['no answer', kaleyraFails(undefined)],
    ['no answer, whatever its status', Object.assign(kaleyraFails(undefined), { vendorStatus: 400 })],
    ['something else', Object.assign(new Error('broken'), { code: 'kaleyra_refused', vendorStatus: 400 })],
  ])('are not introduced again after %s', async (_, failure) => {
    const { outcome, world } = await making([failure]);
    expect(outcome).toBe(failure);
    expect(world.journal).toEqual([`createRoom ${ID}`]);
  });
});

describe('a company without transcriptions', () => {
  it('gets its room without one, and the log says so', async () => {
    const { outcome, attempt, world } = await making([kaleyraFails(403)], WITH_TRANSCRIPTION);
    expect(outcome).toMatchObject({ id: 'made-2' });
    expect(attempt.made).toBe(outcome);
    expect(world.specs).toEqual([WITH_TRANSCRIPTION, { ...WITH_TRANSCRIPTION, offlineTranscription: false }]);
    expect(world.logs).toEqual([['room.made_without_transcription', { teleconsultationId: ID, roomId: 'made-2' }]]);
  });

  it.each([
    ['the key is refused', kaleyraFails(401)],
    ['a call has no answer', kaleyraFails(undefined)],
    ['something else broke', Object.assign(new Error('broken'), { code: 'kaleyra_refused' })],
  ])('is not taken for one when %s', async (_, failure) => {
    const { outcome, world } = await making([failure], WITH_TRANSCRIPTION);
    expect(outcome).toBe(failure);
    expect(world.specs).toHaveLength(1);
  });

  it.each(['invalid_user_id', 'no_plus_user'])('is not taken for one when Kaleyra speaks of people: %s', async code => {
    const { world } = await making([kaleyraFails(400, { vendorCode: code })], WITH_TRANSCRIPTION);
    expect(world.specs).toEqual([WITH_TRANSCRIPTION, WITH_TRANSCRIPTION]);
    expect(world.logs.map(([event]) => event)).toEqual(['room.users_introduced_again']);
  });

  it('that also lacks the users gets both, one after the other', async () => {
    const refusal = kaleyraFails(400);
    const { outcome, world } = await making([refusal, refusal, refusal], WITH_TRANSCRIPTION);
    expect(outcome).toMatchObject({ id: 'made-4' });
    expect(world.specs.map(({ offlineTranscription }) => offlineTranscription)).toEqual([true, false, true, false]);
  });
});
