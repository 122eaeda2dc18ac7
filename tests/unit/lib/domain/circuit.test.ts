import { describe, expect, it } from 'vitest';
import {
  assumeKaleyraAnswers,
  type Circuit,
  type CircuitStore,
  isOpen,
  noteFailure,
  noteSuccess,
  readCircuit,
  refuseWhileOpen,
} from '../../../../lib/domain/circuit.ts';
import { KaleyraError } from '../../../../lib/errors.ts';
import { aScope } from '../../../support/scopes.ts';

const NOW = Date.UTC(2026, 4, 4, 8);

const asking = (parts: Partial<CircuitStore> = {}) => {
  const calls: unknown[][] = [];
  const told: string[] = [];
  const base = aScope({ clock: { now: () => NOW } });
  const circuit: CircuitStore = {
    find: async (...asked) => {
      calls.push(['find', ...asked]);
      return undefined;
    },
    fail: async (...noted) => void calls.push(['fail', ...noted]),
    close: async () => void calls.push(['close']),
    probe: async (...asked) => {
      calls.push(['probe', ...asked]);
      return 'ours';
    },
    ...parts,
  };
  const scope = {
    ...base,
    circuit,
    log: { ...base.log, warn: (event: string) => void told.push(event) },
    metrics: { ...base.metrics, add: (name: string) => void told.push(name) } as never,
  };
  return { scope, calls, told };
};

const broken = async (): Promise<never> => {
  throw new Error('no table');
};

const known = (score: number, openUntil: number): Circuit => ({ score, openUntil });

describe('reading what is known', () => {
  it('asks for what counts now', async () => {
    const { scope, calls } = asking();
    expect(await readCircuit(scope)).toBeUndefined();
    expect(calls).toEqual([['find', NOW]]);
  });

  it('is no reason not to try where it fails', async () => {
    const { scope, told } = asking({ find: broken });
    expect(await readCircuit(scope)).toBeUndefined();
    expect(told).toEqual(['circuit.not_read']);
  });
});

describe('Kaleyra is taken to be down', () => {
  it('from ten failures on, and until the time is over', () => {
    expect(isOpen(undefined, NOW)).toBe(false);
    expect(isOpen(known(9, NOW + 1), NOW)).toBe(false);
    expect(isOpen(known(10, NOW + 1), NOW)).toBe(true);
    expect(isOpen(known(10, NOW), NOW)).toBe(false);
  });

  it('to readers, who are told when to come again and try nothing', () => {
    const { scope, calls, told } = asking();
    expect(() => refuseWhileOpen(scope, known(10, NOW + 2001))).toThrow(
      expect.objectContaining({
        code: 'kaleyra_unavailable',
        status: 503,
        message: 'the video service is not available',
        retryAfter: 3,
        assumed: true,
      }),
    );
    expect([calls, told]).toEqual([[], ['CircuitOpen']]);
    expect(() => refuseWhileOpen(scope, known(10, NOW))).not.toThrow();
    expect(() => refuseWhileOpen(scope, undefined)).not.toThrow();
  });

  it('to whoever needs it, while the time is not over', async () => {
    const { scope, calls, told } = asking();
    await expect(assumeKaleyraAnswers(scope, known(10, NOW + 2001))).rejects.toMatchObject({ retryAfter: 3 });
    expect([calls, told]).toEqual([[], ['CircuitOpen']]);
  });

  it('except to the one who tries for all when the time is over', async () => {
    const ours = asking();
    await assumeKaleyraAnswers(ours.scope, known(10, NOW));
    expect(ours.calls).toEqual([['probe', known(10, NOW), NOW + 8000]]);
    const theirs = asking({ probe: async () => "somebody else's" });
    await expect(assumeKaleyraAnswers(theirs.scope, known(10, NOW))).rejects.toMatchObject({ retryAfter: 1 });
    expect(theirs.told).toEqual(['CircuitOpen']);
  });

  it('by nobody where little or nothing has failed', async () => {
    const { scope, calls } = asking();
    await assumeKaleyraAnswers(scope, undefined);
    await assumeKaleyraAnswers(scope, known(9, NOW + 1));
    expect(calls).toEqual([]);
  });
});

describe('a failure', () => {
  const failing = async (error: unknown, before?: Circuit) => {
    const { scope, calls } = asking();
    await noteFailure(scope, error, before);
    return calls;
  };
  const kaleyra = (
    code: 'kaleyra_timeout' | 'kaleyra_unavailable' | 'kaleyra_throttled' | 'kaleyra_refused',
    more = {},
  ) => new KaleyraError(code, 503, 'failed', more);

  it('counts twice where nobody answered, once where the answer was that Kaleyra is down', async () => {
    expect(await failing(kaleyra('kaleyra_timeout'))).toEqual([['fail', 2, NOW, NOW + 10_000]]);
    expect(await failing(kaleyra('kaleyra_timeout', { vendorStatus: 504 }))).toEqual([['fail', 2, NOW, NOW + 10_000]]);
    expect(await failing(kaleyra('kaleyra_unavailable'))).toEqual([['fail', 2, NOW, NOW + 10_000]]);
    expect(await failing(kaleyra('kaleyra_unavailable', { vendorStatus: 500 }))).toEqual([
      ['fail', 1, NOW, NOW + 10_000],
    ]);
  });

  it.each([
    ['a call that was never made', kaleyra('kaleyra_unavailable', { assumed: true })],
    ['a Kaleyra that asks for patience', kaleyra('kaleyra_throttled')],
    ['anything else', Object.assign(new Error('no table'), { code: 'kaleyra_timeout' })],
  ])('says nothing about Kaleyra: %s', async (_, error) => {
    expect(await failing(error, known(5, 0))).toEqual([]);
  });

  it('of which Kaleyra says itself that it refuses is a sign of life', async () => {
    expect(await failing(kaleyra('kaleyra_refused'), known(5, 0))).toEqual([['close']]);
    expect(await failing(kaleyra('kaleyra_refused'))).toEqual([]);
    expect(await failing(Object.assign(new Error('x'), { code: 'kaleyra_refused' }), known(5, 0))).toEqual([]);
  });

  it('that cannot be written down is told', async () => {
    const { scope, told } = asking({ fail: broken });
    await noteFailure(scope, kaleyra('kaleyra_timeout'), undefined);
    expect(told).toEqual(['circuit.not_written']);
  });
});

describe('a success', () => {
  it('makes all failures forgotten, where there are any', async () => {
    const { scope, calls } = asking();
    await noteSuccess(scope, undefined);
    await noteSuccess(scope, known(0, 0));
    expect(calls).toEqual([]);
    await noteSuccess(scope, known(1, 0));
    expect(calls).toEqual([['close']]);
  });

  it('that cannot be written down is told', async () => {
    const { scope, told } = asking({ close: broken });
    await noteSuccess(scope, known(1, 0));
    expect(told).toEqual(['circuit.not_written']);
  });
});
