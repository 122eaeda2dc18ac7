import { CommandError } from '../command.ts';
import type { LambdaSettings } from '../function-target.ts';
import { type Environment, SERVICE } from '../target.ts';

/** The variables of a stage's functions, read from one of them: whoever may describe a function sees names of secrets, no values. */

const TIMEOUT_MS = 15_000;

/** @throws CommandError in one line where there is no such stage, or no right to look */
export const readVariables = async (settings: LambdaSettings, stage: string): Promise<Environment> => {
  const { GetFunctionConfigurationCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const name = `${SERVICE}-${stage}-health`;
  const requestHandler = { connectionTimeout: 5000, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true };
  const client = new LambdaClient({ ...settings, maxAttempts: 2, requestHandler });
  try {
    const { Environment: found } = await client.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    return found?.Variables ?? {};
  } catch (error) {
    const kind = error instanceof Error ? error.name : 'Error';
    if (kind === 'ResourceNotFoundException') {
      throw new CommandError(`nothing is deployed as stage ${stage} in ${settings.region}: ${name} is not there`);
    }
    throw new CommandError(`${name} could not be looked at (${kind})`);
  } finally {
    client.destroy();
  }
};
