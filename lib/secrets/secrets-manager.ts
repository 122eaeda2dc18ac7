import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { UnusableSecret } from './stored-secret.ts';

/** Secrets Manager. This file brings its client, so it is imported only when a secret is kept there. */

export type ReadSecret = (
  secret: { arn: string; region: string; field: string | undefined },
  signal: AbortSignal,
) => Promise<string>;

/** Also one that is about to be deleted, which nobody can read any more. */
const MISSING = ['ResourceNotFoundException', 'InvalidRequestException'];

const isMissing = (error: unknown): boolean => error instanceof Error && MISSING.includes(error.name);

const fieldOf = (text: string, field: string): string => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    // Not with its cause: a parser's error repeats what it could not read.
    throw new UnusableSecret('no_such_field');
  }
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, field)) {
    throw new UnusableSecret('no_such_field');
  }
  const found: unknown = Reflect.get(value, field);
  if (typeof found !== 'string') throw new UnusableSecret('no_such_field');
  return found;
};

export const createSecretReader = (): ReadSecret => {
  const clients = new Map<string, SecretsManagerClient>();
  const clientIn = (region: string): SecretsManagerClient => {
    const client = clients.get(region) ?? new SecretsManagerClient({ ...CLIENT_SETTINGS, region });
    clients.set(region, client);
    return client;
  };
  return async ({ arn, region, field }, signal) => {
    const command = new GetSecretValueCommand({ SecretId: arn });
    const { SecretString } = await clientIn(region)
      .send(command, { abortSignal: signal })
      .catch((error: unknown) => {
        throw isMissing(error) ? new UnusableSecret('missing') : error;
      });
    if (SecretString === undefined) throw new UnusableSecret('no_text');
    return field === undefined ? SecretString : fieldOf(SecretString, field);
  };
};
