import { describe, expect, it } from 'vitest';
import { createSharedRun } from '../../../../lib/secrets/shared-run.ts';

/** A run that ends when the test says so. */
const aRun = () => {
  const runs: { signal: AbortSignal; end: PromiseWithResolvers<string> }[] = [];
  const shared = createSharedRun(signal => {
    const end = Promise.withResolvers<string>();
    runs.push({ signal, end });
    return end.promise;
  });
  return { runs, shared };
};

describe('a run that is shared', () => {
  it('is one for everybody who comes before it has ended, and another one for whoever comes later', async () => {
    const { runs, shared } = aRun();
    const first = [shared.join(undefined), shared.join(undefined), shared.join(new AbortController().signal)];
    expect(shared.isRunning()).toBe(true);
    runs[0]?.end.resolve('one');
    expect(await Promise.all(first)).toEqual(['one', 'one', 'one']);
    expect(shared.isRunning()).toBe(false);
    const later = shared.join(undefined);
    runs[1]?.end.resolve('two');
    expect(await later).toBe('two');
    expect(runs).toHaveLength(2);
  });

  it('fails for everybody, and not for whoever comes later', async () => {
    const { runs, shared } = aRun();
    const first = Promise.allSettled([shared.join(undefined), shared.join(undefined)]);
    runs[0]?.end.reject(new Error('lost'));
    expect((await first).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    const later = shared.join(undefined);
    runs[1]?.end.resolve('found');
    expect(await later).toBe('found');
  });

  it('goes on without whoever has no time left, who leaves with their own reason', async () => {
    const { runs, shared } = aRun();
    const hasty = new AbortController();
    const left = shared.join(hasty.signal);
    const patient = shared.join(undefined);
    hasty.abort(new Error('my time is over'));
    await expect(left).rejects.toThrow('my time is over');
    expect(runs[0]?.signal.aborted).toBe(false);
    runs[0]?.end.resolve('one');
    expect(await patient).toBe('one');
  });

  it('is told to stop when the last one leaves, and whoever comes then gets another one', async () => {
    const { runs, shared } = aRun();
    const stops = [new AbortController(), new AbortController()];
    const waiting = Promise.allSettled(stops.map(({ signal }) => shared.join(signal)));
    stops[0]?.abort();
    await Promise.resolve();
    expect(runs[0]?.signal.aborted).toBe(false);
    stops[1]?.abort();
    await waiting;
    expect(runs[0]?.signal.aborted).toBe(true);
    expect(shared.isRunning()).toBe(false);
    const later = shared.join(undefined);
    runs[0]?.end.reject(new Error('stopped'));
    runs[1]?.end.resolve('two');
    expect(await later).toBe('two');
  });

  it('does not begin for somebody who has no time at all', async () => {
    const { runs, shared } = aRun();
    await expect(shared.join(AbortSignal.abort(new Error('too late')))).rejects.toThrow('too late');
    expect(runs).toEqual([]);
  });
});
