import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createDeps, openScope } from '../../../lib/deps.ts';
import { ENVIRONMENT } from '../../support/configs.ts';
import { someDeps } from '../../support/scopes.ts';

const context = { requestId: 'r-1', function: 'things' };

describe('what a process works with', () => {
  it('is made from the environment and from what the test puts in', () => {
    const lines: string[] = [];
    const clock = { now: () => Date.UTC(2026, 4, 4), sleep: async () => {} };
    const deps = createDeps({ ...ENVIRONMENT, LOG_LEVEL: 'warn' }, { clock, writeLog: line => lines.push(line) });
    deps.log.info('too quiet');
    deps.log.warn('loud enough');
    expect(lines.map(line => JSON.parse(line))).toEqual([
      { time: '2026-05-04T00:00:00.000Z', level: 'warn', event: 'loud enough' },
    ]);
    expect(deps.clock).toBe(clock);
    expect(deps.config.table).toBe('teleconsultations-test');
    expect(deps.ids.recordId()).toMatch(/^[0-9a-f]{24}$/);
  });

  it('says at the start which variables have no effect, and not what they hold', () => {
    const lines: string[] = [];
    createDeps({ ...ENVIRONMENT, CRUD_SERVICE_URL: 'http://crud-service' }, { writeLog: line => lines.push(line) });
    expect(lines.map(line => JSON.parse(line))).toMatchObject([
      { level: 'warn', event: 'configuration.ignored', keys: ['CRUD_SERVICE_URL'] },
    ]);
    expect(lines.join()).not.toContain('http');
  });

  it('is not made from an environment that is wrong', () => {
    expect(() => createDeps({ ...ENVIRONMENT, BANDYER_BASE_URL: '' })).toThrow('BANDYER_BASE_URL: is required');
  });
});

describe('what a request works with', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('ends with its signal, and names the request in every line of the log', () => {
    const lines: string[] = [];
    const signals: AbortSignal[] = [];
    const forwarded: unknown[] = [];
    const deps = someDeps(lines);
    const { signal } = new AbortController();
    const scope = openScope(
      {
        ...deps,
        openStore: until => {
          signals.push(until);
          return deps.openStore(until);
        },
        openDirectory: (until, log, headers) => {
          signals.push(until);
          forwarded.push(headers);
          return deps.openDirectory(until, log, headers);
        },
        openKaleyra: (until, log) => {
          signals.push(until);
          return deps.openKaleyra(until, log);
        },
      },
      signal,
      context,
      { cookie: 'sid=1' },
    );
    scope.log.info('x');
    expect(scope.signal).toBe(signal);
    expect(signals).toEqual([signal, signal, signal]);
    expect(forwarded).toEqual([{ cookie: 'sid=1' }]);
    expect(lines.map(line => JSON.parse(line))).toMatchObject([context]);
  });

  it('has two and a half seconds of its own to put things in order afterwards', () => {
    const late = openScope(someDeps(), AbortSignal.abort('over'), context).afterwards();
    expect(late.signal.aborted).toBe(false);
    vi.advanceTimersByTime(2499);
    expect(late.signal.aborted).toBe(false);
    vi.advanceTimersByTime(1);
    expect(late.signal.reason).toMatchObject({ code: 'deadline', status: 504 });
  });
});
