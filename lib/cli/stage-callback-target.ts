import { systemClock } from '../clock.ts';
import { ConfigurationError, readConfig } from '../config.ts';
import { createLogger } from '../log.ts';
import { openSecrets } from '../secrets/index.ts';
import { createSecretLoader } from '../secrets/stores.ts';
import { addressOf } from './callback-target.ts';
import { CommandError } from './command.ts';
import { readVariables } from './doctor/stage.ts';
import type { CallbackTarget } from './registration.ts';
import { createSdkStoreCalls } from './sdk-store-calls.ts';
import { type Environment, regionOf } from './target.ts';

/**
 * Which Kaleyra a stage on AWS works with, and with which key: what its own functions are told, and nothing of this shell. Only
 * where the stage is reached has to be said, because an API behind a domain, a gateway or a proxy does not know it itself.
 */

const KEY_TIMEOUT_MS = 10_000;

/** Without the file in the zips: it says nothing of Kaleyra. */
const configOf = (variables: Environment, stage: string) => {
  try {
    return readConfig(variables, () => '{}');
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    throw new CommandError(`the settings of stage ${stage} cannot be used: ${error.problems.join('; ')}`);
  }
};

/** @param variables as the functions have them @throws CommandError in one line, without a word of the key */
const targetOf = async (variables: Environment, stage: string, publicBaseUrl: string): Promise<CallbackTarget> => {
  const { kaleyra, secrets } = configOf(variables, stage);
  const log = createLogger('silent', () => undefined, systemClock.now);
  const { kaleyraKey } = openSecrets(secrets, {
    load: createSecretLoader(createSdkStoreCalls()),
    clock: systemClock,
    log,
  });
  const apiKey = await kaleyraKey.read(AbortSignal.timeout(KEY_TIMEOUT_MS)).catch(() => {
    const where = variables.BANDYER_API_SECRET_KEY_PARAMETER ?? 'BANDYER_API_SECRET_KEY';
    throw new CommandError(`the Kaleyra key of stage ${stage} cannot be read with your credentials: ${where}`);
  });
  return { kaleyra: { baseUrl: kaleyra.baseUrl, apiKey }, publicBaseUrl };
};

const publicAddressOf = (env: Environment): string => {
  const given = env.PUBLIC_BASE_URL ? addressOf('PUBLIC_BASE_URL', env.PUBLIC_BASE_URL) : '';
  if (given.startsWith('https:')) return given;
  throw new CommandError('PUBLIC_BASE_URL must be the https address at which Kaleyra reaches the stage');
};

/**
 * Says which stage is meant before anything is asked.
 * @param read gives the variables of the stage's functions
 * @throws CommandError when that is not clear, or the stage cannot be read
 */
export const stageTarget = async (
  stage: string,
  env: Environment,
  print: (line: string) => void,
  read: typeof readVariables = readVariables,
): Promise<CallbackTarget> => {
  const region = regionOf(stage, env, 'LAMBDA');
  const publicBaseUrl = publicAddressOf(env);
  print(`target: AWS, stage ${stage} in ${region}, reached at ${publicBaseUrl}`);
  const target = await targetOf(await read({ region }, stage), stage, publicBaseUrl);
  print(`Kaleyra at ${target.kaleyra.baseUrl}`);
  return target;
};
