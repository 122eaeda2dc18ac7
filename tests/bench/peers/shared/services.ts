/** What both endpoints work with: made once per cold start, or answered from memory. */
import type { TokenSettings } from './identity.ts';
import { createLog, type Log } from './log.ts';
import { createDynamoStore, type Store } from './store.ts';
import { createVendor, type Vendor } from './vendor.ts';

export interface Services {
  tokens: TokenSettings;
  store: Store;
  vendor: Vendor;
  log: Log;
  now(): number;
}

type Environment = Readonly<Record<string, string | undefined>>;

const required = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
};

export const createServices = (environment: Environment): Services => ({
  tokens: { issuer: required(environment, 'JWT_ISSUER'), audience: required(environment, 'JWT_AUDIENCE') },
  store: createDynamoStore(required(environment, 'TELECONSULTATIONS_TABLE')),
  vendor: createVendor(required(environment, 'BANDYER_BASE_URL'), required(environment, 'BANDYER_API_SECRET_KEY')),
  log: createLog(required(environment, 'HASH_KEY'), required(environment, 'AWS_LAMBDA_FUNCTION_NAME')),
  now: Date.now,
});
