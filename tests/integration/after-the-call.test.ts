import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { begin, type Command, FREE_PORTS } from '../support/commands.ts';
import { drRossi, mrBianchi } from '../support/people.ts';

/**
 * What happens after a call, watched from outside: `npm start` in a process of its own, its routes, and the simulator's
 * controls. Nothing here reaches into the service.
 */
let stack: Command;
let api: string;
let kaleyra: string;

const ADDRESSES = /(http:\/\/127\.0\.0\.1:\d+)$/gm;

beforeAll(async () => {
  stack = begin('local/start.ts', [], {
    ...FREE_PORTS,
    TELECONSULTATION_DELETE_UPLOADS: 'true',
    DEFAULT_RECORDING_TYPE: 'automatic',
    LOG_LEVEL: 'debug',
  });
  await vi.waitFor(() => expect(stack.printed()).toMatch(/^ready /m), { timeout: 20_000, interval: 20 });
  [api = '', kaleyra = ''] = stack.printed().match(ADDRESSES) ?? [];
}, 30_000);
afterAll(async () => {
  stack.child.kill('SIGTERM');
  await stack.ended;
});

/** Events arrive by themselves, on a machine that may be busy. */
const PATIENCE = { timeout: 10_000, interval: 50 };

const MINUTE_MS = 60_000;

const json = async <Body>(method: string, url: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  expect(answer.ok, `${method} ${url}: ${answer.status} ${text}`).toBe(true);
  return (text === '' ? undefined : JSON.parse(text)) as Body;
};

interface Opened {
  accessLinkURL: string | null;
  teleconsultationState: string;
  sessions: { sessionId: string }[];
}

interface State {
  rooms: { id: string; description: string; deleted?: boolean }[];
  uploads: { key: string; room_id: string; deleted?: boolean }[];
}

const book = async (from: number, to: number): Promise<string> => {
  const at = (minutes: number): string => new Date(Date.now() + minutes * MINUTE_MS).toISOString();
  const body = { start_date: at(from), end_date: at(to), participants: { number: 2, data: [drRossi, mrBianchi] } };
  return (await json<{ roomId: string }>('POST', `${api}/teleconsultation`, body)).roomId;
};
const open = (id: string): Promise<Opened> =>
  json('GET', `${api}/teleconsultation/${id}`, undefined, { miauserid: mrBianchi.userId });
const play = (call: Record<string, unknown>): Promise<{ sessionId: string; uploads: string[] }> =>
  json('POST', `${kaleyra}/_simulator/calls`, call);
const state = (): Promise<State> => json('GET', `${kaleyra}/_simulator/state`);
const fire = (key: string, event: unknown): Promise<Record<string, unknown>> =>
  json('POST', `${api}/_local/invoke/${key}`, event);
const roomOf = async (id: string): Promise<string> =>
  (await state()).rooms.find(room => room.description === id && room.deleted !== true)?.id ?? '';
const filesIn = async (roomId: string): Promise<number> =>
  (await state()).uploads.filter(upload => upload.room_id === roomId && upload.deleted !== true).length;

const links: string[] = [];

it('a call is heard of, its files disappear at the next cleanup, its transcription can be fetched', async () => {
  const id = await book(-30, -1);
  const roomId = await roomOf(id);
  links.push((await open(id)).accessLinkURL ?? '');
  const { sessionId, uploads } = await play({
    roomId,
    uploads: 3,
    durationSeconds: 600,
    transcription: 'Good morning.',
  });
  expect(uploads).toHaveLength(3);
  await expect
    .poll(async () => (await open(id)).sessions, PATIENCE)
    .toEqual([{ sessionId, startedAt: expect.any(String), durationInSeconds: 600 }]);
  expect((await open(id)).teleconsultationState).toBe('ended');

  // An hour has to pass, unless the run says otherwise; a dry run counts the same and leaves everything.
  expect(await fire('cleanupUploads', {})).toMatchObject({ deleted: 0, failed: 0 });
  expect(await fire('cleanupUploads', { graceMs: 0, dryRun: true })).toEqual({
    seen: 3,
    deleted: 3,
    failed: 0,
    left: 0,
    dryRun: true,
  });
  expect(await filesIn(roomId)).toBe(3);
  expect(await fire('cleanupUploads', { graceMs: 0 })).toEqual({
    seen: 3,
    deleted: 3,
    failed: 0,
    left: 0,
    dryRun: false,
  });
  expect(await filesIn(roomId)).toBe(0);

  const transcription = await fetch(`${api}/transcription/${id}/${sessionId}`, {
    headers: { miauserid: mrBianchi.userId },
  });
  expect([transcription.status, await transcription.text()]).toEqual([200, 'Good morning.']);
});

