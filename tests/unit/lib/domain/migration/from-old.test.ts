import { describe, expect, it } from 'vitest';
import { fromOldTeleconsultation, importedDueAt } from '../../../../../lib/domain/migration/from-old.ts';
import { gatherPeople } from '../../../../../lib/domain/migration/people.ts';
import { toOldTeleconsultation } from '../../../../../lib/domain/migration/to-old.ts';
import type { Teleconsultation } from '../../../../../lib/domain/teleconsultation.ts';
import { OldTeleconsultation } from '../../../../../lib/schemas/old-records.ts';
import { aConfig } from '../../../../support/configs.ts';
import { HOUR, START } from '../../../../support/teleconsultations.ts';

const person = (kaleyraId: string, externalId: string) => ({
  id: null,
  kaleyraId,
  externalId,
  fullName: null,
  groups: [],
  createdAt: null,
  state: 'PUBLIC' as const,
  line: 1,
});
const people = () => gatherPeople([person('usr_a', 'ada'), person('usr_u', 'ugo')], { drafts: false });
const iso = (instant: number) => new Date(instant).toISOString();

/** In the spelling of the last release. */
const line = {
  _id: '0123456789abcdef01234567',
  bandyerRoomId: 'room_1',
  participantsNumber: 2,
  participants: [
    {
      userBandyerId: 'usr_a',
      accessLinkURL: 'https://clinic.bandyer.com/a',
      groups: ['doctor'],
      fullName: 'Ada-Example',
    },
    { userBandyerId: 'usr_u', accessLinkURL: 'https://clinic.bandyer.com/u', groups: ['patient'], language: 'it' },
  ],
  teleconsultationState: 'whatever it said',
  startDate: iso(START),
  endDate: iso(START + HOUR),
  creatorId: 'somebody',
  createdAt: iso(START - HOUR),
  updaterId: 'somebody-else',
  updatedAt: iso(START - HOUR / 2),
  __STATE__: 'PUBLIC',
};
const taken = (value: unknown, drafts = false) => {
  const result = fromOldTeleconsultation(OldTeleconsultation.parse(value), people(), { drafts });
  if ('refusals' in result) throw new Error(JSON.stringify(result.refusals));
  return result;
};
const refusals = (value: unknown) => {
  const result = fromOldTeleconsultation(OldTeleconsultation.parse(value), people(), { drafts: false });
  return 'refusals' in result ? result.refusals : [];
};

