import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../../../local/stack.ts';
import { run } from '../../../support/commands.ts';

/** The two commands as the processes that people start. */

const IMPORT = 'lib/cli/import.ts';
const EXPORT = 'lib/cli/export.ts';

let stack: Stack;
let folder: string;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moving-'));
  return () => rm(folder, { recursive: true });
});

const portOf = (url: string) => new URL(url).port;
const here = () => ({ PORT: portOf(stack.api), DYNAMODB_PORT: portOf(stack.dynamodb) });
const ended = async (file: string, args: readonly string[], env: Record<string, string> = here()) => {
  const command = run(file, args, env);
  const code = await command.ended;
  return { code, lines: command.printed().trimEnd().split('\n') };
};
const files = (names = ['old', 'users']) => [
  '--teleconsultations',
  join(folder, `${names[0]}.ndjson`),
  '--users',
  join(folder, `${names[1]}.ndjson`),
];
const put = (name: string, rows: readonly unknown[]) =>
  writeFile(join(folder, `${name}.ndjson`), rows.map(row => `${JSON.stringify(row)}\n`).join(''));
const linesIn = async (name: string) =>
  (await readFile(join(folder, `${name}.ndjson`), 'utf8'))
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line) as unknown);

const users = [
  { bandyerId: 'usr_ada', receivedUserId: 'ada', __STATE__: 'PUBLIC' },
  { bandyerId: 'usr_ugo', receivedUserId: 'ugo', __STATE__: 'PUBLIC' },
];
const record = {
  _id: '0123456789abcdef01234567',
  bandyerRoomId: 'room_1',
  participantsNumber: 2,
  participants: [
    {
      userBandyerId: 'usr_ada',
      accessLinkURL: 'https://clinic.bandyer.com/a',
      groups: ['doctor'],
      fullName: 'Ada-Example',
    },
    {
      userBandyerId: 'usr_ugo',
      accessLinkURL: 'https://clinic.bandyer.com/u',
      groups: ['patient'],
      fullName: 'Ugo-Example',
    },
  ],
  startDate: '2026-01-01T09:00:00.000Z',
  endDate: '2026-01-01T10:00:00.000Z',
  creatorId: 'public',
  createdAt: '2025-12-01T09:00:00.000Z',
  updaterId: 'public',
  updatedAt: '2025-12-01T09:00:00.000Z',
  __STATE__: 'PUBLIC',
};
const target = () => `target: local stack at ${stack.api}, table teleconsultation-local at ${stack.dynamodb}`;

describe('import and export', () => {
  it('put the old records into the running stack, where their participants find them, and give them back', async () => {
    await Promise.all([put('old', [record]), put('users', users)]);
    expect(await ended(IMPORT, files())).toEqual({
      code: 0,
      lines: [
        target(),
        'users: 2 imported, 0 left alone, 0 refused',
        'teleconsultations: 1 imported, 0 left alone, 0 refused',
        expect.stringMatching(/^done in \d+\.\d s$/),
      ],
    });
    const headers = { miauserid: 'ugo' };
    const reply = await fetch(`${stack.api}/teleconsultation/${record._id}`, { headers });
    expect(await reply.json()).toMatchObject({ accessLinkURL: 'https://clinic.bandyer.com/u' });

    const { code, lines } = await ended(EXPORT, files(['back', 'back-users']));
    expect([code, lines[0]]).toEqual([0, target()]);
    expect(await linesIn('back')).toEqual([record]);
    expect(await linesIn('back-users')).toEqual(expect.arrayContaining(users));
    expect((await stat(join(folder, 'back.ndjson'))).mode & 0o777).toBe(0o600);
    expect((await readdir(folder)).filter(name => name.endsWith('.part'))).toEqual([]);
  });

  it('end with 1 when a line was refused, and say which field of it, and no name', async () => {
    const secret = 'Invented Secret-Example';
    const second = { ...record, _id: '1123456789abcdef01234567', bandyerRoomId: 'room_2', startDate: secret };
    await Promise.all([put('old', [second]), put('users', users)]);
    const { code, lines } = await ended(IMPORT, [...files(), '--dry-run']);
    expect([code, ...lines.slice(0, 3)]).toEqual([
      1,
      target(),
      'dry run: nothing is written',
      expect.stringMatching(/^teleconsultations line 1: startDate: must be a date-time/),
    ]);
    expect(lines.join('\n')).not.toContain('Secret');
  });
});

describe.each([IMPORT, EXPORT])('%s', file => {
  it.each([
    [
      'nothing runs there',
      { PORT: '9', DYNAMODB_PORT: '9' },
      'no stack is running at http://127.0.0.1:9: run `npm start` first',
    ],
    ['the port is no port', { PORT: 'http' }, 'PORT must be the port of a running stack, a number from 1 to 65535'],
  ])('says in a line that %s', async (_, env, line) => {
    const { code, lines } = await ended(file, files(), env);
    expect([code, lines.at(-1)]).toEqual([1, line]);
  });

  it.each([
    ['AWS needs a region', {}, 'AWS_REGION must say in which region the stage is'],
    [
      'a stage is never the local stack',
      { AWS_REGION: 'eu-west-1', AWS_ENDPOINT_URL_DYNAMODB: 'http://127.0.0.1:9' },
      'AWS_ENDPOINT_URL_DYNAMODB leads away from AWS: unset it to work on a stage',
    ],
  ])('%s, whatever runs here', async (_, env, line) => {
    const { code, lines } = await ended(file, [...files(), '--stage', 'prod'], { ...here(), ...env });
    expect([code, lines]).toEqual([1, [line]]);
  });

  it('refuses the local stack by its stage’s name, and says how it is used', async () => {
    expect((await ended(file, [...files(), '--stage', 'local'])).lines).toEqual([
      'the local stack is the target when no stage is named',
    ]);
    expect((await ended(file, ['--users', 'x'])).lines[0]).toMatch(
      /^usage: npm run (import|export) -- --teleconsultations/,
    );
    expect((await ended(file, ['--user', 'x'])).lines.at(-1)).toMatch(/^usage: /);
  });
});

it('an export that cannot be finished leaves what was there', async () => {
  await put('back', ['what was there']);
  const { code, lines } = await ended(EXPORT, [
    '--teleconsultations',
    join(folder, 'back.ndjson'),
    '--users',
    join(folder, 'no-such-folder', 'users.ndjson'),
  ]);
  expect([code, lines.at(-1)]).toEqual([1, expect.stringMatching(/users\.ndjson cannot be written: ENOENT$/)]);
  expect(await readdir(folder)).toEqual(['back.ndjson']);
  expect(await linesIn('back')).toEqual(['what was there']);
});

it('an import without one of its files names it, and has not begun', async () => {
  await put('users', [{ bandyerId: 'usr_begun', receivedUserId: 'begun' }]);
  const { code, lines } = await ended(IMPORT, files());
  expect([code, ...lines]).toEqual([1, target(), `${join(folder, 'old.ndjson')} cannot be read: ENOENT`]);
});

it('--clean-since must be a date', async () => {
  const { code, lines } = await ended(IMPORT, [...files(), '--clean-since', 'yesterday']);
  expect([code, lines]).toEqual([1, ['--clean-since must be a date such as 2026-01-31']]);
});
