import { describe, expect, it } from 'vitest';
import { runErasure } from '../../../../lib/cli/erase-run.ts';
import { sentencesOf } from '../../../../lib/cli/erase-statement.ts';
import { type Statement, statementOf } from '../../../../lib/domain/erasure/statement.ts';
import { noProblems, type Problems } from '../../../../lib/domain/erasure/work.ts';

/** What the command does with the statements that the function gives it. */

const REMOVED = { bookings: 1, uploads: 3, recordings: 0, users: 2, names: 4, links: 1 };
const EVENT = { externalId: 'invented-id', cancel: false, dryRun: false };

const saying = (
  outcome: Statement['outcome'],
  parts: Partial<Statement> = {},
  problems: Partial<Problems> = {},
): Statement => ({
  ...statementOf(
    { logRetentionDays: 90 },
    { outcome, dryRun: false, removed: REMOVED },
    { ...noProblems(), ...problems },
  ),
  ...parts,
});

/** @param answers one for each invocation; the last one for all that follow */
const running = async (answers: readonly unknown[]) => {
  const printed: string[] = [];
  const progress: string[] = [];
  const slept: number[] = [];
  const events: unknown[] = [];
  const code = await runErasure({
    event: EVENT,
    target: {
      label: 'nowhere',
      invoke: async event => {
        events.push(event);
        return answers[Math.min(events.length, answers.length) - 1];
      },
    },
    terminal: { print: line => void printed.push(line), progress: line => void progress.push(line) },
    clock: { now: () => 0, sleep: async ms => void slept.push(ms) },
    signal: new AbortController().signal,
  }).catch(error => error as Error);
  return { code, printed, progress, slept, events };
};

describe('invoking again', () => {
  it('waits where it is told to, a little longer than that, and prints the last statement alone', async () => {
    const { code, printed, progress, slept, events } = await running([
      saying('waiting', { waitMs: 27_400, waitsFor: 'requests' }),
      saying('interrupted'),
      saying('waiting', { waitMs: 61_000, waitsFor: 'changes' }),
      saying('waiting', { waitMs: 5000, waitsFor: 'pause' }),
      saying('finished'),
    ]);
    expect(code).toBe(0);
    expect(events).toEqual(Array.from({ length: 5 }, () => EVENT));
    expect(progress).toEqual([
      'waiting 28 s for requests that were under way',
      'going on where it stopped',
      'waiting 61 s for changes that are under way',
      'waiting 5 s until Kaleyra may be called again',
    ]);
    expect(slept).toEqual([27_900, 61_500, 5500]);
    expect(printed).toEqual(sentencesOf(saying('finished')));
  });

  it.each([
    ['finished', 0],
    ['unknown', 0],
    ['refused', 1],
    ['left', 1],
  ] as const)('ends %s with exit code %i after one invocation', async (outcome, expected) => {
    const { code, events } = await running([saying(outcome)]);
    expect([code, events.length]).toEqual([expected, 1]);
  });

  it('waits for another run, and gives up when there is one all the time', async () => {
    const once = await running(['busy', saying('finished')]);
    expect([once.code, once.progress, once.slept]).toEqual([0, ['waiting 10 s for another erasure'], [10_000]]);
    const always = await running(['busy']);
    expect(always.code).toMatchObject({ message: 'another erasure is running all the time: try again later' });
    expect(always.events).toHaveLength(61);
  });

  it.each([null, {}, { ...saying('finished'), outcome: 'done' }, { ...saying('finished'), removed: {} }])(
    'takes nothing for a statement that is none: %j',
    async answer => {
      const { code, printed } = await running([answer]);
      expect(code).toMatchObject({ message: 'the function answered something else than a statement' });
      expect(printed).toEqual([]);
    },
  );
});

describe('the sentences', () => {
  it('say what was removed, what was kept and why, what Kaleyra keeps, what copies hold, and what is to do', () => {
    expect(sentencesOf(saying('finished'))).toEqual([
      'erased: nothing here leads to the person any more',
      'removed:',
      '  3 uploaded files',
      '  0 recordings',
      '  2 users at Kaleyra',
      '  the person’s id and name in 4 records',
      '  1 personal link',
      '  1 booking that was not over',
      '  (Files and recordings of a consultation cannot be told apart by person: those of all participants are among them.)',
      'kept, on purpose:',
      '  the consultations themselves (dates, state, ids of rooms): they are the others’ as well',
      '  a random id in the place of the person’s: it says that somebody took part, and leads to nobody',
      '  the groups in which the person took part, such as patient or doctor: they name nobody',
      '  the other participants, with names and links of their own',
      'kept by Kaleyra, whose documentation knows no call to delete it:',
      '  transcriptions of recorded calls, which can hold what the person said',
      '  its list of calls, with the random ids of those who were in them',
      '  chat messages',
      '  statistics of its own',
      'in copies for a while:',
      '  the table’s point-in-time recovery holds what was removed for 35 days; a restored table has to be erased again',
      '  logs are kept for 90 days; they hold ids of this service and of Kaleyra, and a keyed hash of the person’s own',
      'still to do by whoever runs this service:',
      '  remove the person from the user directory, or the next booking brings the name back',
      '  delete exports that were made, and never import a file that still names the person',
      '  remove the person from the retired service’s collections, if they are still there',
      '  ask Kaleyra to delete what it keeps',
    ]);
  });

  it('of a dry run say that it was one', () => {
    const [head, next] = sentencesOf(saying('finished', { dryRun: true }));
    expect([head, next]).toEqual([
      'dry run, nothing was changed; this is what an erasure would remove',
      'to be removed:',
    ]);
  });

  it('name what is left, and how to go on', () => {
    const problems = { rooms: new Set(['r']), users: new Set(['u', 'v']), bookings: new Set(['b'.repeat(24)]) };
    expect(sentencesOf(saying('left', {}, problems)).slice(0, 6)).toEqual([
      'not finished: something could not be removed. Until it is, the person cannot be booked; run it again',
      'left:',
      '  1 consultation with files, recordings or a room at Kaleyra',
      '  2 users at Kaleyra',
      `  teleconsultation ${'b'.repeat(24)}: the call is not over; --cancel cancels it`,
      'removed:',
    ]);
  });

  it('of a refusal list the calls, and nothing that was not done', () => {
    const problems = { bookings: new Set(['2'.repeat(24), '1'.repeat(24)]) };
    expect(sentencesOf(saying('refused', {}, problems))).toEqual([
      'refused: these calls are not over; nothing was changed',
      `  ${'1'.repeat(24)}`,
      `  ${'2'.repeat(24)}`,
      'run it when they are over, or with --cancel',
    ]);
  });

  it('of somebody unknown are one', () => {
    expect(sentencesOf(saying('unknown'))).toEqual(['nobody with this id is known here: nothing was changed']);
  });
});
