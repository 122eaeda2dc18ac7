import { expect, it } from 'vitest';
import { SCENARIOS_WITH_FILES, scenariosFor, WAIT_FOR_NOBODY } from '../../bench/harness/scenarios.ts';
import { ASK_NOBODY } from '../../support/fault-situations.ts';
import { manifestRoutes } from '../../support/routes.ts';

/** Table 1 says of every route how long its caller waits, or that there is nobody to wait for. */
const SCENARIOS = [...scenariosFor([2]), ...SCENARIOS_WITH_FILES];

it('every route is measured, or waits for nobody', async () => {
  const measured = new Set(SCENARIOS.map(({ route }) => route));
  expect([...measured, ...WAIT_FOR_NOBODY].sort()).toEqual((await manifestRoutes()).sort());
});

it('who waits for nobody is nobody whose calls could be broken', () => {
  expect([...WAIT_FOR_NOBODY].sort()).toEqual([...ASK_NOBODY].sort());
});

it('whoever is measured waits for somebody', () => {
  expect(SCENARIOS.filter(({ chain }) => chain.length === 0)).toEqual([]);
});
