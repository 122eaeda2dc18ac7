import { describe, expect, it } from 'vitest';
import { OldTeleconsultation, OldUser } from '../../../../lib/schemas/old-records.ts';

const ID = '0123456789abcdef01234567';
const START = '2026-05-04T09:00:00.000Z';
const minimal = { _id: ID, participants: [{ userBandyerId: 'usr_a' }], startDate: START };
const at = (text: string) => Date.parse(text);

/** Every complaint as `field: reason`. */
const problemsOf = (value: unknown, schema: typeof OldTeleconsultation | typeof OldUser = OldTeleconsultation) => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
};

describe('a teleconsultation', () => {
  it('is read with what the old store filled in', () => {
    expect(OldTeleconsultation.parse(minimal)).toEqual({
      id: ID,
      state: 'PUBLIC',
      roomId: null,
      expected: 1,
      participants: [
        { kaleyraId: 'usr_a', externalId: undefined, link: undefined, groups: [], fullName: null, language: null },
      ],
      startDate: at(START),
      endDate: null,
      progress: undefined,
      creatorId: 'public',
      createdAt: at(START),
      updaterId: 'public',
      updatedAt: at(START),
    });
  });

  it.each([
    ['userBandyerId', 'kaleyraId'],
    ['bandyerId', 'kaleyraId'],
    ['kaleyraId', 'kaleyraId'],
    ['receivedUserId', 'externalId'],
    ['userExternalId', 'externalId'],
    ['userId', 'externalId'],
    ['auth0Id', 'externalId'],
  ])('names a participant by %s', (spelling, field) => {
    const { participants } = OldTeleconsultation.parse({ ...minimal, participants: [{ [spelling]: 'some-id' }] });
    expect(participants[0]).toMatchObject({ [field]: 'some-id' });
  });

  it.each([
    ['an array', { participants: [{ kaleyraId: 'a' }, { kaleyraId: 'b' }] }, 2],
    ['an array and a number', { participants: [{ kaleyraId: 'a' }], participantsNumber: 3 }, 3],
    ['number and data', { participants: { number: 3, data: [{ kaleyraId: 'a' }] } }, 3],
    ['data alone', { participants: { data: [{ kaleyraId: 'a' }] } }, 1],
    ['a number of people who are all unknown', { participants: null, participantsNumber: 2 }, 2],
    ['a number in text', { participants: [], participantsNumber: '2' }, 2],
  ])('says how many are expected by %s', (_, fields, expected) => {
    expect(OldTeleconsultation.parse({ ...minimal, ...fields }).expected).toBe(expected);
  });

  it.each([
    ['missing', {}],
    ['null', { bandyerRoomId: null }],
    ['empty', { bandyerRoomId: '' }],
  ])('has no room where it is %s', (_, fields) => {
    expect(OldTeleconsultation.parse({ ...minimal, ...fields }).roomId).toBeNull();
  });

  it('ends where it says, or after its duration, which began at its creation where no start is stored', () => {
    const { startDate: _, ...withoutStart } = minimal;
    const created = '2021-01-01T10:00:00.000Z';
    const first = OldTeleconsultation.parse({ ...withoutStart, createdAt: created, duration: 1800 });
    expect([first.startDate, first.endDate]).toEqual([at(created), at('2021-01-01T10:30:00.000Z')]);
    const end = '2026-05-04T11:00:00.000Z';
    expect(OldTeleconsultation.parse({ ...minimal, duration: 60, endDate: end }).endDate).toBe(at(end));
  });

  it.each([
    ['no id', { _id: undefined }, '_id: is required'],
    ['an id of another form', { _id: 'ABCDEF0123456789ABCDEF01' }, '_id: must be 24 lower-case hex or a UUID'],
    ['no start and no creation', { startDate: null }, 'startDate: is required'],
    ['a date without a zone', { endDate: '2026-05-04T09:00:00' }, 'endDate: must be a date-time such as'],
    ['a state of its own', { __STATE__: 'GONE' }, '__STATE__: must be PUBLIC, DRAFT, TRASH or DELETED'],
    ['a room that leads elsewhere', { bandyerRoomId: '../users' }, 'bandyerRoomId: must be an id of the video service'],
    [
      'more people than expected',
      { participantsNumber: 1, participants: [{ userId: 'a' }, { userId: 'b' }] },
      'participants: names more people than participantsNumber',
    ],
    ['nobody', { participants: [] }, 'participants: names nobody'],
    ['a participant that is a text', { participants: ['usr_a'] }, 'participants.0: must be an object'],
    [
      'a bad participant in data',
      { participants: { data: [{ bandyerId: 'a b' }] } },
      'participants.data.0.bandyerId: must be an id',
    ],
    [
      'a script for a link',
      { participants: [{ userId: 'a', accessLinkURL: 'javascript:alert(1)' }] },
      'participants.0.accessLinkURL: must be an https address',
    ],
    [
      'a link in clear',
      { participants: [{ userId: 'a', accessLinkURL: 'http://clinic.example/x' }] },
      'participants.0.accessLinkURL: must be an https address',
    ],
    [
      'a link with a password',
      { participants: [{ userId: 'a', accessLinkURL: 'https://u:p@clinic.example/x' }] },
      'participants.0.accessLinkURL: must be an https address',
    ],
  ])('is refused with %s', (_, fields, problem) => {
    expect(problemsOf({ ...minimal, ...fields })).toEqual([expect.stringContaining(problem)]);
  });

  it.each([[null], [[]], ['text'], [7]])('is refused when it is %j', value => {
    expect(problemsOf(value)).toEqual([': must be an object']);
  });

  it('never has a value in a complaint', () => {
    const secret = 'Ada Rossi-Example';
    const link = `https://x:${secret}@clinic.example`;
    const value = {
      _id: secret,
      bandyerRoomId: secret,
      participantsNumber: secret,
      participants: [{ bandyerId: secret, accessLinkURL: link, groups: [{ secret }], fullName: { secret } }],
      startDate: secret,
      __STATE__: secret,
    };
    const problems = problemsOf(value);
    expect(problems.length).toBeGreaterThan(4);
    expect(problems.join('\n')).not.toContain('Ada');
  });
});

describe('a row of the user map', () => {
  it.each([
    ['of the last releases', { bandyerId: 'usr_a', receivedUserId: 'ada' }],
    ['of 1.0', { bandyerId: 'usr_a', auth0Id: 'ada' }],
    ['of the diagram', { bandyerId: 'usr_a', userExternalId: 'ada' }],
  ])('is read in the spelling %s', (_, row) => {
    expect(OldUser.parse(row)).toEqual({
      id: null,
      kaleyraId: 'usr_a',
      externalId: 'ada',
      fullName: null,
      groups: [],
      createdAt: null,
      state: 'PUBLIC',
    });
  });

  it('keeps name and groups in either key', () => {
    const row = { _id: 'x', bandyerId: 'usr_a', receivedUserId: 'ada', fullName: 'Ada-Example', group: 'doctor' };
    expect(OldUser.parse(row)).toMatchObject({ id: 'x', fullName: 'Ada-Example', groups: ['doctor'] });
  });

  it('needs both ids', () => {
    expect(problemsOf({ bandyerId: '', receivedUserId: null }, OldUser)).toEqual([
      'bandyerId: is required',
      'receivedUserId: is required',
    ]);
  });
});
