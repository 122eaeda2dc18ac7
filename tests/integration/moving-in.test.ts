import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fromOldTeleconsultation } from '../../lib/domain/migration/from-old.ts';
import { gatherPeople } from '../../lib/domain/migration/people.ts';
import { toOldTeleconsultation, toOldUser } from '../../lib/domain/migration/to-old.ts';
import { OldTeleconsultation } from '../../lib/schemas/old-records.ts';
import { createExportReader } from '../../lib/store/exports.ts';
import { aBooking, span } from '../support/bookings.ts';
import { drRossi, mrBianchi } from '../support/people.ts';
import { importInto } from '../support/retired-service.ts';
import { openWorld, type World } from '../support/world.ts';

/** Import and export against a real store: what is written, what is left alone, what is refused. */

let world: World;
/** The clock runs; lines are written from one instant. */
let start: number;
beforeEach(async () => {
  world = await openWorld();
  start = world.clock.now();
});
afterEach(() => world.close());

const HOUR = span('1 hour');
const iso = (ms: number) => new Date(start + ms).toISOString();
const idOf = (number: number) => number.toString(16).padStart(24, '0');

const users = [
  { bandyerId: 'usr_ada', receivedUserId: 'ada', __STATE__: 'PUBLIC' },
  { bandyerId: 'usr_ugo', receivedUserId: 'ugo', __STATE__: 'PUBLIC' },
];

/** Of ada and ugo, in the newest spelling, an hour long. */
const aLine = (number: number, startsIn = HOUR, parts: Record<string, unknown> = {}): Record<string, unknown> => ({
  _id: idOf(number),
  bandyerRoomId: `room_${number}`,
  participantsNumber: 2,
  participants: [
    {
      userBandyerId: 'usr_ada',
      accessLinkURL: `https://clinic.bandyer.com/ada-${number}`,
      groups: ['doctor'],
      fullName: 'Ada-Example',
    },
    {
      userBandyerId: 'usr_ugo',
      accessLinkURL: `https://clinic.bandyer.com/ugo-${number}`,
      groups: ['patient'],
      fullName: 'Ugo-Example',
    },
  ],
  startDate: iso(startsIn),
  endDate: iso(startsIn + HOUR),
  creatorId: 'public',
  createdAt: iso(-24 * HOUR),
  updaterId: 'public',
  updatedAt: iso(-24 * HOUR),
  __STATE__: 'PUBLIC',
  ...parts,
});

const exported = async (): Promise<{
  teleconsultations: Record<string, unknown>[];
  users: Record<string, unknown>[];
}> => {
  const { client, deps } = world;
  const reader = createExportReader({ client, table: deps.config.table, signal: new AbortController().signal });
  const teleconsultations: Record<string, unknown>[] = [];
  for await (const { record, mark } of reader.records()) {
    if (record.state !== 'CREATING') teleconsultations.push(toOldTeleconsultation(record, mark));
  }
  return { teleconsultations, users: reader.users().map(toOldUser) };
};
const byKey = (key: string) => (one: Record<string, unknown>, other: Record<string, unknown>) =>
  String(one[key]) < String(other[key]) ? -1 : 1;
const itemAt = async (pk: string) => (await world.items()).find(item => item.pk === pk);
const due = async () => {
  const items = await world.items();
  return items.filter(item => item.workDue !== undefined).map(item => item.pk);
};

