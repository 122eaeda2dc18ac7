import type { Clock, Ids } from '../../clock.ts';
import type { Config } from '../../config.ts';
import { createLogger } from '../../log.ts';
import { openSecrets } from '../../secrets/index.ts';
import { createSecretLoader } from '../../secrets/stores.ts';
import { createSdkStoreCalls } from '../sdk-store-calls.ts';
import type { Environment, Target } from '../target.ts';
import { checkClocks } from './clocks.ts';
import { checkDoor } from './door.ts';
import { type Finding, unseen, well, wrong } from './finding.ts';
import { checkConfiguration, checkNode } from './settings.ts';
import { checkTable } from './table.ts';
import { checkKaleyra } from './vendor.ts';

/** Looks at everything that a deployment needs, one thing after the other; none of it changes anything. */
export interface Patient {
  nodeVersion: string;
  /** As the functions have them. */
  variables: Environment;
  /** undefined: the stack on this machine. */
  stage: string | undefined;
  /** Where callers and Kaleyra reach the service; undefined: nobody said. */
  publicBaseUrl: string | undefined;
  /** The address is the embedded stack's own, with nothing in front of it. */
  embedded: boolean;
  table: Pick<Target, 'table' | 'connect'>;
  clock: Clock;
  ids: Ids;
}

const TIMEOUT_MS = 10_000;

/** As a function reads it, with the credentials of whoever asks. */
const readKey = async (config: Config, clock: Clock): Promise<string | Finding> => {
  const log = createLogger('silent', () => undefined, clock.now);
  const { kaleyraKey } = openSecrets(config.secrets, { load: createSecretLoader(createSdkStoreCalls()), clock, log });
  try {
    return await kaleyraKey.read(AbortSignal.timeout(TIMEOUT_MS));
  } catch (error) {
    const { code } = error as { code?: string };
    return code === 'secret_unusable'
      ? wrong(
          'secrets',
          'BANDYER_API_SECRET_KEY_PARAMETER names something that is not there or not encrypted: see docs/secrets.md',
        )
      : unseen('secrets', 'the Kaleyra key cannot be read with your credentials: its functions may be able to');
  }
};

/** What the service says of itself, by its own rights. */
const checkService = async (publicBaseUrl: string): Promise<Finding> => {
  const url = `${publicBaseUrl}/-/check-up`;
  try {
    const response = await fetch(url, { redirect: 'manual', signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { status, message } = (await response.json()) as { status?: unknown; message?: unknown };
    if (response.status === 200 && status === 'OK') return well('service', `${url} is well`);
    const why = typeof message === 'string' ? message : `status ${response.status}`;
    return wrong('service', `${url} says: ${why}`);
  } catch {
    return wrong('service', `${url} does not answer as this service does`);
  }
};

export const examine = async (patient: Patient): Promise<Finding[]> => {
  const { variables, stage, publicBaseUrl, embedded, clock, ids } = patient;
  const { config, findings } = checkConfiguration(variables, stage);
  const all = [checkNode(patient.nodeVersion), ...findings, await checkTable(patient.table)];
  if (config === undefined) return [...all, unseen('the rest', 'nothing more can be asked before that is right')];

  const key = await readKey(config, clock);
  const { baseUrl } = config.kaleyra;
  if (typeof key === 'string') all.push(...(await checkKaleyra({ baseUrl, apiKey: key }, publicBaseUrl, stage)));
  else all.push(key, unseen('Kaleyra', 'without the key, nobody can ask'));
  all.push(await checkClocks(baseUrl, publicBaseUrl, clock));
  if (publicBaseUrl === undefined) {
    return [...all, unseen('door', 'PUBLIC_BASE_URL does not say where callers reach this service')];
  }
  const marker = `doctor-${ids.operation()}`;
  return [...all, await checkService(publicBaseUrl), ...(await checkDoor(config, publicBaseUrl, marker, embedded))];
};
