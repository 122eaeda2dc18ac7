/** Processes that are started, stopped and started again, at the same address. */
import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A machine that does much else may need long for it. */
const START_MS = 120_000;

export interface Part {
  readonly name: string;
  /** How often it was started. */
  readonly starts: number;
  /** @returns everything it has printed until it was ready */
  start(): Promise<string>;
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>;
  /** Megabytes that it holds; 0 while it does not run. */
  megabytes(): number;
}

const rss = (child: ChildProcess | undefined): number => {
  if (child?.pid === undefined || child.exitCode !== null) return 0;
  try {
    return Math.round(Number(execFileSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' })) / 1024);
  } catch {
    // It ended meanwhile.
    return 0;
  }
};

export const aPart = (
  name: string,
  file: string,
  args: readonly string[],
  environment: () => Record<string, string>,
): Part => {
  let child: ChildProcess | undefined;
  let starts = 0;

  const start = async (): Promise<string> => {
    const started = spawn(process.execPath, ['-r', './local/node-version.cjs', file, ...args], {
      cwd: ROOT,
      env: { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', ...environment() },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child = started;
    starts += 1;
    let printed = '';
    const ready = Promise.withResolvers<string>();
    for (const stream of [started.stdout, started.stderr]) {
      stream.setEncoding('utf8').on('data', text => {
        // What it prints later is nobody's concern, but has to be read.
        if (!/^ready /m.test(printed)) printed += text;
        if (/^ready http:\/\/[^\n]+\n/m.test(printed)) ready.resolve(printed);
      });
    }
    started.once('exit', code => ready.reject(new Error(`${name} ended with ${code}: ${printed}`)));
    const timer = setTimeout(() => ready.reject(new Error(`${name} is not ready: ${printed}`)), START_MS);
    return ready.promise.finally(() => clearTimeout(timer));
  };

  return {
    name,
    get starts() {
      return starts;
    },
    start,
    stop: async signal => {
      const ending = child;
      if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
      const ended = once(ending, 'exit');
      ending.kill(signal);
      await ended;
    },
    megabytes: () => rss(child),
  };
};