describe('what an import writes', () => {
  it('is everything that a booking leaves, with users that count as confirmed', async () => {
    expect(await importInto(world, { teleconsultations: [aLine(1)], users })).toEqual({
      complete: true,
      lines: [
        'users: 2 imported, 0 left alone, 0 refused',
        'teleconsultations: 1 imported, 0 left alone, 0 refused',
        expect.stringMatching(/^done in /),
      ],
    });
    const items = await world.items();
    expect(items.map(({ pk, sk }) => `${pk} ${sk}`)).toEqual([
      `${idOf(1)} record`,
      'ext#ada person',
      'ext#ugo person',
      'kal#usr_ada person',
      'kal#usr_ugo person',
      `person#usr_ada ${idOf(1)}`,
      `person#usr_ugo ${idOf(1)}`,
      'room#room_1 room',
    ]);
    expect(await world.scope().people.find('ada')).toEqual({ kaleyraId: 'usr_ada', confirmedRole: 'basic' });
    expect(await itemAt('kal#usr_ugo')).toMatchObject({ externalId: 'ugo', fullName: 'Ugo-Example' });
    expect((await world.scope().records.findByRoom('room_1'))?.id).toBe(idOf(1));
  });

  it('is work only for what has not ended, or has within --clean-since', async () => {
    const lines = [aLine(1, HOUR), aLine(2, -HOUR / 2), aLine(3, -48 * HOUR), aLine(4, -480 * HOUR)];
    await importInto(world, { teleconsultations: lines, users });
    expect(await due()).toEqual([idOf(1), idOf(2)]);
    await importInto(world, { teleconsultations: lines, users }, { cleanSince: world.clock.now() - 72 * HOUR });
    expect(await due()).toEqual([idOf(1), idOf(2), idOf(3)]);
    const { ids } = await world.scope().records.findDue('0', Number.MAX_SAFE_INTEGER, 10);
    expect(ids).toEqual([idOf(3), idOf(2), idOf(1)]);
  });

  it('is nothing at all in a dry run, which reports all the same', async () => {
    const teleconsultations = [aLine(1), aLine(2, HOUR, { startDate: 'soon' })];
    const outcome = await importInto(world, { teleconsultations, users }, { dryRun: true });
    expect(outcome).toMatchObject({ complete: false });
    expect(outcome.lines[0]).toMatch(/^teleconsultations line 2: startDate: must be a date-time/);
    expect(await world.items()).toEqual([]);
  });

  it('takes drafts only when told to', async () => {
    const teleconsultations = [aLine(1, HOUR, { __STATE__: 'DRAFT' })];
    expect(await importInto(world, { teleconsultations, users })).toMatchObject({
      complete: true,
      lines: expect.arrayContaining(['teleconsultations line 1: is a draft, which only --drafts takes']),
    });
    expect(await world.record(idOf(1))).toBeUndefined();
    await importInto(world, { teleconsultations, users }, { drafts: true });
    expect(await world.record(idOf(1))).toMatchObject({ state: 'PUBLIC' });
  });
});

describe('an import that is repeated', () => {
  it('takes what its file says now of what nobody has touched', async () => {
    await importInto(world, { teleconsultations: [aLine(1)], users });
    await importInto(world, { teleconsultations: [aLine(1, 5 * HOUR)], users });
    expect(await world.record(idOf(1))).toMatchObject({ startDate: iso(5 * HOUR), version: 1 });
  });

  it('leaves alone what was changed, cancelled or booked since', async () => {
    const teleconsultations = [aLine(1), aLine(2), aLine(3)];
    await importInto(world, { teleconsultations, users });
    expect((await world.api.patch(`/teleconsultation/${idOf(1)}`, { end_date: iso(9 * HOUR) })).status).toBe(204);
    expect((await world.api.delete(`/teleconsultation/${idOf(2)}`)).status).toBe(204);
    const native = await aBooking(world);
    const before = await world.items();
    const again = await importInto(world, {
      teleconsultations: [...teleconsultations.slice(0, 2), { ...aLine(3), _id: native, bandyerRoomId: 'room_9' }],
      users,
    });
    expect(again.complete).toBe(true);
    expect(again.lines.slice(0, 3)).toEqual([
      'teleconsultations line 1: was changed since it was imported',
      'teleconsultations line 2: was changed since it was imported',
      'teleconsultations line 3: was changed since it was imported',
    ]);
    const records = (items: Record<string, unknown>[]) => items.filter(item => item.sk === 'record');
    expect(records(await world.items())).toEqual(records(before));
  });

  it('gives a person their newer user, and keeps the role that was confirmed of the one they keep', async () => {
    await importInto(world, { teleconsultations: [], users });
    await world.scope().people.confirm('ada', 'plus', world.clock.now());
    await world.scope().people.confirm('ugo', 'plus', world.clock.now());
    await importInto(world, {
      teleconsultations: [],
      users: [...users, { bandyerId: 'usr_ada2', receivedUserId: 'ada' }],
    });
    expect(await world.scope().people.find('ada')).toEqual({ kaleyraId: 'usr_ada2', confirmedRole: 'basic' });
    expect(await world.scope().people.find('ugo')).toEqual({ kaleyraId: 'usr_ugo', confirmedRole: 'plus' });
    expect(await itemAt('kal#usr_ada')).toMatchObject({ externalId: 'ada' });
    expect(await itemAt('kal#usr_ada2')).toMatchObject({ externalId: 'ada' });
  });

  it('leaves whoever has a user of ours by now', async () => {
    await aBooking(world, { participants: [drRossi, mrBianchi] });
    const known = await world.scope().people.find(drRossi.userId);
    const outcome = await importInto(world, {
      teleconsultations: [],
      users: [{ bandyerId: 'usr_old', receivedUserId: drRossi.userId }],
    });
    expect(outcome).toMatchObject({ complete: true });
    expect(outcome.lines[0]).toBe('users line 1: is known under another Kaleyra id since');
    expect(await world.scope().people.find(drRossi.userId)).toEqual(known);
    expect(await itemAt('kal#usr_old')).toMatchObject({ externalId: drRossi.userId });
  });
});

