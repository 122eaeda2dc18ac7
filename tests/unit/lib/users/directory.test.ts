import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { aScriptedServer, type Script } from '../../../support/scripted-server.ts';
import { aDirectory, failureOf, participants } from './support.ts';

type User = Record<string, unknown>;

const ROSSI = { user_id: 'auth0|dr-rossi', name: 'Dr Ada Rossi-Example', groups: ['doctor'] };
const BIANCHI = { user_id: 'auth0|mr-bianchi', name: 'Mr Ugo Bianchi-Example', groups: ['patient'] };
/** Of whom the directory knows nothing but that they exist. */
const QUIET = { user_id: 'auth0|quiet' };

/** Answers `/users/{id}` with these users and `/custom/` with those. */
const holding =
  (users: readonly User[], people: readonly User[] = [], delayMs = 0): Script =>
  async (response, { url }) => {
    await sleep(delayMs);
    const { pathname, searchParams } = new URL(url, 'http://directory');
    const user = users.find(({ user_id }) => pathname === `/users/${encodeURIComponent(String(user_id))}`);
    const listed = pathname === '/custom/' && people.filter(({ _id }) => _id === searchParams.get('_id'));
    response.writeHead(listed || user ? 200 : 404).end(JSON.stringify(listed || user || {}));
  };

const open = async (users: readonly User[], options: Parameters<typeof aDirectory>[1] = {}, people: User[] = []) => {
  const server = await aScriptedServer(holding(users, people));
  return { server, ...aDirectory(server.url, options) };
};
const openWithCustomIds = async (users: readonly User[], people: User[]) => {
  const server = await aScriptedServer(holding(users, people));
  return { server, ...aDirectory(server.url, { env: { CUSTOM_ID_USERS_API_ENDPOINT: `${server.url}/custom/` } }) };
};

const rossi = {
  externalId: 'auth0|dr-rossi',
  groups: ['doctor'],
  fullName: 'Dr Ada Rossi-Example',
  language: null,
  nameSource: 'directory',
};
const bianchi = {
  externalId: 'auth0|mr-bianchi',
  groups: ['patient'],
  fullName: 'Mr Ugo Bianchi-Example',
  language: null,
  nameSource: 'directory',
};

describe('people of a request', () => {
  it('are who the directory says, in the order of the request, whatever its form', async () => {
    const { describe: ask } = await open([ROSSI, BIANCHI]);
    expect(await ask(participants(['auth0|mr-bianchi', 'auth0|dr-rossi']))).toEqual([bianchi, rossi]);
    const data = [{ userId: 'auth0|mr-bianchi', language: 'it' }, { userExternalId: 'auth0|dr-rossi' }];
    expect(await ask(participants({ number: 3, data }))).toEqual([{ ...bianchi, language: 'it' }, rossi]);
    expect(await ask(participants({ number: 2, data: [] }))).toEqual([]);
  });

  it('are looked up side by side, each of them once in a request', async () => {
    const ids = Array.from({ length: 25 }, (_, index) => `auth0|${index}`);
    const server = await aScriptedServer(
      holding(
        ids.map(user_id => ({ user_id })),
        [],
        400,
      ),
    );
    const { describe: ask } = aDirectory(server.url);
    const started = performance.now();
    expect((await ask(participants(ids))).map(({ externalId }) => externalId)).toEqual(ids);
    expect(performance.now() - started).toBeLessThan(6000);
    await ask(participants(ids));
    expect(server.asked).toHaveLength(25);
  });

  it('keep the groups and the name of the directory against those of the request', async () => {
    const { describe: ask } = await open([BIANCHI]);
    const data = [{ userId: 'auth0|mr-bianchi', groups: ['doctor'], fullName: 'Dr Somebody Else-Example' }];
    expect(await ask(participants({ number: 2, data }))).toEqual([bianchi]);
  });

  it('have those of the request where the directory names none', async () => {
    const { describe: ask } = await open([QUIET, { ...QUIET, user_id: 'auth0|empty', groups: [], name: '' }]);
    const data = ['auth0|quiet', 'auth0|empty'].map(userId => ({ userId, groups: ['patient'], fullName: 'Q Example' }));
    expect(await ask(participants({ number: 2, data }))).toEqual(
      data.map(({ userId, groups, fullName }) => ({ externalId: userId, groups, fullName, language: null })),
    );
    expect(await ask(participants(['auth0|quiet', 'auth0|empty']))).toMatchObject([
      { groups: [], fullName: null },
      { groups: [], fullName: null },
    ]);
  });

  it('never get a group of the plus privilege from the request', async () => {
    const file = { privileges: { plus: { groups: ['surgeon', 'doctor'] }, basic: { groups: ['patient'] } } };
    const { describe: ask } = await open([QUIET], { file });
    const asking = (groups: string[] | string) =>
      ask(participants({ number: 2, data: [{ userId: 'auth0|quiet', groups }] }));
    expect(await asking(['patient', 'doctor', 'surgeon'])).toMatchObject([{ groups: ['patient'] }]);
    for (const groups of [['doctor'], ['surgeon', 'doctor'], 'surgeon']) {
      expect(await failureOf(asking(groups))).toMatchObject({
        status: 400,
        code: 'invalid_input',
        details: [
          {
            path: 'body.participants.data.0.groups',
            message: 'names groups that count only when the user directory names them',
          },
        ],
      });
    }
  });

  it('whom the directory does not have are all named, each at its place', async () => {
    const { describe: ask } = await open([ROSSI]);
    const plain = await failureOf(ask(participants(['auth0|a', 'auth0|dr-rossi', 'auth0|b'])));
    expect(plain).toMatchObject({
      status: 400,
      code: 'invalid_input',
      sentence: 'Bad Request',
      message: 'body.participants.0 names "auth0|a", who is not in the user directory',
      details: [
        { path: 'body.participants.0', message: 'names "auth0|a", who is not in the user directory' },
        { path: 'body.participants.2', message: 'names "auth0|b", who is not in the user directory' },
      ],
    });
    const listed = await failureOf(ask(participants({ number: 2, data: [{ userId: 'auth0|c', groups: ['doctor'] }] })));
    expect(listed).toMatchObject({ status: 400, details: [{ path: 'body.participants.data.0.userId' }] });
    const data = [{ externalId: 'auth0|d', groups: undefined, fullName: undefined, language: undefined }];
    const single = await failureOf(ask({ expected: 1, data, form: 'single' }));
    expect(single).toMatchObject({ status: 400, details: [{ path: 'body.userId' }] });
  });

  it('are nobody when the directory fails for one of them, even if it has never heard of another', async () => {
    const server = await aScriptedServer((response, { url }) => {
      response.writeHead(url.includes('rossi') ? 403 : 404).end();
    });
    const failure = await failureOf(aDirectory(server.url).describe(participants(['auth0|nobody', 'auth0|dr-rossi'])));
    expect(failure).toMatchObject({ status: 502, code: 'directory_refused' });
  });

  it('have only groups that mean something here, if they have more than a record can hold', async () => {
    const groups = [...Array.from({ length: 500 }, (_, index) => `department-${index}`), 'doctor', 'visitors'];
    const file = { groupsWithBackgroundList: ['visitors'] };
    const { describe: ask } = await open([{ ...ROSSI, groups }, BIANCHI], { file });
    expect(await ask(participants(['auth0|dr-rossi', 'auth0|mr-bianchi']))).toEqual([
      { ...rossi, groups: ['doctor', 'visitors'] },
      bianchi,
    ]);
  });
});

