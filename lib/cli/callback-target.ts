import { CommandError } from './command.ts';
import type { CallbackTarget } from './registration.ts';

/** Which Kaleyra is told which address: from the environment, as the commands of a person's own machine have it. */

type Environment = Readonly<Record<string, string | undefined>>;

const given = (environment: Environment, name: string): string | undefined => environment[name] || undefined;

export const addressOf = (name: string, value: string): string => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  const isPlain = url !== undefined && [url.username, url.password, url.search, url.hash].every(part => part === '');
  if (!isPlain || !/^https?:$/.test(url.protocol))
    throw new CommandError(`${name} must be a URL such as https://clinic.example`);
  return value.replace(/\/+$/, '');
};

const isHere = (address: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(address).hostname);

/** @throws CommandError with one line that says what to do */
export const localTarget = (environment: Environment): CallbackTarget => {
  const port = (name: string, usual: number): string => `http://127.0.0.1:${given(environment, name) ?? usual}`;
  const baseUrl = addressOf('BANDYER_BASE_URL', given(environment, 'BANDYER_BASE_URL') ?? port('KALEYRA_PORT', 3001));
  const publicBaseUrl = addressOf('PUBLIC_BASE_URL', given(environment, 'PUBLIC_BASE_URL') ?? port('PORT', 3000));
  if (!isHere(baseUrl) && (isHere(publicBaseUrl) || !publicBaseUrl.startsWith('https:'))) {
    throw new CommandError(`PUBLIC_BASE_URL must be an https address that ${baseUrl} can reach, not ${publicBaseUrl}`);
  }
  // The simulator's key, as serverless.yml has it for the local stage; a real Kaleyra has no usual key.
  const apiKey =
    given(environment, 'BANDYER_API_SECRET_KEY') ?? (isHere(baseUrl) ? 'ak_test_0123456789abcdef01234567' : '');
  if (apiKey === '') throw new CommandError(`BANDYER_API_SECRET_KEY is required for ${baseUrl}`);
  return { kaleyra: { baseUrl, apiKey }, publicBaseUrl };
};
