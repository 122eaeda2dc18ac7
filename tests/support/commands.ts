/** Starts the stack's commands as the processes they are, and reads what they print. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface Command {
  readonly child: ChildProcess;
  /** Everything printed so far, on both streams. */
  printed(): string;
  /** Resolves to the exit code, once the output is complete. */
  readonly ended: Promise<number | null>;
}

/** The environment is only what is given, with a PATH: nothing of the shell decides a test. */
export function begin(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Command {
  const child = spawn(process.execPath, ['-r', './local/node-version.cjs', file, ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...env },
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', text => {
      printed += text;
    });
  return { child, printed: () => printed, ended: once(child, 'close').then(([code]) => code as number | null) };
}

/** The same for the time of one test. */
export function run(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Command {
  const command = begin(file, args, env);
  onTestFinished(() => void command.child.kill('SIGKILL'));
  return command;
}

export const FREE_PORTS = { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' };