describe('people under ids of the platform', () => {
  const people = [
    { _id: 'p1', authUserId: 'auth0|dr-rossi' },
    { _id: 'p2', authUserId: 'auth0|mr-bianchi' },
    { _id: 'p3', authUserId: 'auth0|dr-rossi' },
    { _id: 'p4', authUserId: 'auth0|gone' },
    { _id: 'p5' },
  ];

  it('are stored under their auth ids', async () => {
    const { describe: ask } = await openWithCustomIds([ROSSI, BIANCHI], people);
    expect(await ask(participants(['p1', 'p2']))).toEqual([rossi, bianchi]);
  });

  it('who are one and the same person are refused, the second one named', async () => {
    const { describe: ask } = await openWithCustomIds([ROSSI, BIANCHI], people);
    expect(await failureOf(ask(participants(['p1', 'p2', 'p3'])))).toMatchObject({
      status: 400,
      details: [{ path: 'body.participants.2', message: 'names a person who is already in the list' }],
    });
  });

  it.each([
    ['unknown', 'nobody'],
    ['without an account', 'p5'],
    ['whose account is gone', 'p4'],
  ])('that are %s are named as the request named them', async (_, id) => {
    const { describe: ask } = await openWithCustomIds([ROSSI, BIANCHI], people);
    expect(await failureOf(ask(participants(['p1', id])))).toMatchObject({
      status: 400,
      message: `body.participants.1 names "${id}", who is not in the user directory`,
    });
  });

  it('are not looked for among callers, who come with their auth ids', async () => {
    const { describeCaller, server } = await openWithCustomIds([ROSSI], people);
    expect(await describeCaller({ id: 'auth0|dr-rossi', groups: [], fullName: null })).toEqual(rossi);
    expect(server.asked.map(({ url }) => url)).toEqual(['/users/auth0%7Cdr-rossi']);
  });
});

describe('the calling person', () => {
  it('is who the directory says', async () => {
    const { describeCaller } = await open([ROSSI, BIANCHI]);
    const caller = { id: 'auth0|mr-bianchi', groups: ['doctor'], fullName: 'Somebody Else-Example' };
    expect(await describeCaller(caller)).toEqual(bianchi);
  });

  it('has the groups and the name that the gateway vouches for where the directory has none', async () => {
    const { describeCaller } = await open([QUIET]);
    expect(await describeCaller({ id: 'auth0|quiet', groups: ['doctor'], fullName: 'Dr Q-Example' })).toEqual({
      externalId: 'auth0|quiet',
      groups: ['doctor'],
      fullName: 'Dr Q-Example',
      language: null,
    });
  });

  it('is nobody whom the directory does not have, whatever the gateway says', async () => {
    const { describeCaller } = await open([ROSSI]);
    expect(await describeCaller({ id: 'auth0|nobody', groups: ['doctor'], fullName: null })).toBeUndefined();
  });
});
