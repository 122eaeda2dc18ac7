import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ServiceError } from '../../../../lib/errors.ts';
import { createUserLookup } from '../../../../lib/users/auth-service.ts';
import type { Reply } from '../../../../lib/users/transport.ts';
import { failureOf } from './support.ts';

const ROSSI = { user_id: 'auth0|dr-rossi', name: 'Dr Ada Rossi-Example', app_metadata: { groups: ['doctor'] } };
const BIANCHI = { user_id: 'auth0|mr-bianchi', name: 'Mr Ugo Bianchi-Example', groups: ['patient'] };

const found = (body: unknown): Reply => ({ status: 200, body });
const says = (status: number): Reply => ({ status, body: undefined });

/** A lookup on a directory that gives these replies in turn; `asked` are the addresses. */
const aLookup = (...replies: Reply[]) => {
  const asked: string[] = [];
  const ask = async (url: URL) => {
    asked.push(url.href);
    const reply = replies[asked.length - 1];
    if (reply === undefined) throw new Error(`${url.href} was not to be asked`);
    return reply;
  };
  return { find: createUserLookup(ask, 'http://auth.example/base'), asked };
};

const rossi = { id: 'auth0|dr-rossi', groups: ['doctor'], fullName: 'Dr Ada Rossi-Example' };
const otherUsers = {
  code: 'directory_unreadable',
  status: 502,
  message: 'the user directory answered with other users than the one asked for',
};
const unreadable = {
  code: 'directory_unreadable',
  status: 502,
  message: 'the user directory answered in a form that cannot be read',
};

describe('a user is asked for', () => {
  it('by the id as one segment of the path', async () => {
    const { find, asked } = aLookup(found(ROSSI));
    expect(await find('auth0|dr-rossi')).toEqual(rossi);
    expect(asked).toEqual(['http://auth.example/base/users/auth0%7Cdr-rossi']);
  });

  it.each([
    ['a/b', 'a%2Fb'],
    ['a?b=c#d', 'a%3Fb%3Dc%23d'],
    ['../admin', '..%2Fadmin'],
    ['%2e%2e', '%252e%252e'],
    ['//elsewhere.example', '%2F%2Felsewhere.example'],
    ['ünï', '%C3%BCn%C3%AF'],
  ])('by %j, which stays one segment', async (id, segment) => {
    const { find, asked } = aLookup(found({ id }));
    expect((await find(id))?.id).toBe(id);
    expect(asked).toEqual([`http://auth.example/base/users/${segment}`]);
  });

  it.each([404, 405])('by a filter where the path answers %i', async status => {
    const { find, asked } = aLookup(says(status), found([ROSSI]));
    expect(await find('auth0|dr-rossi')).toEqual(rossi);
    expect(asked[1]).toBe('http://auth.example/base/users?user_id=auth0%7Cdr-rossi');
  });

  it.each(['.', '..'])('by the filter alone for %j, which is another path', async id => {
    const { find, asked } = aLookup(found([{ user_id: id }]));
    expect((await find(id))?.id).toBe(id);
    expect(asked).toEqual([`http://auth.example/base/users?user_id=${id}`]);
  });

  it('by a filter that an id cannot add to', async () => {
    const { find, asked } = aLookup(says(404), found([]));
    await find('a&_l=200&user_id=b');
    expect([...new URL(asked[1] ?? '').searchParams]).toEqual([['user_id', 'a&_l=200&user_id=b']]);
  });

  it('not at all by an id that cannot be written down', async () => {
    const { find, asked } = aLookup();
    expect(await find('a\ud800')).toBeUndefined();
    expect(asked).toEqual([]);
  });
});

