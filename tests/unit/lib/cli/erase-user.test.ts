import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Stack, startStack } from '../../../../local/stack.ts';
import { bookingBody } from '../../../support/bookings.ts';
import { run } from '../../../support/commands.ts';
import { mrBianchi } from '../../../support/people.ts';

/** The command as the process that an operator starts, against a stack that runs. */

const FILE = 'lib/cli/erase-user.ts';

let stack: Stack;
beforeAll(async () => {
  stack = await startStack();
});
afterAll(() => stack.close());

const here = () => ({ PORT: new URL(stack.api).port });
const ended = async (args: readonly string[], env: Record<string, string> = here()) => {
  const command = run(FILE, args, env);
  const code = await command.ended;
  return { code, lines: command.printed().trimEnd().split('\n') };
};
const target = () => `target: local stack at ${stack.api}, function eraseUser`;
const book = async (startsIn: string): Promise<string> => {
  const response = await fetch(`${stack.api}/teleconsultation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(bookingBody(Date.now(), { startsIn })),
  });
  expect(response.status).toBe(201);
  return ((await response.json()) as { roomId: string }).roomId;
};

it('somebody unknown is told to be, with exit code 0', async () => {
  expect(await ended(['never-heard-of'])).toEqual({
    code: 0,
    lines: [target(), 'nobody with this id is known here: nothing was changed'],
  });
});

it('a call to come is a reason to change nothing, with exit code 1; a dry run with --cancel counts it', async () => {
  const id = await book('2 hours');
  expect(await ended([mrBianchi.userId])).toEqual({
    code: 1,
    lines: [
      target(),
      'refused: these calls are not over; nothing was changed',
      `  ${id}`,
      'run it when they are over, or with --cancel',
    ],
  });
  const { code, lines } = await ended(['--dry-run', '--cancel', mrBianchi.userId]);
  expect([code, ...lines.slice(0, 9)]).toEqual([
    0,
    target(),
    'dry run, nothing was changed; this is what an erasure would remove',
    'to be removed:',
    '  0 uploaded files',
    '  0 recordings',
    '  1 user at Kaleyra',
    '  the person’s id and name in 1 record',
    '  1 personal link',
    '  1 booking that was not over',
  ]);
  expect(lines.join('\n')).not.toContain(mrBianchi.userId);
});

it('what the function refuses is told without the id', async () => {
  const { code, lines } = await ended(['public']);
  expect([code, lines]).toEqual([1, [target(), 'eraseUser failed: body.externalId must be the id of a person']]);
});

describe('it says in a line what it needs', () => {
  const USAGE = 'usage: npm run erase-user -- EXTERNAL_ID [--cancel] [--dry-run] [--stage NAME]';

  it.each([[[]], [['one', 'two']], [['']]])('a person, and one only: %j', async args => {
    expect(await ended(args)).toEqual({ code: 1, lines: [USAGE] });
  });

  it('options that it knows', async () => {
    const { code, lines } = await ended(['somebody', '--dryrun']);
    expect([code, lines.at(-1)]).toEqual([1, USAGE]);
  });

  it('a stack, where no stage is named', async () => {
    const { code, lines } = await ended(['somebody'], { PORT: '9' });
    expect([code, lines.at(-1)]).toEqual([1, 'no stack is running at http://127.0.0.1:9: run `npm start` first']);
  });

  it('a region, where one is named; never this machine in its place', async () => {
    expect(await ended(['somebody', '--stage', 'prod'])).toEqual({
      code: 1,
      lines: ['AWS_REGION must say in which region the stage is'],
    });
    expect((await ended(['somebody', '--stage', 'local'])).lines).toEqual([
      'the local stack is the target when no stage is named',
    ]);
  });
});
