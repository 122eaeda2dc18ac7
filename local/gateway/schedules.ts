/** Runs the manifest's scheduled functions at their rate; the first run comes after one interval, as with EventBridge. */
import { randomUUID } from 'node:crypto';
import type { Manifest, Schedule } from '../manifest.ts';
import { describe, FunctionTimeout, type Invoker } from './invocation.ts';
import type { Log } from './types.ts';

/** What a timer of Node can hold; anything longer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** @returns a function that stops every schedule; a run under way is left to end. */
export function startSchedules(manifest: Manifest, invoke: Invoker, log: Log): () => void {
  const stops = Object.values(manifest.functions).flatMap(({ key, schedules }) => {
    const run = oneAtATime(key, log, event => invoke(key, event));
    return schedules
      .filter(({ enabled }) => enabled)
      .map(schedule => every(schedule.rateMs, () => run(toScheduledEvent(key, schedule))));
  });
  return () => {
    for (const stop of stops) stop();
  };
}

/** A run that comes while another of the same function is under way is left out, not queued. */
function oneAtATime(
  key: string,
  log: Log,
  run: (event: unknown) => Promise<unknown>,
): (event: unknown) => Promise<void> {
  let running = false;
  return async event => {
    if (running) return log(`${key} is still running: this run of its schedule is left out`);
    running = true;
    try {
      await run(event);
    } catch (error) {
      log(`${key} failed: ${describe(error)}`);
      if (error instanceof FunctionTimeout) await error.ended;
    } finally {
      running = false;
    }
  };
}

function every(intervalMs: number, run: () => Promise<void>): () => void {
  let due = Date.now() + intervalMs;
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimeout(tick, Math.min(Math.max(0, due - Date.now()), LONGEST_TIMER_MS)).unref();
  };
  const tick = (): void => {
    if (Date.now() >= due) {
      // Counted from now, so that a machine that slept does not run what it missed.
      due = Date.now() + intervalMs;
      void run();
    }
    arm();
  };
  arm();
  return () => clearTimeout(timer);
}

function toScheduledEvent(key: string, { input }: Schedule): unknown {
  if (input !== undefined) return input;
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': 'Scheduled Event',
    source: 'aws.events',
    account: '000000000000',
    time: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
    region: 'local',
    resources: [`arn:aws:events:local:000000000000:rule/${key}`],
    detail: {},
  };
}
