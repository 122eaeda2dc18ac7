import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listen, shut } from '../../../local/listen.ts';
import { FREE_PORTS, run } from '../../support/commands.ts';

async function invoked(args: string[], env: Record<string, string> = {}) {
  const command = run('local/invoke.ts', args, env);
  return { code: await command.ended, lines: command.printed().trimEnd().split('\n') };
}

async function aServer(): Promise<number> {
  const server = createServer((_request, response) => response.end('{"status":"OK"}'));
  const { port } = await listen(server, 0);
  onTestFinished(() => shut(server));
  return port;
}

describe('npm run invoke', () => {
  it('runs a function against the stack that is running, and ends as the framework does', async () => {
    const stack = run('local/start.ts', [], FREE_PORTS);
    await expect.poll(stack.printed, { timeout: 10_000, interval: 20 }).toMatch(/^ready /m);
    const [PORT = '', KALEYRA_PORT = '', DYNAMODB_PORT = ''] = [
      ...stack.printed().matchAll(/^ {2}[\w ]+ +http:\/\/127\.0\.0\.1:(\d+)$/gm),
    ].map(([, port]) => port ?? '');
    const ports = { PORT, KALEYRA_PORT, DYNAMODB_PORT };

    const booked = await invoked(['-f', 'createTeleconsultation', '-p', 'tests/fixtures/events/create.json'], ports);
    expect(booked.code).toBe(0);
    expect(booked.lines[0]).toBe(`target: local stack at http://127.0.0.1:${PORT}`);
    const id = /roomId\W+([0-9a-f]{24})/.exec(booked.lines.join('\n'))?.[1];
    // The very stack holds it: 401 is for a record that is there, 404 for one that is not.
    expect((await fetch(`http://127.0.0.1:${PORT}/teleconsultation/${id}`)).status).toBe(401);

    const unknown = await invoked(['-f', 'absent', '--stage', 'local'], ports);
    expect(unknown.code).not.toBe(0);
    expect(unknown.lines.join('\n')).toContain('absent');
  });

  it('says in one line that no stack is running', async () => {
    const port = await aServer();
    expect(await invoked(['-f', 'health'], { PORT: '1' })).toEqual({
      code: 1,
      lines: [
        'target: local stack at http://127.0.0.1:1',
        'no stack is running at http://127.0.0.1:1: run `npm start` first',
      ],
    });
    // Something that answers there is not yet a stack.
    const other = await invoked(['-f', 'health'], { PORT: String(port) });
    expect(other.lines[1]).toBe(`no stack is running at http://127.0.0.1:${port}: run \`npm start\` first`);
  });

  it.each([[['--stage', 'dev']], [['--stage=dev']], [['-s', 'dev']], [['-f', 'health', '-s', 'dev', '-p', 'x.json']]])(
    'refuses the stage in %j',
    async args => {
      const line = 'stage dev is not available here: invoke knows the local stack only';
      expect(await invoked(args)).toEqual({ code: 1, lines: [line] });
    },
  );
});
