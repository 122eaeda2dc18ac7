import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetrics, METRICS, type Metrics, noMetrics } from '../../../lib/metrics.ts';

const NOW = Date.UTC(2026, 4, 4, 9, 30);

const measuring = (measure: (metrics: Metrics) => void): string[] => {
  const lines: string[] = [];
  measure(
    createMetrics(
      'clinic/dev',
      line => lines.push(line),
      () => NOW,
    ),
  );
  return lines;
};
const parsed = (measure: (metrics: Metrics) => void): unknown[] => measuring(measure).map(line => JSON.parse(line));

describe('a metric', () => {
  it('is one line that CloudWatch reads: namespace, time, dimension, unit and value', () => {
    expect(parsed(metrics => metrics.add('VendorLatency', 123.5))).toEqual([
      {
        _aws: {
          Timestamp: NOW,
          CloudWatchMetrics: [
            {
              Namespace: 'clinic/dev',
              Dimensions: [['Service']],
              Metrics: [{ Name: 'VendorLatency', Unit: 'Milliseconds' }],
            },
          ],
        },
        Service: 'teleconsultation',
        VendorLatency: 123.5,
      },
    ]);
  });

  it('that has parts is counted as a whole and in its part', () => {
    const [line] = parsed(metrics => metrics.add('LinksRefused', 1, 'ended'));
    expect(line).toMatchObject({
      _aws: { CloudWatchMetrics: [{ Dimensions: [['Service'], ['Service', 'Reason']] }] },
      Reason: 'ended',
      LinksRefused: 1,
    });
  });

  it('names in every dimension and metric a member of the same line, or CloudWatch drops it', () => {
    const lines = parsed(metrics => {
      for (const [name, { values = [undefined] }] of Object.entries(METRICS)) {
        for (const part of values) (metrics.add as (...all: unknown[]) => void)(name, 2, ...(part ? [part] : []));
      }
    }) as Record<string, { CloudWatchMetrics: { Dimensions: string[][]; Metrics: { Name: string }[] }[] }>[];
    expect(lines).toHaveLength(Object.values(METRICS).reduce((sum, { values }) => sum + (values?.length ?? 1), 0));
    for (const line of lines) {
      const [directive] = line._aws?.CloudWatchMetrics ?? [];
      const named = [...(directive?.Dimensions.flat() ?? []), ...(directive?.Metrics.map(({ Name }) => Name) ?? [])];
      expect(Object.keys(line).sort()).toEqual([...new Set(['_aws', ...named])].sort());
      for (const Name of directive?.Metrics ?? []) expect(line[Name.Name]).toBe(2);
    }
  });

  it('is written at once, and once for each number', () => {
    const lines: string[] = [];
    const metrics = createMetrics(
      'clinic/dev',
      line => lines.push(line),
      () => NOW,
    );
    metrics.add('Bookings', 1);
    expect(lines).toHaveLength(1);
    metrics.add('Bookings', 1);
    expect(lines).toHaveLength(2);
    expect(lines.every(line => !line.includes('\n'))).toBe(true);
  });
});

describe('nothing is written', () => {
  it('where nobody asked for metrics', () => {
    const lines: string[] = [];
    const silent = createMetrics(undefined, line => lines.push(line), Date.now);
    silent.add('Bookings', 1);
    noMetrics.add('Bookings', 1);
    expect(lines).toEqual([]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('for %s, which is no number of anything', value => {
    expect(measuring(metrics => metrics.add('OldestOwed', value))).toEqual([]);
  });

  it('of a part that is not on the list, whatever it is', () => {
    const known: readonly string[] = METRICS.VendorErrors.values ?? [];
    fc.assert(
      fc.property(fc.string(), part => {
        const lines = measuring(metrics => (metrics.add as (...all: unknown[]) => void)('VendorErrors', 1, part));
        expect(lines).toHaveLength(known.includes(part) ? 1 : 0);
      }),
    );
  });

  it('with a part where there are none, or without one where there are', () => {
    const add = (...all: unknown[]) => measuring(metrics => (metrics.add as (...all: unknown[]) => void)(...all));
    expect(add('Bookings', 1, 'Mario Rossi')).toEqual([]);
    expect(add('LinksRefused', 1)).toEqual([]);
  });
});

it('parts and names are checked where they are written', () => {
  const add: Metrics['add'] = noMetrics.add;
  add('DriftFound', 3, 'strays');
  // @ts-expect-error a metric that nobody listed
  add('People', 1);
  // @ts-expect-error a part that nobody listed
  add('DriftFound', 1, 'rossi');
  // @ts-expect-error a part is missing
  add('DriftFound', 1);
});
