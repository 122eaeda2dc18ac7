import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { CLIENT_SETTINGS } from './client-settings.ts';
import { UnusableSecret } from './stored-secret.ts';

/** SSM Parameter Store. This file brings its client, so it is imported only when a secret is kept there. */

export type ReadParameter = (name: string, signal: AbortSignal) => Promise<string>;

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'ParameterNotFound';

export const createParameterReader = (): ReadParameter => {
  const client = new SSMClient(CLIENT_SETTINGS);
  return async (name, signal) => {
    const command = new GetParameterCommand({ Name: name, WithDecryption: true });
    const { Parameter } = await client.send(command, { abortSignal: signal }).catch((error: unknown) => {
      throw isMissing(error) ? new UnusableSecret('missing') : error;
    });
    // Whoever may look at the account's parameters can read one that is not encrypted.
    if (Parameter?.Type !== 'SecureString') throw new UnusableSecret('not_encrypted');
    if (Parameter.Value === undefined) throw new UnusableSecret('no_text');
    return Parameter.Value;
  };
};
