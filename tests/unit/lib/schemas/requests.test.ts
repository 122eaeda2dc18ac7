import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type * as z from 'zod/mini';
import { pathOfParticipant } from '../../../../lib/schemas/list-form.ts';
import {
  CreateRequest,
  LinkOptions,
  RequestedParticipant,
  RequestedParticipants,
  TeleconsultationPath,
  UpdateRequest,
} from '../../../../lib/schemas/requests.ts';
import { drRossi, mrBianchi, patients } from '../../../support/people.ts';

const problemsOf = (schema: z.ZodMiniType, value: unknown): string[] => {
  const result = schema.safeParse(value);
  return result.success ? [] : result.error.issues.map(issue => `${issue.path.join('.')} ${issue.message}`.trim());
};

const times = { start_date: '2026-05-04T09:00:00.000Z', end_date: '2026-05-04T10:00:00.000Z' };
const pair = { number: 2, data: [drRossi, mrBianchi] };

describe('a participant', () => {
  const ids = fc.oneof(fc.stringMatching(/^[a-z|]{1,20}$/), fc.integer());
  const groupLists = fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 4 });

  it('is the same in both spellings of every field', () => {
    const rest = fc.record(
      { fullName: fc.stringMatching(/^[A-Z][a-z]{1,9}$/), language: fc.string() },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(ids, groupLists, rest, (id, groups, other) => {
        const expected = RequestedParticipant.parse({ userId: id, groups, ...other });
        expect(RequestedParticipant.parse({ userExternalId: id, groups, ...other })).toEqual(expected);
        expect(RequestedParticipant.parse({ userId: id, group: groups, ...other })).toEqual(expected);
        expect(RequestedParticipant.parse({ userExternalId: id, group: groups, ...other })).toEqual(expected);
        const [alone] = groups;
        if (groups.length !== 1) return;
        expect(RequestedParticipant.parse({ userId: id, groups: alone, ...other })).toEqual(expected);
        expect(RequestedParticipant.parse({ userId: id, group: alone, ...other })).toEqual(expected);
      }),
    );
  });

  it('is the same in both spellings also when it is wrong, but for the name of the field', () => {
    const values = fc.oneof(
      fc.constant(''),
      fc.constant(null),
      fc.constant('a\u0000'),
      fc.string({ minLength: 250, maxLength: 260 }),
    );
    fc.assert(
      fc.property(values, value => {
        const renamed = (one: string, other: string) => (problem: string) => problem.replace(one, other);
        const byUserId = problemsOf(RequestedParticipant, { userId: value });
        const byExternalId = problemsOf(RequestedParticipant, { userExternalId: value });
        expect(byExternalId.map(renamed('userExternalId', 'userId'))).toEqual(byUserId);
        const byGroups = problemsOf(RequestedParticipant, { userId: 'a', groups: value });
        const byGroup = problemsOf(RequestedParticipant, { userId: 'a', group: value });
        expect(byGroup.map(renamed('group', 'groups'))).toEqual(byGroups);
      }),
    );
  });

  it('goes by userId and groups where both spellings are sent', () => {
    const both = { userId: 'a', userExternalId: 'b', groups: ['doctor'], group: 'patient' };
    expect(RequestedParticipant.parse(both)).toEqual({ externalId: 'a', groups: ['doctor'], fullName: undefined });
    expect(RequestedParticipant.parse({ ...both, groups: [] }).groups).toEqual([]);
  });

  it.each([
    [{}, ['userId is required']],
    [{ userId: '' }, ['userId must not be empty']],
    [{ userId: 'a', fullName: 7 }, []],
    [{ userId: 'a', fullName: ['A'] }, ['fullName must be a string']],
    ['a', ['must be an object']],
    [null, ['must be an object']],
  ])('%j has the problems %j', (value, problems) => {
    expect(problemsOf(RequestedParticipant, value)).toEqual(problems);
  });
});

