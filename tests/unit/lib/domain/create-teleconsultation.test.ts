import { describe, expect, it } from 'vitest';
import { createTeleconsultation } from '../../../../lib/domain/create-teleconsultation.ts';
import type { RepeatableBooking } from '../../../../lib/domain/repeated-booking.ts';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import type { CreateRequest } from '../../../../lib/schemas/requests.ts';
import { aConfig } from '../../../support/configs.ts';
import { drRossi, mrBianchi, type Person } from '../../../support/people.ts';
import { aRoomsWorld, kaleyraFails } from '../../../support/room-rules.ts';
import { aRecord, asParticipant, HOUR, START, withRoom } from '../../../support/teleconsultations.ts';

const NOW = START - HOUR;
const NEW_ID = 'a'.repeat(24);
const REPEATABLE: RepeatableBooking = { id: 'd'.repeat(24), booking: { digest: 'of the request', done: false } };

const bodyOf = (people: readonly Person[], expected = people.length): CreateRequest => ({
  start_date: START,
  end_date: START + HOUR,
  participants: {
    expected,
    form: 'numbered list',
    data: people.map(({ userId, groups, fullName }) => ({
      externalId: userId,
      groups,
      fullName,
      language: undefined,
    })),
  },
});

type Options = NonNullable<Parameters<typeof aRoomsWorld>[0]> & {
  repeatable?: RepeatableBooking;
  people?: readonly Person[];
  callerId?: string;
  /** Whoever it is, Kaleyra knows them under one id. */
  sameUser?: boolean;
  groups?: string[];
  /** Somebody has written a record under the new id just before us. */
  created?: Teleconsultation;
};

const booking = async (options: Options = {}) => {
  const {
    repeatable,
    people = [drRossi, mrBianchi],
    callerId = 'dr-rossi',
    groups = [],
    created,
    sameUser,
    ...rest
  } = options;
  const { scope, world } = aRoomsWorld({ now: NOW, ...rest });
  const firsts: Teleconsultation[] = [];
  const all = {
    ...scope,
    caller: { id: callerId, groups, scopes: [], fullName: null },
    ...(sameUser && {
      people: { ...scope.people, identify: async () => ({ kaleyraId: 'usr_same', confirmedRole: undefined }) },
    }),
    ids: { ...scope.ids, recordId: () => NEW_ID },
    records: {
      ...scope.records,
      create: async (record: Teleconsultation) => {
        world.journal.push('create');
        if (created !== undefined) world.stored = created;
        if (world.stored !== undefined) return 'lost' as const;
        firsts.push(record);
        world.stored = record;
        return record;
      },
    },
  };
  const outcome = await createTeleconsultation(
    { ...all, afterwards: () => all },
    bodyOf(people),
    'creator',
    repeatable,
  ).catch((error: Error) => error);
  return { outcome, world, firsts };
};

const calls = (journal: readonly string[], start: string): number =>
  journal.filter(call => call.startsWith(start)).length;

