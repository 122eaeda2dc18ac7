import type { AskStore } from './calls.ts';
import { UnusableSecret } from './stored-secret.ts';

/** Secrets Manager. */

interface Answer {
  SecretString?: string;
}

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

export const readSecret = async (
  ask: AskStore,
  { arn, region, field }: { arn: string; region: string; field: string | undefined },
  signal: AbortSignal,
): Promise<string> => {
  const asked = { store: 'secretsmanager', call: 'GetSecretValue', input: { SecretId: arn }, region } as const;
  const answer = await ask(asked, signal).catch((error: unknown) => {
    throw isMissing(error) ? new UnusableSecret('missing') : error;
  });
  const { SecretString } = answer as Answer;
  if (SecretString === undefined) throw new UnusableSecret('no_text');
  return field === undefined ? SecretString : fieldOf(SecretString, field);
};
