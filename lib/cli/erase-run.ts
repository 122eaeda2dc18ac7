import * as z from 'zod/mini';
import type { Clock } from '../clock.ts';
import { KEPT, NOT_OFFERED, type Outcome, type Statement, TO_DO, type WaitsFor } from '../domain/erasure/statement.ts';
import { CommandError, type Terminal } from './command.ts';
import { sentencesOf } from './erase-statement.ts';
import type { FunctionTarget } from './function-target.ts';

/** Invokes the erasure again and again until it has nothing more to do, waits where it says so, and tells what it says. */

const count = z.number().check(z.int(), z.minimum(0));

const Answer = z.object({
  outcome: z.enum(['finished', 'unknown', 'refused', 'waiting', 'interrupted', 'left'] satisfies Outcome[]),
  dryRun: z.boolean(),
  waitMs: z.number().check(z.minimum(0)),
  waitsFor: z.nullable(z.enum(['requests', 'changes', 'pause'] satisfies WaitsFor[])),
  bookings: z.array(z.string()),
  left: z.object({ rooms: count, users: count, records: count }),
  recordingsUntil: z.nullable(z.number()),
  removed: z.object({
    bookings: count,
    uploads: count,
    recordings: count,
    users: count,
    names: count,
    links: count,
  }),
  kept: z.array(z.enum(KEPT)),
  notOffered: z.array(z.enum(NOT_OFFERED)),
  copies: z.object({ backupDays: count, logDays: count }),
  toDo: z.array(z.enum(TO_DO)),
}) satisfies z.ZodMiniType<Statement>;

export interface EraseRun {
  target: FunctionTarget;
  event: { externalId: string; cancel: boolean; dryRun: boolean };
  terminal: Terminal;
  clock: Clock;
  signal: AbortSignal;
}

/** Somebody else's run lasts up to five minutes. */
const BUSY_MS = 10_000;
const MOST_BUSY = 60;

/** Rounding, and a clock here that is a little ahead of the one there. */
const MARGIN_MS = 500;

const WAITS_FOR: Record<WaitsFor, string> = {
  requests: 'for requests that were under way',
  changes: 'for changes that are under way',
  pause: 'until Kaleyra may be called again',
};

const inSeconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;

/** @returns the statement that ends it */
const untilItEnds = async ({ target, event, terminal, clock, signal }: EraseRun): Promise<Statement> => {
  let busy = 0;
  for (;;) {
    const given = await target.invoke(event);
    if (given === 'busy') {
      busy += 1;
      if (busy > MOST_BUSY) throw new CommandError('another erasure is running all the time: try again later');
      terminal.progress(`waiting ${inSeconds(BUSY_MS)} for another erasure`);
      await clock.sleep(BUSY_MS, signal);
      continue;
    }
    const answer = Answer.safeParse(given);
    if (!answer.success) throw new CommandError('the function answered something else than a statement');
    const { outcome, waitMs, waitsFor } = answer.data;
    if (outcome === 'waiting') {
      const ms = waitMs + MARGIN_MS;
      terminal.progress(`waiting ${inSeconds(waitMs)} ${WAITS_FOR[waitsFor ?? 'requests']}`);
      await clock.sleep(ms, signal);
    } else if (outcome === 'interrupted') terminal.progress('going on where it stopped');
    else return answer.data;
  }
};

/** @returns the exit code: 0 when there is nothing more to do here */
export const runErasure = async (run: EraseRun): Promise<number> => {
  const statement = await untilItEnds(run);
  for (const line of sentencesOf(statement)) run.terminal.print(line);
  return statement.outcome === 'finished' || statement.outcome === 'unknown' ? 0 : 1;
};
