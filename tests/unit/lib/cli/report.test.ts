import { describe, expect, it } from 'vitest';
import { runImport } from '../../../../lib/cli/import-run.ts';
import type { Line } from '../../../../lib/cli/lines.ts';
import { createReport } from '../../../../lib/cli/report.ts';
import { systemClock } from '../../../../lib/clock.ts';
import type { ImportStore } from '../../../../lib/store/imports.ts';

/** A terminal that keeps what it shows, and a clock that only the test moves. */
const watched = () => {
  let now = 0;
  const lines: string[] = [];
  const shown: string[] = [];
  const clock = { ...systemClock, now: () => now };
  const terminal = {
    print: (line: string) => void lines.push(line),
    progress: (line: string) => void shown.push(line),
  };
  const wait = (ms: number): void => {
    now += ms;
  };
  return { clock, lines, shown, wait, report: createReport(terminal, clock, 'imported') };
};

describe('a report', () => {
  it('shows how far it has come, every two seconds and no more often', () => {
    const { report, shown, wait } = watched();
    for (let step = 0; step < 8; step += 1) {
      wait(500);
      report.done('users', 400);
    }
    expect(shown).toEqual(['users: 1,600 imported after 2.0 s', 'users: 3,200 imported after 4.0 s']);
  });

  it('names line, field and reason, and sums up', () => {
    const { report, lines, wait } = watched();
    report.refused('users', 3, [{ field: 'bandyerId', reason: 'is required' }]);
    report.left('users', 4, 'is known');
    report.done('users', 2);
    wait(1500);
    expect(report.close()).toBe(false);
    expect(lines).toEqual([
      'users line 3: bandyerId: is required',
      'users line 4: is known',
      'users: 2 imported, 1 left alone, 1 refused',
      'done in 1.5 s',
    ]);
  });

  it('of nothing refused is a success', () => {
    const { report } = watched();
    report.left('users', 4, 'is known');
    expect(report.close()).toBe(true);
  });
});

it('an import is never silent for long, whatever it is at', async () => {
  const { report, shown, clock, wait } = watched();
  async function* users(): AsyncGenerator<Line> {
    for (let number = 1; number <= 3; number += 1) {
      yield { number, problem: undefined, value: { bandyerId: `usr${number}`, receivedUserId: `invented-${number}` } };
    }
  }
  async function* nothing(): AsyncGenerator<Line> {}
  const calls: string[] = [];
  const store: ImportStore = {
    ping: async () => undefined,
    putWayBack: async () => {
      calls.push('back');
      return 'done';
    },
    putWayThere: async () => {
      calls.push('there');
      wait(2500);
      return 'done';
    },
    putRecords: async () => new Set(),
  };
  const rooms = {} as Parameters<typeof runImport>[0]['rooms'];
  const rest = { drafts: false, cleanSince: null, dryRun: false };
  expect(await runImport({ users: users(), teleconsultations: nothing(), store, report, clock, rooms, ...rest })).toBe(
    true,
  );
  expect(calls.filter(call => call === 'there')).toHaveLength(3);
  expect(shown).toHaveLength(3);
  expect(shown.at(-1)).toBe('users: 3 imported after 7.5 s');
});
