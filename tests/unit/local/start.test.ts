import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, shut } from '../../../local/listen.ts';
import { type Command, FREE_PORTS, run } from '../../support/commands.ts';

const shell = promisify(execFile);

const READY = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m;

async function running(args: string[] = [], env: Record<string, string> = {}): Promise<Command & { api: string }> {
  const command = run('local/start.ts', args, { ...FREE_PORTS, ...env });
  await expect.poll(command.printed, { timeout: 25_000, interval: 20 }).toMatch(READY);
  return { ...command, api: READY.exec(command.printed())?.[1] ?? '' };
}

async function end({ child, ended }: Command, signal: NodeJS.Signals): Promise<{ code: number | null; ms: number }> {
  const begun = performance.now();
  child.kill(signal);
  return { code: await ended, ms: performance.now() - begun };
}

function endGroup(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  } catch {
    // Nothing is left of it, as it should be.
  }
}

describe('npm start', () => {
  it('prints addresses, people and three lines that work when pasted, and ends with Ctrl-C', async () => {
    const command = await running();
    const printed = command.printed();
    const addresses = printed.match(/http:\/\/127\.0\.0\.1:\d+$/gm) ?? [];
    expect(new Set(addresses).size).toBe(3);
    expect(printed).toMatch(/dr-rossi +Dr Ada Rossi-Example, group doctor/);
    expect(printed).toMatch(/mr-bianchi +Mr Ugo Bianchi-Example, group patient/);

    const [, page = ''] = /Try it +(http:\S+)/.exec(printed) ?? [];
    expect(await (await fetch(page)).text()).toContain('<title>Teleconsultation</title>');

    const lines = printed.split('\n').filter(line => line.includes('curl '));
    expect(lines).toHaveLength(3);
    const { stdout } = await shell('sh', ['-c', lines.join('\n')]);
    const [id = '', doctor = '', patient = ''] = stdout.trim().split('\n');
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    const links = [doctor, patient].map(answer => JSON.parse(answer).accessLinkURL);
    expect(links).toEqual([expect.stringMatching(/^http/), expect.stringMatching(/^http/)]);
    expect(links[0]).not.toBe(links[1]);

    const { code, ms } = await end(command, 'SIGINT');
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
  });

  it('keeps tables and simulator with --data, and ends with SIGTERM', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'start-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const first = await running(['--data', join(folder, 'data')]);
    const [book = ''] = first
      .printed()
      .split('\n')
      .filter(line => line.includes('curl '));
    const id = (await shell('sh', ['-c', book])).stdout.trim();
    expect((await end(first, 'SIGTERM')).code).toBe(0);

    const second = await running(['--data', join(folder, 'data')]);
    const answer = await fetch(`${second.api}/teleconsultation/${id}`, { headers: { miauserid: 'dr-rossi' } });
    expect(answer.status).toBe(200);
    // npm passes Ctrl-C on to a process that the terminal has already told.
    second.child.kill('SIGINT');
    expect((await end(second, 'SIGTERM')).code).toBe(0);
  });

  it.each([
    ['--directory', '["auth0|dr-rossi","auth0|mr-bianchi"]'],
    ['--custom-ids', '["64e100000000000000000001","64e100000000000000000003"]'],
  ])('with %s has a directory of people, and three lines that work with their ids alone', async (flag, ids) => {
    const command = await running([flag], { AUTH_SERVICE: 'http://127.0.0.1:9' });
    const printed = command.printed();
    expect(printed).toMatch(/^ {2}User directory {5}http:\/\/127\.0\.0\.1:\d+\/_directory$/m);
    const lines = printed.split('\n').filter(line => line.includes('curl '));
    expect(lines[0]).toContain(`"participants":${ids}}`);
    const { stdout } = await shell('sh', ['-c', lines.join('\n')]);
    const [, doctor = '', patient = ''] = stdout.trim().split('\n');
    const names = [{ fullName: 'Dr Ada Rossi-Example' }, { fullName: 'Mr Ugo Bianchi-Example' }];
    for (const answer of [doctor, patient]) {
      const opened = { accessLinkURL: expect.stringMatching(/^http/), participantsBandyerCall: names };
      expect(JSON.parse(answer)).toMatchObject(opened);
    }
  });

  it('says so when people come from a directory of somebody else', async () => {
    const command = await running([], { AUTH_SERVICE: 'auth0-client.example' });
    expect(command.printed()).toContain('AUTH_SERVICE is set: ids, names and groups are those of auth0-client.example');
  });

  it('hears of calls in its own simulator, and is asked by it for names', async () => {
    const command = await running();
    const printed = command.printed();
    const simulator = /Kaleyra simulator +(http:\S+)/.exec(printed)?.[1];
    const [book = ''] = printed.split('\n').filter(line => line.includes('curl '));
    const id = (await shell('sh', ['-c', book])).stdout.trim();
    const control = async (method: string, name: string, body?: unknown) => {
      const headers = { 'content-type': 'application/json' };
      const sent = body === undefined ? {} : { headers, body: JSON.stringify(body) };
      return (await fetch(`${simulator}/_simulator/${name}`, { method, ...sent })).json();
    };
    const { rooms, users } = (await control('GET', 'state')) as { rooms: { id: string }[]; users: { id: string }[] };
    const { sessionId } = (await control('POST', 'calls', { roomId: rooms[0]?.id })) as { sessionId: string };
    const sessions = async () => {
      const answer = await fetch(`${command.api}/teleconsultation/${id}`, { headers: { miauserid: 'dr-rossi' } });
      return ((await answer.json()) as { sessions: unknown }).sessions;
    };
    await expect.poll(sessions, { timeout: 5000 }).toMatchObject([{ sessionId, durationInSeconds: 60 }]);
    const userIds = users.map(user => user.id);
    const asked = (await control('POST', 'user-details', { userIds })) as { body: { user_ids: unknown[] } };
    expect(asked.body.user_ids).toHaveLength(2);
  });

  it('does not outlive npm, whose shell keeps SIGTERM to itself', async () => {
    const env = { ...process.env, ...FREE_PORTS, npm_lifecycle_event: 'start' };
    // A process group of its own, so that the end of the test reaches whatever is left of it.
    const shellOfNpm = spawn('sh', ['-c', `"${process.execPath}" local/start.ts & wait`], { env, detached: true });
    onTestFinished(() => endGroup(shellOfNpm.pid));
    let printed = '';
    shellOfNpm.stdout.setEncoding('utf8').on('data', text => {
      printed += text;
    });
    await expect.poll(() => printed, { timeout: 25_000, interval: 20 }).toMatch(READY);
    const closed = once(shellOfNpm, 'close');
    shellOfNpm.kill('SIGTERM');
    // The output is closed only when the stack, which inherited it, has ended as well.
    await closed;
    await expect(fetch(READY.exec(printed)?.[1] ?? '')).rejects.toThrow();
  });

  it('says so when rooms are made elsewhere than in the simulator', async () => {
    const command = await running([], { BANDYER_BASE_URL: 'https://vendor.example' });
    expect(command.printed()).toContain('BANDYER_BASE_URL is set: rooms are made at https://vendor.example');
  });
});

describe('npm start refuses in one line', () => {
  const refused = async (args: string[], env: Record<string, string> = {}) => {
    const command = run('local/start.ts', args, { ...FREE_PORTS, ...env });
    const code = await command.ended;
    const [line = '', ...more] = command.printed().trimEnd().split('\n');
    return { code, line, more };
  };

  it('a flag that it does not know', async () => {
    const { code, line, more } = await refused(['--date', 'x']);
    expect({ code, more }).toEqual({ code: 1, more: [] });
    expect(line).toContain("'--date'");
  });

  it('a port that is none', async () => {
    const line = 'DYNAMODB_PORT is "many": a port is a number from 0 to 65535';
    expect(await refused([], { DYNAMODB_PORT: 'many' })).toEqual({ code: 1, line, more: [] });
  });

  it('a port in use', async () => {
    const server = createServer();
    const { port } = await listen(server, 0);
    onTestFinished(() => shut(server));
    const line = `port ${port} is in use: set KALEYRA_PORT to another one, or to 0 for a free one`;
    expect(await refused([], { KALEYRA_PORT: String(port) })).toEqual({ code: 1, line, more: [] });
  });
});
