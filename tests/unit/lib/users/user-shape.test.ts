import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../lib/errors.ts';
import { type DirectoryUser, readUser } from '../../../../lib/users/user-shape.ts';

const aUser = (fields: Record<string, unknown> = {}) => readUser({ user_id: 'auth0|dr-rossi', ...fields });

const refusalOf = (value: unknown): unknown => {
  try {
    return readUser(value);
  } catch (error) {
    return error;
  }
};
const unreadable = expect.objectContaining({ code: 'directory_unreadable', status: 502 });

describe('the id of a user', () => {
  it.each([
    [{ user_id: 'a', sub: 'b', _id: 'c', id: 'd' }, 'a'],
    [{ sub: 'b', _id: 'c', id: 'd' }, 'b'],
    [{ _id: 'c', id: 'd' }, 'c'],
    [{ id: 'd' }, 'd'],
    [{ user_id: null, id: 'd' }, 'd'],
    [{ id: 7 }, '7'],
  ])('of %j is %s', (user, id) => {
    expect(readUser(user).id).toBe(id);
  });

  it.each([
    ['nothing at all', {}],
    ['an empty text', { user_id: '', id: 'd' }],
    ['an object', { _id: { $oid: '64e100000000000000000001' } }],
    ['half a number', { id: 7.5 }],
    ['a list', { user_id: ['auth0|dr-rossi'] }],
  ])('is not %s: then it is no user', (_, user) => {
    expect(refusalOf(user)).toEqual(unreadable);
  });
});

describe('the groups of a user', () => {
  it.each([
    [{ groups: ['doctor', 'surgery'] }, ['doctor', 'surgery']],
    [{ groups: 'doctor' }, ['doctor']],
    [{ groups: 'patient, ward-7,,' }, ['patient', 'ward-7']],
    [{ app_metadata: { groups: ['doctor'] } }, ['doctor']],
    [{ app_metadata: { groups: 'patient,doctor' } }, ['patient', 'doctor']],
    [{ groups: ['patient'], app_metadata: { groups: ['doctor'] } }, ['patient']],
    [{ groups: null, app_metadata: { groups: ['doctor'] } }, ['doctor']],
    [{ groups: ['patient', '', 'patient'] }, ['patient']],
    [{ groups: [' doctor'] }, [' doctor']],
  ])('of %j are %j', (fields, groups) => {
    expect(aUser(fields).groups).toEqual(groups);
  });

  it.each([
    {},
    { groups: [] },
    { groups: '' },
    { groups: null },
    { app_metadata: {} },
    { app_metadata: 'doctor' },
    { groups: [], app_metadata: { groups: ['doctor'] } },
    { user_metadata: { groups: ['doctor'] } },
    { roles: ['doctor'] },
  ])('are none in %j', fields => {
    expect(aUser(fields).groups).toBeUndefined();
  });

  it.each([[{ groups: 7 }], [{ groups: { doctor: true } }], [{ groups: ['patient', 7] }], [{ groups: [['doctor']] }]])(
    'cannot be read in %j: rights are not guessed',
    fields => {
      expect(refusalOf({ user_id: 'a', ...fields })).toEqual(unreadable);
    },
  );
});

describe('the name of a user', () => {
  const everything = {
    fullName: 'Full Name-Example',
    name: 'Name-Example',
    given_name: 'Given',
    family_name: 'Family-Example',
    user_metadata: { name: 'Meta', surname: 'Surname-Example', fullName: 'Meta Full-Example' },
    nickname: 'nick',
    email: 'name@mail.example',
  };
  const without = (...fields: (keyof typeof everything)[]) =>
    Object.fromEntries(Object.entries(everything).filter(([field]) => !fields.includes(field as never)));

  it.each([
    [[], 'Full Name-Example'],
    [['fullName'], 'Name-Example'],
    [['fullName', 'name'], 'Given Family-Example'],
    [['fullName', 'name', 'given_name'], 'Family-Example'],
    [['fullName', 'name', 'given_name', 'family_name'], 'Meta Surname-Example'],
    [['fullName', 'name', 'given_name', 'family_name', 'user_metadata'], 'nick'],
    [['fullName', 'name', 'given_name', 'family_name', 'user_metadata', 'nickname'], 'name@mail.example'],
  ] as const)('without %j is %s', (fields, fullName) => {
    expect(aUser(without(...fields)).fullName).toBe(fullName);
  });

  it.each([
    [{ name: 'Ada', fullName: 'Ada Rossi-Example' }, 'Ada Rossi-Example'],
    [{ name: 'Ada' }, 'Ada'],
    [{ surname: 'Rossi-Example', fullName: 'Dr Ada Rossi-Example' }, 'Rossi-Example'],
  ])('in the metadata %j is %s', (user_metadata, fullName) => {
    expect(aUser({ user_metadata }).fullName).toBe(fullName);
  });

  it.each([
    ['is passed over when it is no text', { fullName: 7, name: 'Ada' }, 'Ada'],
    ['is passed over when it is empty', { fullName: '  ', name: 'Ada' }, 'Ada'],
    ['is passed over when it cannot be shown', { fullName: 'A\u0000da', name: 'Ada' }, 'Ada'],
    ['is passed over when it is a novel', { fullName: 'A'.repeat(300), name: 'Ada' }, 'Ada'],
    ['loses the spaces around it', { fullName: ' Ada ' }, 'Ada'],
    ['is unknown when there is none', {}, undefined],
  ])('%s', (_, fields, fullName) => {
    expect(aUser(fields).fullName).toBe(fullName);
  });
});

it('whatever is no object is no user', () => {
  for (const value of [null, undefined, 'auth0|dr-rossi', 7, true, [], [{ user_id: 'a' }]]) {
    expect(refusalOf(value)).toEqual(unreadable);
  }
});

it('any answer is a user whose parts can be relied on, or a failure of the directory', () => {
  const fields = ['user_id', 'id', 'groups', 'app_metadata', 'user_metadata', 'name', 'email'];
  const any = fc.dictionary(fc.constantFrom(...fields), fc.oneof(fc.string(), fc.jsonValue()));
  fc.assert(
    fc.property(any, value => {
      const outcome = refusalOf(value);
      if (outcome instanceof ServiceError) {
        expect(outcome).toEqual(unreadable);
        return;
      }
      const { id, groups, fullName } = outcome as DirectoryUser;
      expect(id).toBe(String(value.user_id ?? value.id));
      expect(groups === undefined || groups.every(group => typeof group === 'string' && group !== '')).toBe(true);
      expect(['string', 'undefined']).toContain(typeof fullName);
    }),
    { numRuns: 1000 },
  );
});
