import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { AskStore } from '../secrets/calls.ts';

/** The calls to the stores of secrets by the SDK, which finds profiles and single sign-on where a function has variables. */

const SETTINGS = {
  maxAttempts: 3,
  requestHandler: { connectionTimeout: 800, requestTimeout: 1000, throwOnRequestTimeout: true },
};

export const createSdkStoreCalls = (): AskStore => async (asked, abortSignal) => {
  if (asked.store === 'ssm') {
    return new SSMClient(SETTINGS).send(new GetParameterCommand(asked.input), { abortSignal });
  }
  const client = new SecretsManagerClient({ ...SETTINGS, region: asked.region });
  return client.send(new GetSecretValueCommand(asked.input), { abortSignal });
};
