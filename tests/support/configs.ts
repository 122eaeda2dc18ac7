import { type Config, readConfig } from '../../lib/config.ts';

/** Long enough to be taken for a secret. */
export const GATEWAY_SECRET = 'invented-gateway-secret-number-one-0001';
export const OLDER_SECRET = 'invented-gateway-secret-number-two-0002';

/** The fewest variables that a deployment can do with. */
export const ENVIRONMENT: Readonly<Record<string, string>> = {
  BANDYER_API_SECRET_KEY: 'ak_test_0123456789abcdef01234567',
  BANDYER_BASE_URL: 'https://api.sandbox.eu.bandyer.com',
  TELECONSULTATIONS_TABLE: 'teleconsultations-test',
  IDENTITY_MODE: 'gateway',
  HASH_KEY: 'invented-hash-key-0001',
  GATEWAY_SECRETS: `${GATEWAY_SECRET},${OLDER_SECRET}`,
};

/** A configuration as the service reads it, so that no test works with one that the service would refuse. */
export const aConfig = (environment: Record<string, string> = {}, file: Record<string, unknown> = {}): Config =>
  readConfig({ ...ENVIRONMENT, TELECONSULTATION_SERVICE_CONFIG_PATH: 'given by the test', ...environment }, () =>
    JSON.stringify(file),
  );
