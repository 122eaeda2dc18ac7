import { describe, expect, it } from 'vitest';
import { createCustomIdLookup } from '../../../../lib/users/custom-ids.ts';
import type { Reply } from '../../../../lib/users/transport.ts';
import { failureOf } from './support.ts';

const ID = '64e100000000000000000001';
const ROSSI = { _id: ID, authUserId: 'auth0|dr-rossi', name: 'Ada' };
const BIANCHI = { _id: '64e100000000000000000003', authUserId: 'auth0|mr-bianchi' };

const aLookup = (
  body: unknown,
  { status = 200, source = '_id', target = 'authUserId', endpoint = 'http://users.example/users/' } = {},
) => {
  const asked: string[] = [];
  const ask = async (url: URL): Promise<Reply> => {
    asked.push(url.href);
    return { status, body };
  };
  return { find: createCustomIdLookup(ask, endpoint, { source, target }), asked };
};

describe('an id of the platform', () => {
  it('becomes the auth id of the one user who has it', async () => {
    const { find, asked } = aLookup([ROSSI]);
    expect(await find(ID)).toBe('auth0|dr-rossi');
    expect(asked).toEqual([`http://users.example/users/?_id=${ID}`]);
  });

  it('is looked up in the configured field and gives the configured one', async () => {
    const { find, asked } = aLookup([{ code: 7, login: 'auth0|seven' }], { source: 'code', target: 'login' });
    expect(await find('7')).toBe('auth0|seven');
    expect(asked).toEqual(['http://users.example/users/?code=7']);
  });

  it('adds nothing else to the question, whatever it holds, and leaves what the endpoint says', async () => {
    const { find, asked } = aLookup([], { endpoint: 'http://users.example/users/?tenant=north' });
    await find('a&tenant=south#x');
    expect([...new URL(asked[0] ?? '').searchParams]).toEqual([
      ['tenant', 'north'],
      ['_id', 'a&tenant=south#x'],
    ]);
  });

  it.each([
    ['an empty list', [], 200],
    ['404', undefined, 404],
    ['that no user can have it', undefined, 400],
    ['somebody without an account', [{ _id: ID }], 200],
    ['somebody whose account is null', [{ _id: ID, authUserId: null }], 200],
    ['somebody whose account is empty', [{ _id: ID, authUserId: '' }], 200],
  ])('is nobody’s when the users API answers %s', async (_, body, status) => {
    expect(await aLookup(body, { status }).find(ID)).toBeUndefined();
  });

  it.each([
    ['everybody', [ROSSI, BIANCHI], 'other users'],
    ['the asked one twice', [ROSSI, ROSSI], 'other users'],
    ['a stranger', [BIANCHI], 'other users'],
    ['somebody without the field', [{ authUserId: 'auth0|dr-rossi' }], 'other users'],
    ['somebody who has it elsewhere', [{ ...BIANCHI, id: ID }], 'other users'],
    ['an object', ROSSI, 'cannot be read'],
    ['null', null, 'cannot be read'],
    ['a list in a list', [[ROSSI]], 'cannot be read'],
    ['a list of nothing', [null], 'cannot be read'],
    ['an account that is no text', [{ _id: ID, authUserId: 7 }], 'cannot be read'],
    ['an account that is a list', [{ _id: ID, authUserId: ['auth0|dr-rossi'] }], 'cannot be read'],
    ['an account with a line break', [{ _id: ID, authUserId: 'auth0|dr\nrossi' }], 'cannot be read'],
  ])('fails when the users API answers with %s', async (_, body, why) => {
    expect(await failureOf(aLookup(body).find(ID))).toMatchObject({
      code: 'directory_unreadable',
      status: 502,
      message: expect.stringContaining(why),
    });
  });

  it('fails when the users API has no such list', async () => {
    const failure = await failureOf(aLookup(undefined, { status: 405 }).find(ID));
    expect(failure).toMatchObject({ code: 'directory_refused', status: 502 });
  });

  it.each(['constructor', '__proto__', 'toString'])('is not found in what every object inherits: %s', async name => {
    expect(await failureOf(aLookup([ROSSI], { source: name }).find(ID))).toMatchObject({ status: 502 });
    expect(await aLookup([ROSSI], { target: name }).find(ID)).toBeUndefined();
  });
});
