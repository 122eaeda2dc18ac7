import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { FREE_PORTS, run } from '../../support/commands.ts';

const shell = promisify(execFile);
const READY = /^ready (http:\/\/127\.0\.0\.1:(\d+))$/m;

const stack = async (args: string[]) => {
  const command = run('local/start.ts', args, FREE_PORTS);
  await expect.poll(command.printed, { timeout: 20_000, interval: 50 }).toMatch(READY);
  const [, api = '', port = ''] = READY.exec(command.printed()) ?? [];
  return { ...command, api, port };
};

/** The command with its two streams apart. */
const order = async (port: string, args: string[]) => {
  const env = { PATH: process.env.PATH ?? '', PORT: port };
  const called = shell(process.execPath, ['local/token.ts', ...args], { env });
  return called.then(
    ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
    (error: { code: number; stdout: string; stderr: string }) => error,
  );
};

describe('a stack that takes tokens', () => {
  it('prints lines that work when pasted, and takes what the command hands out', async () => {
    const { api, port, printed } = await stack(['--jwt']);
    const lines = printed()
      .split('\n')
      .filter(line => /^[A-Z]+_TOKEN=|curl /.test(line));
    expect(lines).toHaveLength(5);
    const { stdout: pasted } = await shell('sh', ['-c', lines.join('\n')]);
    const [id = '', doctor = '', patient = ''] = pasted.trim().split('\n');
    expect(id).toMatch(/^[0-9a-f]{24}$/);
    for (const answer of [doctor, patient]) {
      expect(JSON.parse(answer)).toMatchObject({ accessLinkURL: expect.stringMatching(/^http/) });
    }

    const args = ['dr-rossi', '--groups', 'doctor,admin', '--scope', 'a b', '--name', 'Dr. Ada', '--expires-in', '60'];
    const { code, stdout, stderr } = await order(port, args);
    expect({ code, stderr }).toEqual({ code: 0, stderr: `target: local stack at ${api}\n` });
    const token = stdout.trim();
    const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()) as Record<string, number>;
    expect(claims).toMatchObject({
      iss: api,
      sub: 'dr-rossi',
      groups: ['doctor', 'admin'],
      scope: 'a b',
      name: 'Dr. Ada',
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(60);
    const open = (authorization: string) => fetch(`${api}/teleconsultation/${id}`, { headers: { authorization } });
    expect((await open(`Bearer ${token}`)).status).toBe(200);

    const foreign = await order(port, ['dr-rossi', '--claims', '{"aud":"another"}']);
    expect((await open(`Bearer ${foreign.stdout.trim()}`)).status).toBe(401);
    expect((await fetch(`${api}/teleconsultation/${id}`, { headers: { miauserid: 'dr-rossi' } })).status).toBe(401);

    const { issuer, jwks_uri } = (await (await fetch(`${api}/.well-known/openid-configuration`)).json()) as {
      issuer: string;
      jwks_uri: string;
    };
    expect(issuer).toBe(api);
    expect((await fetch(jwks_uri)).status).toBe(200);

    expect(await order(port, ['a', '--groups', 'head doctor'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringContaining('groups.0: must be a name without blanks, commas and brackets'),
    });
  });

  it('is also one whose environment says so', async () => {
    const command = run('local/start.ts', [], { ...FREE_PORTS, IDENTITY_MODE: 'jwt' });
    await expect.poll(command.printed, { timeout: 20_000, interval: 50 }).toMatch(READY);
    expect(command.printed()).toMatch(/^DOCTOR_TOKEN='ey/m);
  });
});

describe('the command says in one line', () => {
  it('that the stack takes no tokens', async () => {
    const { api, port } = await stack([]);
    expect(await order(port, ['dr-rossi'])).toMatchObject({
      code: 1,
      stdout: '',
      stderr: `target: local stack at ${api}\n${api} hands out no tokens: run \`npm start -- --jwt\` there\n`,
    });
  });

  it('that there is no stack', async () => {
    const { code, stderr } = await order('9', ['dr-rossi']);
    expect(code).toBe(1);
    expect(stderr).toContain('no stack is running at http://127.0.0.1:9: run `npm start -- --jwt` first');
  });

  it.each([
    [[], 'say whom the token is for: npm run token -- ID'],
    [['a', 'b'], 'say whom the token is for: npm run token -- ID'],
    [['a', '--expires-in', 'soon'], '--expires-in must be a number of seconds'],
    [['a', '--claims', '{'], '--claims must be JSON, such as {"token_use":"id"}'],
    [['a', '--stage', 'dev'], "Unknown option '--stage'"],
  ])('what is wrong with %j', async (args, line) => {
    const { code, stdout, stderr } = await order('9', args);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr.startsWith(line)).toBe(true);
    expect(stderr.trimEnd().split('\n')).toHaveLength(1);
  });
});
