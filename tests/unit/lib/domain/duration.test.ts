import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callSeconds, problemsOfTimes, timesAfter } from '../../../../lib/domain/duration.ts';
import { HOUR, START } from '../../../support/teleconsultations.ts';

const STORED = { startDate: START, endDate: START + HOUR };
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

const instants = fc.integer({ min: START - 1000 * HOUR, max: START + 1000 * HOUR });

/** What a request may say of times: any part, but never an end and a duration. */
const requests = fc
  .record(
    { start_date: instants, end_date: instants, duration_in_seconds: fc.integer({ min: 1, max: 200_000 }) },
    { requiredKeys: [] },
  )
  .filter(({ end_date, duration_in_seconds }) => end_date === undefined || duration_in_seconds === undefined);

describe('the times after a request', () => {
  it('keep the stored end when only the start moves', () => {
    fc.assert(
      fc.property(instants, start_date => {
        expect(timesAfter({ start_date }, STORED)).toEqual({ startDate: start_date, endDate: STORED.endDate });
      }),
    );
  });

  it('count a duration from the new start, or from the stored one', () => {
    const moved = START + HOUR;
    expect(timesAfter({ start_date: moved, duration_in_seconds: 90 }, STORED)).toEqual({
      startDate: moved,
      endDate: moved + 90_000,
    });
    expect(timesAfter({ duration_in_seconds: 90 }, STORED)).toEqual({ startDate: START, endDate: START + 90_000 });
  });

  it('are the stored ones where nothing is asked, also without an end', () => {
    expect(timesAfter({}, STORED)).toEqual(STORED);
    expect(timesAfter({ start_date: 7 }, { startDate: START, endDate: null })).toEqual({ startDate: 7, endDate: null });
  });

  it('are the same for an end and for the duration until it', () => {
    fc.assert(
      fc.property(instants, fc.integer({ min: 1, max: 200_000 }), (start_date, duration_in_seconds) => {
        const end_date = start_date + duration_in_seconds * 1000;
        expect(timesAfter({ start_date, duration_in_seconds }, STORED)).toEqual(
          timesAfter({ start_date, end_date }, STORED),
        );
      }),
    );
  });
});

describe('the limit of a call', () => {
  it('is its length in seconds, and none where calls are unlimited or have no end', () => {
    expect(callSeconds(STORED, false)).toBe(3600);
    expect(callSeconds(STORED, true)).toBeUndefined();
    expect(callSeconds({ startDate: START, endDate: null }, false)).toBeUndefined();
    expect(callSeconds({ startDate: START, endDate: START + HOUR + 1 }, false)).toBe(3600);
  });
});

describe('the times of a request', () => {
  const lasting = (seconds: number, unlimited: boolean) =>
    problemsOfTimes(
      { start_date: START, end_date: START + seconds * 1000 },
      { startDate: START, endDate: START + seconds * 1000 },
      unlimited,
    ).map(problem => problem.message);

  it.each([
    [-1, 'must be after start_date'],
    [0, 'must be after start_date'],
    [1, 'makes the call shorter than 5 minutes'],
    [299, 'makes the call shorter than 5 minutes'],
    [300, undefined],
    [86_400, undefined],
    [86_401, 'makes the call longer than 24 hours'],
  ])('%i seconds apart, where calls are limited: %s', (seconds, message) => {
    expect(lasting(seconds, false)).toEqual(message === undefined ? [] : [message]);
  });

  it('may be any time apart where calls are unlimited, but never end before they start', () => {
    expect([1, 299, 86_401, 400 * 86_400].map(seconds => lasting(seconds, true))).toEqual([[], [], [], []]);
    expect([0, -1].map(seconds => lasting(seconds, true))).toEqual([
      ['must be after start_date'],
      ['must be after start_date'],
    ]);
  });

  it('are right exactly between 300 and 86400 seconds, and are blamed on the field that the caller sent', () => {
    fc.assert(
      fc.property(requests, fc.boolean(), (requested, unlimited) => {
        const times = timesAfter(requested, STORED);
        const seconds = (times.endDate ?? Number.NaN) / 1000 - times.startDate / 1000;
        const right = unlimited ? seconds > 0 : Math.round(seconds) >= 300 && Math.round(seconds) <= 86_400;
        const problems = problemsOfTimes(requested, times, unlimited);
        const sent = [
          ...(requested.duration_in_seconds === undefined ? [] : ['body.duration_in_seconds']),
          ...(requested.end_date === undefined ? [] : ['body.end_date']),
          'body.start_date',
        ];
        expect(problems.map(problem => problem.path)).toEqual(right ? [] : sent.slice(0, 1));
      }),
      { numRuns: 500 },
    );
  });

  it('name the start when it was moved behind the stored end', () => {
    const requested = { start_date: STORED.endDate };
    expect(problemsOfTimes(requested, timesAfter(requested, STORED), true)).toEqual([
      { path: 'body.start_date', message: 'must be before the end' },
    ]);
  });

  it('never end after the year 9999, which no clock of ours could write down', () => {
    const requested = { start_date: LAST - 999, duration_in_seconds: 1 };
    const times = timesAfter(requested, STORED);
    expect(problemsOfTimes(requested, times, true)).toEqual([
      { path: 'body.duration_in_seconds', message: 'puts the end after the year 9999' },
    ]);
    expect(
      problemsOfTimes({ ...requested, start_date: LAST - 1000 }, { startDate: LAST - 1000, endDate: LAST }, true),
    ).toEqual([]);
  });

  it('are not judged where there is no end, as imported ones may have it', () => {
    expect(problemsOfTimes({ start_date: 1 }, { startDate: 1, endDate: null }, false)).toEqual([]);
  });
});
