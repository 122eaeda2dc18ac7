import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { readManifest } from '../../../local/manifest.ts';
import { vendorCases } from '../../support/fault-cases.ts';
import { playFamily } from '../../support/fault-family.ts';
import { VENDOR_KINDS } from '../../support/fault-kinds.ts';
import { documentedForKaleyra } from '../../support/fault-rules.ts';
import { ASK_NOBODY, SITUATIONS } from '../../support/fault-situations.ts';

/** Every call to Kaleyra of every route, broken in every way. */

const manifest = await readManifest(fileURLToPath(new URL('../../../serverless.yml', import.meta.url)), {
  stage: 'local',
  env: {},
});

it('every route of the manifest is played, or asks nobody', () => {
  const routes = Object.values(manifest.functions)
    .flatMap(({ routes: own }) => own.map(({ method, path }) => `${method} ${path}`))
    .filter(route => !route.includes(' /api/v1/telecons-be/'));
  expect([...SITUATIONS.map(({ route }) => route), ...ASK_NOBODY].sort()).toEqual(routes.sort());
});

playFamily({
  heading: '### When Kaleyra breaks',
  subjects: SITUATIONS,
  kinds: VENDOR_KINDS,
  casesOf: recordings => vendorCases(recordings, VENDOR_KINDS),
  everyTime: [
    'POST /teleconsultation, POST /rooms, done, time-out',
    'POST /teleconsultation, POST /rooms, drip',
    'PATCH /teleconsultation/{id}, POST /rooms, drip',
    'DELETE /teleconsultation/{id}, DELETE /rooms/{id}, drip',
    'GET /teleconsultation/{id}, GET /rooms/{id}, drip',
  ],
  share: 24,
  documented: documentedForKaleyra,
});
