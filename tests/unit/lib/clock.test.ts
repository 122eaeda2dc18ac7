import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { randomIds, systemClock } from '../../../lib/clock.ts';

describe('sleeping', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const asleep = (ms: number, signal: AbortSignal): { state: () => string } => {
    let state = 'asleep';
    systemClock.sleep(ms, signal).then(
      () => {
        state = 'awake';
      },
      (reason: unknown) => {
        state = `stopped: ${String(reason)}`;
      },
    );
    return { state: () => state };
  };

  it('takes as long as it was told to', async () => {
    const sleeper = asleep(100, new AbortController().signal);
    await vi.advanceTimersByTimeAsync(99);
    expect(sleeper.state()).toBe('asleep');
    await vi.advanceTimersByTimeAsync(1);
    expect(sleeper.state()).toBe('awake');
  });

  it('ends with the reason of the signal, at once, and leaves no timer', async () => {
    const controller = new AbortController();
    const sleeper = asleep(100, controller.signal);
    controller.abort('time is over');
    await vi.advanceTimersByTimeAsync(0);
    expect(sleeper.state()).toBe('stopped: time is over');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('does not begin on a signal that is over already', async () => {
    const sleeper = asleep(100, AbortSignal.abort('over before'));
    await vi.advanceTimersByTimeAsync(0);
    expect(sleeper.state()).toBe('stopped: over before');
    expect(vi.getTimerCount()).toBe(0);
  });

  it('leaves no listener on a signal that lives on', async () => {
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, 'addEventListener');
    const removed = vi.spyOn(signal, 'removeEventListener');
    const sleeper = asleep(10, signal);
    await vi.advanceTimersByTimeAsync(10);
    expect(sleeper.state()).toBe('awake');
    expect(removed.mock.calls.map(([type, listener]) => [type, listener])).toEqual(
      added.mock.calls.map(([type, listener]) => [type, listener]),
    );
  });
});

describe('ids', () => {
  it('have the documented forms', () => {
    expect(randomIds.recordId()).toMatch(/^[0-9a-f]{24}$/);
    expect(randomIds.kaleyraUserId()).toMatch(/^usr_[0-9a-f]{32}$/);
    expect(randomIds.operation()).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each(['recordId', 'kaleyraUserId', 'operation'] as const)('no two of %s are the same', kind => {
    expect(new Set(Array.from({ length: 1000 }, () => randomIds[kind]())).size).toBe(1000);
  });

  it('no random byte goes into two of them', () => {
    const kinds = ['recordId', 'kaleyraUserId', 'operation'] as const;
    const ids = Array.from({ length: 900 }, (_, index) => randomIds[kinds[index % 3] ?? 'recordId']());
    const runsOfSixBytes = ids.flatMap(id => {
      const digits = id.replace('usr_', '');
      return Array.from({ length: digits.length / 2 - 5 }, (_, at) => digits.slice(2 * at, 2 * at + 12));
    });
    expect(new Set(runsOfSixBytes).size).toBe(runsOfSixBytes.length);
  });

  it('jitter covers everything from 0 up to and without its bound', () => {
    expect([...new Set(Array.from({ length: 500 }, () => randomIds.jitter(3)))].sort()).toEqual([0, 1, 2]);
  });
});