it('a delivery that never arrived is made up for', async () => {
  const id = await book(-1, 30);
  links.push((await open(id)).accessLinkURL ?? '');
  const { sessionId } = await play({ roomId: await roomOf(id), uploads: 0, durationSeconds: 20, webhooks: false });
  expect(await open(id)).toMatchObject({ teleconsultationState: 'scheduled', sessions: [] });
  expect(await fire('reconcileRooms', {})).toMatchObject({ madeUpFor: 1, failed: 0 });
  expect((await open(id)).sessions.map(session => session.sessionId)).toEqual([sessionId]);
});

it('a room that lost its record’s pointer disappears, and one that is not ours stays', async () => {
  const id = await book(60, 90);
  const own = await roomOf(id);
  const apikey = 'ak_test_0123456789abcdef01234567';
  const [known] = (await json<{ users: { id: string }[] }>('GET', `${kaleyra}/v2/users`, undefined, { apikey })).users;
  const lost = async (description: string): Promise<string> => {
    const other = await json<{ id: string }>('POST', `${kaleyra}/v2/users`, { role: 'plus' }, { apikey });
    const participants = [known?.id, other.id].map((user_id, index) => ({ user_id, is_admin: index === 1 }));
    const room = await json<{ id: string }>('POST', `${kaleyra}/v2/rooms`, { participants, description }, { apikey });
    return room.id;
  };
  const [stray, foreign] = [await lost(id), await lost('0123456789abcdef01234567')];
  expect(await fire('reconcileRooms', { minimumAgeMs: 0 })).toMatchObject({ strays: 1, removed: 1, alarm: false });
  const there = (await state()).rooms.filter(room => room.deleted !== true).map(room => room.id);
  expect(there).not.toContain(stray);
  expect(there).toEqual(expect.arrayContaining([own, foreign]));
  expect(await fire('reconcileRooms', { minimumAgeMs: 0 })).toMatchObject({ strays: 0, removed: 0, madeUpFor: 0 });
});

it('can all be followed with curl, line by line, as local/README.md has it', async () => {
  const readme = await readFile(new URL('../../local/README.md', import.meta.url), 'utf8');
  const [, lines = ''] = /^```sh\n(.*?)^```$/ms.exec(readme) ?? [];
  const [book = ''] = stack.printed().match(/^ID=.*$/m) ?? [];
  const script = [book, lines.replace(':3000', `:${new URL(api).port}`).replace(':3001', `:${new URL(kaleyra).port}`)];
  const { stdout, stderr } = await promisify(execFile)('sh', ['-c', script.join('\n')]);
  expect(stderr).toBe('');
  const told = stdout.split('\n').filter(line => line !== '');
  expect(told[0]).toMatch(/^[0-9a-f]{24}$/);
  const answers = told.slice(1).map(line => (line.startsWith('{') ? JSON.parse(line) : line));
  const files = { seen: 3, deleted: 3, failed: 0, left: 0 };
  expect(answers).toEqual([
    expect.objectContaining({ teleconsultationState: 'ended', sessions: [expect.anything()] }),
    { ...files, dryRun: true },
    { ...files, dryRun: false },
    'Good morning.',
    expect.objectContaining({ uploads: [expect.anything(), expect.anything(), expect.anything()] }),
    expect.objectContaining({ madeUpFor: 1, strays: 0, alarm: false }),
    expect.objectContaining({ teleconsultationState: 'ended', sessions: [expect.anything(), expect.anything()] }),
    expect.objectContaining({ path: '/v2/rooms', afterEffect: true }),
    expect.objectContaining({ path: '/v2/rooms', status: 503 }),
    expect.objectContaining({ statusCode: 503 }),
    expect.objectContaining({ strays: 1, removed: 1, failed: 0, alarm: false }),
    expect.objectContaining({ strays: 0, removed: 0, paid: 0, madeUpFor: 0, failed: 0, alarm: false }),
    expect.objectContaining({ rooms: expect.anything() }),
  ]);
});

it('the log of it all holds no name and no link', () => {
  // What the welcome says of its invented people comes before the first line of a function.
  const log = stack.printed().slice(stack.printed().indexOf('ready '));
  expect(log).toMatch(/"event":"cleanup.done"/);
  expect(log).toMatch(/"event":"reconcile.done"/);
  expect(links).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
  for (const secret of [
    ...links,
    drRossi.fullName,
    mrBianchi.fullName,
    drRossi.userId,
    mrBianchi.userId,
    'Neri',
    'direct-rest-call-handler',
    'Good morning',
  ])
    expect(log).not.toContain(secret);
});