describe('a booking', () => {
  it('is written before Kaleyra hears of it, invisible to everybody', async () => {
    const { firsts, world } = await booking();
    expect(firsts).toEqual([
      {
        id: NEW_ID,
        state: 'CREATING',
        startDate: START,
        endDate: START + HOUR,
        expected: 2,
        participants: [],
        room: null,
        claim: { operation: 'operation-1', until: NOW + 60_000 },
        owed: [],
        upkeep: null,
        formerRooms: [],
        formerPeople: [],
        booking: null,
        creatorId: 'creator',
        createdAt: NOW,
        updaterId: 'creator',
        updatedAt: NOW,
        revision: 0,
        version: 1,
      },
    ]);
    expect(world.journal.indexOf('create')).toBeLessThan(world.journal.indexOf(`createRoom ${NEW_ID}`));
  });

  it('is there with its people and its room afterwards, and counted', async () => {
    const { outcome, world } = await booking();
    expect(outcome).toBe(NEW_ID);
    expect(world.stored).toMatchObject({ state: 'PUBLIC', claim: null, room: { id: 'made-1' }, booking: null });
    expect(world.stored?.participants.map(({ externalId }) => externalId)).toEqual(['dr-rossi', 'mr-bianchi']);
    expect(world.metrics).toEqual(['RoomsMade 1', 'Bookings 1']);
  });

  it('that fails stays invisible, without a claim, and is not counted', async () => {
    const failing = { createRoom: kaleyraFails(403) };
    const { outcome, world } = await booking({ failing });
    expect(outcome).toBe(failing.createRoom);
    expect(world.stored).toMatchObject({ state: 'CREATING', claim: null });
    expect(world.metrics).toEqual([]);
  });

  it('is refused before anything is written', async () => {
    const { outcome, world } = await booking({ people: [mrBianchi] });
    expect(outcome).toMatchObject({ message: 'Failed POST /teleconsultation: no plus user in room' });
    expect(world.journal).toEqual([]);
  });

  it('is refused where two participants are one user at Kaleyra', async () => {
    const rule = 'two participants are the same user at the video service';
    expect((await booking({ sameUser: true })).outcome).toMatchObject({
      message: `Failed POST /teleconsultation: ${rule}`,
    });
  });

  it('is to be repeated where its id was taken, which chance alone can do', async () => {
    const { outcome, world } = await booking({ created: aRecord() });
    expect(world.metrics).toEqual([]);
    expect(outcome).toMatchObject({
      status: 409,
      retryAfter: 1,
      message: 'the booking was interrupted, please repeat it',
    });
  });

  it('is for those whom the rules let book, with themselves in it', async () => {
    const rules = { config: aConfig({ AUTHORIZATION: 'rules' }), groups: ['doctor'] };
    expect((await booking(rules)).outcome).toBe(NEW_ID);
    const patient = await booking({ ...rules, callerId: 'mr-bianchi', groups: ['patient'] });
    expect([patient.outcome, patient.world.journal]).toMatchObject([{ status: 403 }, []]);
    const absent = await booking({ ...rules, callerId: 'dr-verdi' });
    expect([absent.outcome, absent.world.journal]).toMatchObject([{ status: 403 }, []]);
  });
});

describe('a booking that may be repeated', () => {
  const done = { ...REPEATABLE.booking, done: true };
  const unfinished = aRecord({ state: 'CREATING', participants: [], booking: REPEATABLE.booking });

  it('is made under the id of the attempt, and remembers that it is done', async () => {
    const { outcome, world } = await booking({ repeatable: REPEATABLE });
    expect(outcome).toBe(REPEATABLE.id);
    expect(world.stored).toMatchObject({ id: REPEATABLE.id, state: 'PUBLIC', booking: done });
  });

  it('is not made twice', async () => {
    const { outcome, world } = await booking({ repeatable: REPEATABLE, record: withRoom(aRecord({ booking: done })) });
    expect([outcome, world.journal]).toEqual([REPEATABLE.id, [`find ${REPEATABLE.id}`]]);
  });

  it('needs no plus user to be found again', async () => {
    const record = withRoom(aRecord({ booking: done }));
    expect((await booking({ repeatable: REPEATABLE, record, people: [mrBianchi] })).outcome).toBe(REPEATABLE.id);
  });

  it('goes on where an earlier attempt has stopped', async () => {
    const { outcome, world } = await booking({ repeatable: REPEATABLE, record: unfinished });
    expect(outcome).toBe(REPEATABLE.id);
    expect(world.stored).toMatchObject({ state: 'PUBLIC', room: { id: 'made-1' }, booking: done });
    expect(world.journal).not.toContain('create');
  });

  it('goes on where another attempt was faster to begin and has stopped', async () => {
    const { outcome, world } = await booking({ repeatable: REPEATABLE, created: unfinished });
    expect(outcome).toBe(REPEATABLE.id);
    expect(world.stored).toMatchObject({ state: 'PUBLIC', booking: done });
  });

  it('is found where another attempt was faster and is done', async () => {
    const created = withRoom(aRecord({ booking: done, participants: [drRossi, mrBianchi].map(asParticipant) }));
    const { outcome, world } = await booking({ repeatable: REPEATABLE, created });
    expect([outcome, world.stored]).toEqual([REPEATABLE.id, created]);
    expect(calls(world.journal, 'createRoom')).toBe(0);
  });

  it('is given up where others are faster all the time', async () => {
    const { outcome, world } = await booking({
      repeatable: REPEATABLE,
      record: unfinished,
      meanwhile: (_, stored) => ({ ...stored, version: stored.version + 1 }),
    });
    expect(outcome).toMatchObject({ status: 409, message: 'the booking was interrupted, please repeat it' });
    expect(calls(world.journal, 'change')).toBe(5);
    expect(calls(world.journal, 'createRoom')).toBe(0);
  });

  it('is given up where the record goes meanwhile', async () => {
    const { outcome } = await booking({ repeatable: REPEATABLE, record: unfinished, meanwhile: () => undefined });
    expect(outcome).toMatchObject({ status: 409 });
  });
});