describe('a record', () => {
  it('keeps id, users, room and links, and says who is behind the users', () => {
    expect(taken(line).record).toMatchObject({
      id: line._id,
      state: 'PUBLIC',
      expected: 2,
      participants: [
        { externalId: 'ada', kaleyraId: 'usr_a', groups: ['doctor'], fullName: 'Ada-Example', language: null },
        { externalId: 'ugo', kaleyraId: 'usr_u', groups: ['patient'], fullName: null, language: 'it' },
      ],
      room: {
        id: 'room_1',
        links: [
          { kaleyraId: 'usr_a', url: 'https://clinic.bandyer.com/a' },
          { kaleyraId: 'usr_u', url: 'https://clinic.bandyer.com/u' },
        ],
      },
      creatorId: 'somebody',
      updaterId: 'somebody-else',
      version: 1,
    });
  });

  it.each([
    ['as it is', line],
    ['without a room', { ...line, bandyerRoomId: '', participants: [{ userBandyerId: 'usr_a', accessLinkURL: '' }] }],
    ['without an end', { ...line, endDate: undefined }],
    ['deleted, without the links that nobody needs', { ...line, __STATE__: 'DELETED' }],
    ['in the bin', { ...line, __STATE__: 'TRASH' }],
  ])('goes back as it came, %s', (_, value) => {
    const { record, mark } = taken(value);
    const links = value.__STATE__ === 'PUBLIC' ? {} : { accessLinkURL: '' };
    const expected = { ...value, participants: value.participants.map(one => ({ ...one, ...links })) };
    expect(toOldTeleconsultation(record, mark)).toEqual(JSON.parse(JSON.stringify(expected)));
  });

  it('of ours goes back without anything noted beside it, in the bin once it is cancelled', () => {
    const { record } = taken(line);
    expect(toOldTeleconsultation(record, undefined)).not.toHaveProperty('teleconsultationState');
    expect(toOldTeleconsultation({ ...record, state: 'TRASH', room: null }, undefined)).toMatchObject({
      __STATE__: 'TRASH',
      bandyerRoomId: '',
    });
  });

  it('in the bin has no room and no link', () => {
    expect(taken({ ...line, __STATE__: 'TRASH' }).record).toMatchObject({ state: 'TRASH', room: null });
    expect(JSON.stringify(taken({ ...line, __STATE__: 'DELETED' }))).not.toContain('clinic.bandyer.com');
  });

  it('says who takes part, with the groups of the users file where it has none itself', () => {
    const rows = gatherPeople([{ ...person('usr_a', 'ada'), groups: ['head'] }, person('usr_u', 'ugo')], {
      drafts: false,
    });
    const participants = [{ userBandyerId: 'usr_a' }, { userBandyerId: 'usr_u', groups: ['patient'] }];
    const old = OldTeleconsultation.parse({ ...line, participants });
    expect(fromOldTeleconsultation(old, rows, { drafts: false })).toMatchObject({
      people: [{ externalId: 'ada' }, { externalId: 'ugo' }],
      record: { participants: [{ groups: ['head'] }, { groups: ['patient'] }] },
    });
  });

  it('has the links that it had, of nobody else, and none where there is no room', () => {
    const [ada, ugo] = line.participants;
    const linkless = { ...ada, accessLinkURL: '' };
    expect(taken({ ...line, participants: [linkless, ugo] }).record.room?.links).toEqual([
      { kaleyraId: 'usr_u', url: 'https://clinic.bandyer.com/u' },
    ]);
    expect(taken({ ...line, bandyerRoomId: '', participants: [linkless] }).record.room).toBeNull();
  });

  it.each<[string, object, string[]]>([
    ['PUBLIC', {}, []],
    ['TRASH', {}, ['room_1']],
    ['DELETED', { bandyerRoomId: '' }, []],
  ])('that was %s, with %j, remembers the rooms %j', (state, parts, formerRooms) => {
    const participants = state === 'PUBLIC' ? line.participants : [{ userBandyerId: 'usr_a' }];
    const { record } = taken({ ...line, ...parts, participants, __STATE__: state });
    expect(record).toMatchObject({ formerRooms, formerPeople: [], owed: [] });
  });

  it('in the bin is taken also where it has links to a room that it does not name', () => {
    expect(taken({ ...line, bandyerRoomId: '', __STATE__: 'TRASH' }).record.state).toBe('TRASH');
  });

  it.each([
    ['never changed there', START - HOUR, 1],
    ['changed there half an hour after it was booked', START - HOUR / 2, 1801],
    ['changed there before it was booked, as its dates say', START - 2 * HOUR, 1],
    ['changed there after longer than a calendar counts', START + 1e13, 1_000_000_001],
  ])('%s begins with a revision that rises with the old changes', (_, updatedAt, revision) => {
    expect(taken({ ...line, updatedAt: new Date(updatedAt).toISOString() }).record.revision).toBe(revision);
  });

  it('that was a draft is visible where drafts were', () => {
    expect(taken({ ...line, __STATE__: 'DRAFT' }, true).record.state).toBe('PUBLIC');
  });

  it.each([
    [
      'an unknown user',
      { participants: [line.participants[0], { userBandyerId: 'usr_x' }] },
      'participants.1',
      'is a user whom no row of the users file has',
    ],
    [
      'one user twice',
      { participants: [{ userBandyerId: 'usr_a' }, { userId: 'ada' }] },
      'participants.1',
      'is the same user as participants.0',
    ],
    [
      'a link and no room',
      { bandyerRoomId: null },
      'participants.0.accessLinkURL',
      'is a link to a room that the record does not name',
    ],
  ])('with %s is refused', (_, fields, field, reason) => {
    expect(refusals({ ...line, ...fields })).toEqual([{ field, reason }]);
  });
});

describe('work for a job', () => {
  const due = (now: number, cleanSince: number | null, parts: Partial<Teleconsultation> = {}) =>
    importedDueAt(
      { ...taken(line).record, ...parts },
      aConfig({ ROOM_CLOSE_GRACE_MS: String(HOUR) }).rooms,
      now,
      cleanSince,
    );
  const end = START + HOUR;

  it('is what follows the end of a call that is not over', () => {
    expect(due(end, null)).toBe(end + HOUR);
    expect(due(end + 1, null)).toBeNull();
  });

  it('reaches back as far as it is told to', () => {
    expect(due(end + 99 * HOUR, end)).toBe(end + HOUR);
    expect(due(end + 99 * HOUR, end + 1)).toBeNull();
    expect(due(end, end + 99 * HOUR)).toBe(end + HOUR);
  });

  it('is nothing for what has no end or no room', () => {
    expect(due(START, 0, { endDate: null })).toBeNull();
    expect(due(START, 0, { room: null })).toBeNull();
  });
});