describe('a list of participants', () => {
  it('is a number with those who are known, or ids alone', () => {
    expect(RequestedParticipants.parse({ number: '3', data: [{ userId: 7, language: 'de' }] })).toEqual({
      expected: 3,
      data: [{ externalId: '7', groups: undefined, fullName: undefined, language: undefined }],
      form: 'numbered list',
    });
    expect(RequestedParticipants.parse(['a', 7])).toMatchObject({
      expected: 2,
      data: [{ externalId: 'a' }, { externalId: '7' }],
      form: 'plain ids',
    });
  });

  it.each([
    [undefined, ['is required']],
    [null, ['must be an object with number and data, or an array of ids']],
    ['a', ['must be an object with number and data, or an array of ids']],
    [{}, ['number is required', 'data is required']],
    [{ number: 1, data: [] }, ['number must be at least 2']],
    [{ number: 26, data: [] }, ['number must be at most 25']],
    [{ number: 2, data: 'a' }, ['data must be an array']],
    [{ number: 2, data: patients(3) }, ['data must not be longer than number']],
    [{ number: 25, data: patients(26) }, ['data must name at most 25 participants']],
    [
      { number: 3, data: [drRossi, { userExternalId: 'dr-rossi' }] },
      ['data.1.userId names a person who is already in the list'],
    ],
    [
      { number: 3, data: [{ userId: 7 }, { userId: '7' }] },
      ['data.1.userId names a person who is already in the list'],
    ],
    [['a'], ['must name at least 2 participants']],
    [patients(26).map(({ userId }) => userId), ['must name at most 25 participants']],
    [['a', 'b', 'a'], ['2 names a person who is already in the list']],
    [['a', { userId: 'b' }], ['1 must be a string']],
  ])('%j has the problems %j', (value, problems) => {
    expect(problemsOf(RequestedParticipants, value)).toEqual(problems);
  });
});

describe('a booking', () => {
  it('has instants in milliseconds, and keys that nobody knows are ignored', () => {
    const body = CreateRequest.parse({ ...times, participants: pair, room: 'x' });
    expect(Object.keys(body).toSorted()).toEqual(['end_date', 'participants', 'start_date']);
    expect(body).toMatchObject({ start_date: Date.UTC(2026, 4, 4, 9), end_date: Date.UTC(2026, 4, 4, 10) });
  });

  it.each([
    [{ duration_in_seconds: 3600 }, ['duration_in_seconds must not be sent with end_date']],
    [{ end_date: undefined }, ['end_date or duration_in_seconds is required']],
    [{ end_date: undefined, duration_in_seconds: '3600' }, []],
    [{ end_date: undefined, duration_in_seconds: 0 }, ['duration_in_seconds must be at least 1']],
    [{ end_date: undefined, duration_in_seconds: 3_162_240_001 }, ['duration_in_seconds must be at most 3162240000']],
    [{ start_date: undefined }, ['start_date is required']],
    [{ participants: undefined }, ['participants is required']],
  ])('with %j has the problems %j', (change, problems) => {
    expect(problemsOf(CreateRequest, { ...times, participants: pair, ...change })).toEqual(problems);
  });

  it.each([null, [], 'x', 7])('is not %j', body => {
    expect(problemsOf(CreateRequest, body)).toEqual(['must be an object']);
    expect(problemsOf(UpdateRequest, body)).toEqual(['must be an object']);
  });
});

describe('a change', () => {
  it('may be any part of a booking, also nothing', () => {
    const parts = fc.subarray([
      ['participants', pair] as const,
      ['start_date', times.start_date] as const,
      ['end_date', times.end_date] as const,
    ]);
    fc.assert(
      fc.property(parts, chosen => {
        const body = UpdateRequest.parse(Object.fromEntries(chosen));
        expect(Object.keys(body).toSorted()).toEqual(chosen.map(([key]) => key).toSorted());
      }),
    );
  });

  it('has an end or a duration, not both', () => {
    expect(problemsOf(UpdateRequest, { end_date: times.end_date, duration_in_seconds: 600 })).toEqual([
      'duration_in_seconds must not be sent with end_date',
    ]);
    expect(problemsOf(UpdateRequest, { participants: null })).toEqual([
      'participants must be an object with number and data, or an array of ids',
    ]);
  });
});

it.each([
  ['plain ids', 'body.participants.3'],
  ['numbered list', 'body.participants.data.3'],
  ['single', 'body'],
] as const)('somebody in %s stands at %s', (form, path) => {
  expect(pathOfParticipant(form, 3)).toBe(path);
});

it('the options of a link come as texts, and a language that is not known is none', () => {
  expect(LinkOptions.parse({ useBackground: 'true', language: 'fr', x: 'y' })).toEqual({ useBackground: true });
  expect(LinkOptions.parse({ useBackground: 'false', language: 'en' })).toEqual({
    useBackground: false,
    language: 'en',
  });
  expect(problemsOf(LinkOptions, { useBackground: 'perhaps' })).toEqual(['useBackground must be true or false']);
});

it('the id in a path may be anything: one of the wrong form gets the 404 of an unknown one', () => {
  expect(TeleconsultationPath.parse({ id: '../x' })).toEqual({ id: '../x' });
});
