/**
 * What is asked of the service in table 1, and the shortest chain of calls that each needs: calls that have to wait for each
 * other, whatever runs beside them. Held against the routes of the template by tests/unit/bench/scenarios.test.ts.
 */
import { BY_PEOPLE, WHERE_FILES_GO } from './scenarios/consultations.ts';
import { OTHERS, REMOVING_FILES } from './scenarios/others.ts';
import type { Scenario } from './scenarios/scenario.ts';

/** Those whose work might grow with the people, for each number of people; then the others. */
export const scenariosFor = (sizes: readonly number[]): Scenario[] => [
  ...BY_PEOPLE.flatMap(scenario => sizes.map(scenario)),
  ...OTHERS,
];

/** In a deployment that deletes uploads. */
export const SCENARIOS_WITH_FILES: readonly Scenario[] = [...WHERE_FILES_GO, REMOVING_FILES];

/** Routes that wait for nobody. */
export const WAIT_FOR_NOBODY: readonly string[] = [
  'POST /settings/background-image/uploads',
  'GET /-/healthz',
  'GET /documentation',
  'GET /documentation/json',
];
