import { readFileSync } from 'node:fs';
import { type Config, ConfigurationError, readConfig } from '../../config.ts';
import { type Environment, SERVICE } from '../target.ts';
import { type Finding, note, well, wrong } from './finding.ts';

/** The variables of the service, as the functions have them, and what is wrong with them. */

const NEEDED_NODE = 24;

export const checkNode = (version: string): Finding => {
  const major = Number(version.split('.')[0]);
  return major >= NEEDED_NODE
    ? well('Node', version)
    : wrong('Node', `${version}: the service runs on ${NEEDED_NODE} or newer; \`npm ci\` brings one for Linux x64`);
};

/** What `npm start` gives the functions where the shell says nothing else; serverless.yml, stage `local`. */
export const localVariables = (env: Environment): Environment => {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  return {
    BANDYER_BASE_URL: `http://127.0.0.1:${env.KALEYRA_PORT || 3001}`,
    BANDYER_API_SECRET_KEY: 'ak_test_0123456789abcdef01234567',
    TELECONSULTATIONS_TABLE: `${SERVICE}-local`,
    IDENTITY_MODE: 'gateway',
    GATEWAY_SECRETS: 'local-gateway-secret-for-this-machine-only',
    HASH_KEY: 'local-hash-key-0001',
    ...given,
  };
};

/** @param stage where the configuration file is inside of the zips, and cannot be read from here */
export const checkConfiguration = (
  variables: Environment,
  stage: string | undefined,
): { config: Config | undefined; findings: Finding[] } => {
  const path = variables.TELECONSULTATION_SERVICE_CONFIG_PATH ?? '';
  const readText = stage === undefined ? (file: string): string => readFileSync(file, 'utf8') : (): string => '{}';
  try {
    const config = readConfig(variables, readText);
    const findings = [well('configuration', `every variable can be used; callers by ${config.identity.mode}`)];
    if (stage !== undefined && path !== '') {
      findings.push(note('configuration', `${path} is inside of the zips: it was read at packaging time, and not now`));
    }
    if (config.ignored.length > 0) findings.push(note('configuration', `without effect: ${config.ignored.join(', ')}`));
    if (config.identity.mode === 'jwt' && config.identity.writableId !== undefined) {
      findings.push(
        wrong('configuration', `users can write the claim that says who they are: ${config.identity.writableId}`),
      );
    }
    return { config, findings };
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    return { config: undefined, findings: error.problems.map(problem => wrong('configuration', problem)) };
  }
};
