import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { conflict } from '../../../../lib/errors.ts';
import { job } from '../../../../lib/jobs/job.ts';
import { aContext, REQUEST_ID } from '../../../support/invocations.ts';
import { someDeps } from '../../../support/scopes.ts';

const linesOf = (lines: string[]) => lines.map(line => JSON.parse(line) as Record<string, unknown>);

describe('a job', () => {
  it('gets its event as it came, and gives its result to Lambda and a line to the log', async () => {
    const lines: string[] = [];
    const handler = job(async (scope, event) => ({ event, table: scope.config.table })).with(someDeps(lines));
    expect(await handler({ any: 1 }, aContext())).toEqual({ event: { any: 1 }, table: 'teleconsultations-test' });
    expect(linesOf(lines)).toMatchObject([
      { level: 'info', event: 'job.done', requestId: REQUEST_ID, function: 'things', durationMs: expect.any(Number) },
    ]);
  });

  it('that failed as we know says why, to Lambda and to the log', async () => {
    const lines: string[] = [];
    const handler = job(() => Promise.reject(conflict('somebody else is busy', 1))).with(someDeps(lines));
    await expect(handler({}, aContext())).rejects.toMatchObject({
      name: 'JobFailed',
      message: 'somebody else is busy',
    });
    expect(linesOf(lines)).toMatchObject([{ level: 'error', event: 'job.failed', code: 'conflict' }]);
  });

  it('that failed otherwise says nothing of the error’s own words', async () => {
    const lines: string[] = [];
    const failing = () => Promise.reject(new RangeError('Mr Ugo Bianchi-Example has an appointment'));
    const thrown = await job(failing)
      .with(someDeps(lines))({}, aContext())
      .catch((error: unknown) => error);
    expect(thrown).toMatchObject({ name: 'JobFailed', message: 'something went wrong' });
    expect((thrown as Error).cause).toBeUndefined();
    expect(linesOf(lines)).toMatchObject([{ event: 'job.failed', code: 'unexpected', errorName: 'RangeError' }]);
    expect(lines.join()).not.toContain('Bianchi');
  });

  it.each([
    ['a moment before Lambda ends it', 28_000, 25_000],
    ['within Lambda’s longest time when nobody counts', 0, 900_000],
    ['at once when there is hardly any time', 10, 1],
  ])('is stopped %s', async (_, remainingMs, after) => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const started = Date.now();
    const untilStopped = job(
      scope =>
        new Promise<never>((_resolve, reject) =>
          scope.signal.addEventListener('abort', () => reject(scope.signal.reason)),
        ),
    ).with(someDeps());
    const stopped = untilStopped({}, aContext(remainingMs)).catch((error: unknown) => error);
    await vi.runAllTimersAsync();
    expect(await stopped).toMatchObject({ message: 'the request could not be finished in time' });
    expect(Date.now() - started).toBe(after);
  });
});