describe('what an import refuses', () => {
  it('is told line by line, and everything else is taken', async () => {
    const shared = [
      ...users,
      { bandyerId: 'usr_two', receivedUserId: 'eva' },
      { bandyerId: 'usr_two', receivedUserId: 'ivo' },
    ];
    const other = (kaleyraId: string) => ({ participants: [{ userBandyerId: kaleyraId }], bandyerRoomId: '' });
    const { complete, lines } = await importInto(world, {
      users: shared,
      teleconsultations: [
        aLine(1),
        aLine(1),
        aLine(2, HOUR, { bandyerRoomId: 'room_1' }),
        aLine(3, HOUR, other('usr_two')),
        aLine(4, HOUR, other('usr_missing')),
        aLine(5, HOUR, { _id: 7, bandyerRoomId: 'a/b' }),
        aLine(6),
      ],
    });
    expect(complete).toBe(false);
    expect(lines.slice(0, -1)).toEqual([
      'users line 3: has the Kaleyra id of somebody else: see line 4',
      'users line 4: has the Kaleyra id of somebody else: see line 3',
      'teleconsultations line 2: _id: is the one of line 1',
      'teleconsultations line 3: bandyerRoomId: is the room of line 1',
      'teleconsultations line 4: participants.0: is a user whom two rows of the users file give to different people',
      'teleconsultations line 5: participants.0: is a user whom no row of the users file has',
      'teleconsultations line 6: _id: must be a string',
      'teleconsultations line 6: bandyerRoomId: must be an id of the video service',
      'users: 2 imported, 0 left alone, 2 refused',
      'teleconsultations: 2 imported, 0 left alone, 5 refused',
    ]);
    const records = (await world.items()).filter(item => item.sk === 'record');
    expect(records.map(item => item.pk)).toEqual([idOf(1), idOf(6)]);
    expect(await itemAt('kal#usr_two')).toBeUndefined();
  });

  it('is also a user who is somebody else’s in the table, and whatever names that user', async () => {
    await importInto(world, { teleconsultations: [], users });
    const outcome = await importInto(world, {
      users: [{ bandyerId: 'usr_ada', receivedUserId: 'eva' }, users[1]],
      teleconsultations: [aLine(1)],
    });
    expect(outcome).toMatchObject({ complete: false });
    expect(outcome.lines.slice(0, 2)).toEqual([
      'users line 1: has a Kaleyra id that is somebody else’s in the table',
      'teleconsultations line 1: participants.0: has a Kaleyra id that is somebody else’s in the table',
    ]);
    expect(await world.record(idOf(1))).toBeUndefined();
    expect(await itemAt('ext#eva')).toBeUndefined();
    expect(await itemAt('kal#usr_ada')).toMatchObject({ externalId: 'ada' });
  });

  it('the same of a user whom only a teleconsultation names', async () => {
    await importInto(world, { teleconsultations: [], users });
    const named = (userId: string) => ({ participants: [{ kaleyraId: 'usr_ada', userId }], bandyerRoomId: '' });
    const refused = await importInto(world, { users: [], teleconsultations: [aLine(1, HOUR, named('eva'))] });
    expect(refused.lines[0]).toMatch(/^teleconsultations line 1: participants.0: has a Kaleyra id/);
    expect(await world.record(idOf(1))).toBeUndefined();
    const taken = {
      participants: [{ kaleyraId: 'usr_eva', userId: 'eva', fullName: 'Eva-Example' }],
      bandyerRoomId: '',
    };
    expect((await importInto(world, { users: [], teleconsultations: [aLine(1, HOUR, taken)] })).complete).toBe(true);
    expect(await world.scope().people.find('eva')).toEqual({ kaleyraId: 'usr_eva', confirmedRole: 'basic' });
    expect(await itemAt('kal#usr_eva')).toMatchObject({ externalId: 'eva', fullName: 'Eva-Example' });
  });
});

