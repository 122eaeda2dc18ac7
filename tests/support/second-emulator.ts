import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import { createTables } from '../../local/dynamodb/tables.ts';
import type { Dynamodb } from '../../local/dynamodb.ts';

/**
 * Another DynamoDB than dynalite, so that nothing of ours rests on one emulator's kindness: dynoxide, a program of its own.
 * Whatever opens a world runs on it with `DYNAMODB_EMULATOR=dynoxide`.
 */

const PACKAGE = '@dynoxide/linux-x64';

/** Its package has a program for this kind of machine alone; anywhere else `DYNOXIDE` says where one lies. */
export const isExpectedHere =
  (process.platform === 'linux' && process.arch === 'x64') || process.env.DYNOXIDE !== undefined;

const binary = (): string => {
  if (process.env.DYNOXIDE !== undefined) return process.env.DYNOXIDE;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(`${PACKAGE}/package.json`)), 'dynoxide');
  } catch {
    throw new Error(
      `${PACKAGE} is not installed: npm ci without --omit=optional brings it, or DYNOXIDE names the program`,
    );
  }
};

/** It does not tell which port it was given, so it is told one that was free just now. */
const aFreePort = async (): Promise<number> => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
};

const STARTS_WITHIN_MS = 5_000;

const answers = async (url: string, program: ChildProcess): Promise<void> => {
  for (const until = Date.now() + STARTS_WITHIN_MS; Date.now() < until; await sleep(5)) {
    if (program.exitCode !== null) throw new Error(`dynoxide ended with ${program.exitCode}`);
    const up = await fetch(url).then(
      () => true,
      () => false,
    );
    if (up) return;
  }
  throw new Error('dynoxide does not answer');
};

const noFaults = (): never => {
  throw new Error('failures of the store are ordered from dynalite: run without DYNAMODB_EMULATOR');
};

export const startDynoxide = async (tables: readonly CreateTableCommandInput[]): Promise<Dynamodb> => {
  const port = await aFreePort();
  const url = `http://127.0.0.1:${port}`;
  const program = spawn(binary(), ['serve', '--port', String(port)], { stdio: 'ignore' });
  const ended = once(program, 'exit');
  const close = async (): Promise<void> => {
    program.kill('SIGKILL');
    await ended;
  };
  try {
    // A program that cannot be started says so here.
    await Promise.race([answers(url, program), once(program, 'error').then(([error]) => Promise.reject(error))]);
    await createTables(url, tables);
  } catch (error) {
    if (program.pid !== undefined) await close();
    throw error;
  }
  return { url, port, close, faults: { order: noFaults, list: () => [], clear: () => undefined } };
};
