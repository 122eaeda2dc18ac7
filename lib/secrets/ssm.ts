import type { AskStore } from './calls.ts';
import { UnusableSecret } from './stored-secret.ts';

/** SSM Parameter Store. */

interface Answer {
  Parameter?: { Type?: string; Value?: string };
}

const isMissing = (error: unknown): boolean => error instanceof Error && error.name === 'ParameterNotFound';

export const readParameter = async (ask: AskStore, name: string, signal: AbortSignal): Promise<string> => {
  const input = { Name: name, WithDecryption: true } as const;
  const answer = await ask({ store: 'ssm', call: 'GetParameter', input }, signal).catch((error: unknown) => {
    throw isMissing(error) ? new UnusableSecret('missing') : error;
  });
  const { Parameter } = answer as Answer;
  // Whoever may look at the account's parameters can read one that is not encrypted.
  if (Parameter?.Type !== 'SecureString') throw new UnusableSecret('not_encrypted');
  if (Parameter.Value === undefined) throw new UnusableSecret('no_text');
  return Parameter.Value;
};