describe('the way back', () => {
  const roundTrip = (): Record<'users' | 'teleconsultations', Record<string, unknown>[]> => ({
    users: [
      {
        _id: 'row-1',
        bandyerId: 'usr_ada',
        receivedUserId: 'ada',
        createdAt: '2021-01-01T00:00:00.000Z',
        __STATE__: 'PUBLIC',
      },
      {
        bandyerId: 'usr_ugo',
        receivedUserId: 'ugo',
        fullName: 'Ugo-Example',
        groups: ['patient'],
        __STATE__: 'PUBLIC',
      },
      { bandyerId: 'usr_ugo2', receivedUserId: 'ugo', __STATE__: 'PUBLIC' },
      { bandyerId: 'usr_gone', receivedUserId: 'gone', __STATE__: 'TRASH' },
    ],
    teleconsultations: [
      aLine(1),
      aLine(2, HOUR, { _id: '00000000-0000-4000-8000-000000000002', teleconsultationState: 'as it was' }),
      aLine(3, HOUR, { bandyerRoomId: '', participants: [{ userBandyerId: 'usr_ada', accessLinkURL: '' }] }),
      aLine(4, -99 * HOUR, { __STATE__: 'TRASH', participants: [{ userBandyerId: 'usr_gone', accessLinkURL: '' }] }),
      aLine(5, -99 * HOUR, {
        __STATE__: 'DELETED',
        participants: [{ userBandyerId: 'usr_ugo2', accessLinkURL: '', language: 'it' }],
      }),
    ],
  });

  it('gives back every line as it came, and the newest user of a person last', async () => {
    const lines = roundTrip();
    expect((await importInto(world, lines)).complete).toBe(true);
    const back = await exported();
    expect(back.teleconsultations.sort(byKey('_id'))).toEqual(lines.teleconsultations.sort(byKey('_id')));
    const idsOfUgo = back.users.filter(row => row.receivedUserId === 'ugo').map(row => row.bandyerId);
    expect(idsOfUgo).toEqual(['usr_ugo', 'usr_ugo2']);
    expect(back.users.sort(byKey('bandyerId'))).toEqual(lines.users.sort(byKey('bandyerId')));
  });

  it('an export is imported into an empty table as what it was', async () => {
    await importInto(world, roundTrip());
    const first = await exported();
    await world.close();
    world = await openWorld();
    expect((await importInto(world, first)).complete).toBe(true);
    const second = await exported();
    expect(second.teleconsultations.sort(byKey('_id'))).toEqual(first.teleconsultations.sort(byKey('_id')));
    expect(second.users.sort(byKey('bandyerId'))).toEqual(first.users.sort(byKey('bandyerId')));
  });

  it('takes along what was booked, changed and cancelled here', async () => {
    await importInto(world, { teleconsultations: [aLine(1), aLine(2)], users });
    const booked = await aBooking(world, { participants: [drRossi, mrBianchi] });
    await world.api.patch(`/teleconsultation/${idOf(1)}`, { end_date: iso(9 * HOUR) });
    await world.api.delete(`/teleconsultation/${idOf(2)}`);
    await world.simulator.fault({ method: 'POST', path: '/v2/rooms', status: 500, times: 9 });
    expect(
      (
        await world.api.post('/teleconsultation', {
          start_date: iso(HOUR),
          end_date: iso(2 * HOUR),
          participants: { number: 2, data: [drRossi, mrBianchi] },
        })
      ).status,
    ).toBeGreaterThanOrEqual(500);

    const { teleconsultations, users: rows } = await exported();
    expect(teleconsultations).toHaveLength(3);
    const find = (id: string) => teleconsultations.find(one => one._id === id);
    expect(find(idOf(1))).toMatchObject({ endDate: iso(9 * HOUR), bandyerRoomId: 'room_1' });
    expect(find(idOf(2))).toMatchObject({
      __STATE__: 'TRASH',
      participants: [{ accessLinkURL: '' }, { accessLinkURL: '' }],
    });
    const native = find(booked);
    const people = gatherPeople(
      rows.map((row, index) => ({
        id: null,
        kaleyraId: String(row.bandyerId),
        externalId: String(row.receivedUserId),
        fullName: null,
        groups: [],
        createdAt: null,
        state: 'PUBLIC' as const,
        line: index + 1,
      })),
      { drafts: false },
    );
    const read = fromOldTeleconsultation(OldTeleconsultation.parse(native), people, { drafts: false });
    expect(read).toMatchObject({
      record: { participants: [{ externalId: drRossi.userId }, { externalId: mrBianchi.userId }], expected: 2 },
    });
    const stored = (await world.record(booked)) as { room: { id: string; links: unknown } };
    expect(read).toMatchObject({ record: { room: { id: stored.room.id, links: stored.room.links } } });
  });
});
