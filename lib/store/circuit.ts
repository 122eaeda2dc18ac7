import type { CircuitStore } from '../domain/circuit.ts';
import { StoredCircuit } from '../schemas/stored.ts';
import { circuitKey } from './keys.ts';
import type { Table } from './table.ts';

const iso = (instant: number): string => new Date(instant).toISOString();

/** Failures further apart than this have nothing to do with each other. */
const FORGOTTEN_AFTER_MS = 120_000;

/** No booking waits longer to learn that others failed. */
const PATIENCE_MS = 1000;

/** Whether Kaleyra answers, as the whole deployment sees it: one item. */
export const createCircuitStore = (table: Table): CircuitStore => ({
  /** What cannot be read is as good as nothing: calls are made, and the next failure writes it anew. */
  find: async now => {
    const item = await table.get(circuitKey, PATIENCE_MS);
    const circuit = item && StoredCircuit.safeParse(item).data;
    return circuit === undefined || circuit.failedAt < now - FORGOTTEN_AFTER_MS ? undefined : circuit;
  },

  fail: async (weight, now, openUntil) => {
    const names = { '#score': 'score', '#openUntil': 'openUntil', '#failedAt': 'failedAt' };
    const values = { ':weight': weight, ':openUntil': iso(openUntil), ':now': iso(now) };
    const added = await table.update({
      key: circuitKey,
      expression: 'SET #score = #score + :weight, #openUntil = :openUntil, #failedAt = :now',
      condition: '#failedAt >= :recent',
      names,
      values: { ...values, ':recent': iso(now - FORGOTTEN_AFTER_MS) },
    });
    if (added.outcome === 'done') return;
    await table.update({
      key: circuitKey,
      expression: 'SET #score = :weight, #openUntil = :openUntil, #failedAt = :now',
      names,
      values,
    });
  },

  close: async () => {
    await table.update({
      key: circuitKey,
      expression: 'SET #score = :none',
      names: { '#score': 'score' },
      values: { ':none': 0 },
    });
  },

  probe: async (circuit, until) => {
    const moved = await table.update({
      key: circuitKey,
      expression: 'SET #openUntil = :until',
      condition: '#openUntil = :before',
      names: { '#openUntil': 'openUntil' },
      values: { ':until': iso(until), ':before': iso(circuit.openUntil) },
    });
    return moved.outcome === 'done' ? 'ours' : "somebody else's";
  },
});
