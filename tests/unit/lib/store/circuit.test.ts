import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Circuit, CircuitStore } from '../../../../lib/domain/circuit.ts';
import { createCircuitStore } from '../../../../lib/store/circuit.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** Whether Kaleyra answers: one item that every function adds to. */
let world: World;
let table: Table;
let circuit: CircuitStore;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());

const KEY = { pk: 'circuit', sk: 'kaleyra' };
const NOW = Date.UTC(2026, 4, 4, 9);
const UNTIL = NOW + 10_000;
/** As long as one failure has to do with the next. */
const MEMORY_MS = 120_000;
beforeEach(async () => {
  circuit = createCircuitStore(table);
  await table.remove(KEY);
});

const failed = async (weight: number, now: number): Promise<void> => circuit.fail(weight, now, now + 10_000);

it('is nothing before the first failure', async () => {
  expect(await circuit.find(NOW)).toBeUndefined();
});

it('adds up failures that follow each other, and keeps the last one’s time', async () => {
  await failed(2, NOW);
  expect(await circuit.find(NOW)).toEqual({ score: 2, failedAt: NOW, openUntil: UNTIL });
  await failed(1, NOW + MEMORY_MS);
  expect(await circuit.find(NOW + MEMORY_MS)).toEqual({
    score: 3,
    failedAt: NOW + MEMORY_MS,
    openUntil: UNTIL + MEMORY_MS,
  });
  expect(await table.get(KEY)).toMatchObject({
    failedAt: '2026-05-04T09:02:00.000Z',
    openUntil: '2026-05-04T09:02:10.000Z',
  });
});

it('begins anew with a failure that comes too late to have to do with the one before', async () => {
  await failed(2, NOW);
  const later = NOW + MEMORY_MS + 1;
  await failed(1, later);
  expect(await circuit.find(later)).toEqual({ score: 1, failedAt: later, openUntil: later + 10_000 });
});

it('counts each of many failures at once', async () => {
  await failed(1, NOW);
  await Promise.all(Array.from({ length: 10 }, () => failed(2, NOW + 1)));
  expect(await circuit.find(NOW + 1)).toMatchObject({ score: 21 });
});

it('is forgotten two minutes after the last failure', async () => {
  await failed(2, NOW);
  expect(await circuit.find(NOW + MEMORY_MS)).toMatchObject({ score: 2 });
  expect(await circuit.find(NOW + MEMORY_MS + 1)).toBeUndefined();
});

it('is closed by a success, and counts from nothing again', async () => {
  await failed(2, NOW);
  await circuit.close();
  expect(await circuit.find(NOW)).toEqual({ score: 0, failedAt: NOW, openUntil: UNTIL });
  await failed(1, NOW + 1);
  expect(await circuit.find(NOW + 1)).toMatchObject({ score: 1 });
});

it('closed where nothing had failed is nothing, and the first failure after it counts', async () => {
  await circuit.close();
  expect(await circuit.find(NOW)).toBeUndefined();
  await failed(2, NOW);
  expect(await circuit.find(NOW)).toMatchObject({ score: 2 });
});

it('lets one of many try whether Kaleyra is back', async () => {
  await failed(2, NOW);
  const known = (await circuit.find(NOW)) as Circuit;
  const probes = await Promise.all(Array.from({ length: 5 }, () => circuit.probe(known, UNTIL + 8000)));
  expect(probes.toSorted()).toEqual(['ours', ...Array.from({ length: 4 }, () => "somebody else's")]);
  expect(await circuit.find(NOW)).toEqual({ score: 2, failedAt: NOW, openUntil: UNTIL + 8000 });
});

it('that cannot be read is as good as none, and the next failure writes it anew', async () => {
  await table.put(KEY, { score: 'high', failedAt: 7 });
  expect(await circuit.find(NOW)).toBeUndefined();
  await failed(1, NOW);
  expect(await circuit.find(NOW)).toEqual({ score: 1, failedAt: NOW, openUntil: UNTIL });
});

it('is not waited for longer than a second', async () => {
  const waits: (number | undefined)[] = [];
  const slow: Table = {
    ...table,
    get: async (_key, mostMs) => {
      waits.push(mostMs);
      return undefined;
    },
  };
  await createCircuitStore(slow).find(NOW);
  expect(waits).toEqual([1000]);
});