describe('there is no such user', () => {
  it.each([
    ['an empty list', [found([])]],
    ['an empty list by the filter', [says(404), found([])]],
    ['404 to both', [says(404), says(404)]],
    ['404 by the path, and has no filter', [says(404), says(405)]],
    ['404 by the filter, and has no such path', [says(405), says(404)]],
    ['that it cannot have such an id', [says(400)]],
    ['that such an id makes no sense', [says(422)]],
    ['that the user is gone', [says(410)]],
    ['that the filter cannot have such an id', [says(404), says(400)]],
  ])('when the directory answers %s', async (_, replies) => {
    const { find, asked } = aLookup(...replies);
    expect(await find('auth0|dr-rossi')).toBeUndefined();
    expect(asked).toHaveLength(replies.length);
  });
});

describe('nobody is found, and it is the fault of the directory,', () => {
  it.each([
    ['everybody, the asked one first', found([ROSSI, BIANCHI])],
    ['the asked one twice', found([ROSSI, ROSSI])],
    ['a stranger', found(BIANCHI)],
    ['a list with a stranger', found([BIANCHI])],
    ['the same id in other letters', found({ ...ROSSI, user_id: 'AUTH0|dr-rossi' })],
    ['the id with a space', found({ ...ROSSI, user_id: 'auth0|dr-rossi ' })],
    ['the id in another field than its own', found({ ...BIANCHI, id: 'auth0|dr-rossi' })],
  ])('when it answers with %s', async (_, reply) => {
    for (const replies of [[reply], [says(404), reply]]) {
      expect(await failureOf(aLookup(...replies).find('auth0|dr-rossi'))).toMatchObject(otherUsers);
    }
  });

  it.each([
    ['null', null],
    ['a text', 'auth0|dr-rossi'],
    ['a number', 7],
    ['an object without an id', { name: 'Dr Ada Rossi-Example', groups: ['doctor'] }],
    ['a list in a list', [[ROSSI]]],
    ['a list of nothing', [null]],
    ['a page of results', { users: [ROSSI], total: 1 }],
    ['a user in a wrapper', { user: ROSSI }],
  ])('when it answers with %s', async (_, body) => {
    for (const replies of [[found(body)], [says(405), found(body)]]) {
      expect(await failureOf(aLookup(...replies).find('auth0|dr-rossi'))).toMatchObject(unreadable);
    }
  });

  it('when it knows neither way of asking', async () => {
    expect(await failureOf(aLookup(says(405), says(405)).find('auth0|dr-rossi'))).toMatchObject({
      code: 'directory_refused',
      status: 502,
    });
    expect(await failureOf(aLookup(says(405)).find('..'))).toMatchObject({ code: 'directory_refused', status: 502 });
  });
});

describe('whatever a directory answers', () => {
  const people = fc.constantFrom<unknown>(
    ROSSI,
    BIANCHI,
    { ...ROSSI, id: 'x' },
    { sub: 'auth0|dr-rossi' },
    null,
    [],
    {},
  );
  const id = fc.constantFrom('auth0|dr-rossi', 'auth0|mr-bianchi', 'auth0|nobody', '..');
  const body = fc.oneof(
    people,
    fc.array(people, { maxLength: 4 }),
    fc.jsonValue(),
    fc.record({ users: fc.array(people) }),
  );
  const reply = fc.oneof(body.map(found), fc.constantFrom(404, 405, 400, 410).map(says));

  it('nobody gets the groups of somebody else', async () => {
    await fc.assert(
      fc.asyncProperty(id, reply, reply, async (asked, first, second) => {
        const { find } = aLookup(first, second);
        const outcome = await find(asked).catch((error: unknown) => error);
        if (outcome instanceof ServiceError) expect(outcome.status).toBe(502);
        else if (outcome !== undefined) {
          const accepted = [first, second].some(({ body: sent }) => {
            const one = Array.isArray(sent) && sent.length === 1 ? sent[0] : sent;
            return one?.user_id === asked || (one?.user_id === undefined && one?.sub === asked);
          });
          expect(accepted).toBe(true);
          expect(outcome).toMatchObject({ id: asked });
          const isDoctor = JSON.stringify(outcome).includes('doctor"');
          if (isDoctor) expect(asked).toBe('auth0|dr-rossi');
        }
      }),
      { numRuns: 2000 },
    );
  });
});
