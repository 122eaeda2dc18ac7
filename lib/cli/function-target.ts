import { CommandError } from './command.ts';
import { type Environment, localApi, regionOf, SERVICE } from './target.ts';

/**
 * A function that a command invokes: of the stack that runs on this machine, or of a stage on AWS when one is named. Whoever
 * runs the command needs the right to invoke that function, and none to the table or to Kaleyra.
 */
export interface FunctionTarget {
  /** For the first line that the command prints. */
  label: string;
  /**
   * @returns what the function gives; `busy` while somebody else runs it
   * @throws CommandError in one line, without a word of the event
   */
  invoke(event: unknown): Promise<unknown>;
}

interface Checked extends FunctionTarget {
  check(): Promise<void>;
}

/** Longer than any function that a command invokes. */
const LONGEST_MS = 320_000;

/** As Lambda describes an error of a function; ours has a message that is safe to show. */
const failed = (key: string, answer: unknown): CommandError => {
  const { errorMessage } = (answer ?? {}) as { errorMessage?: unknown };
  return new CommandError(`${key} failed${typeof errorMessage === 'string' ? `: ${errorMessage}` : ''}`);
};

const here = (key: string, env: Environment, signal: AbortSignal): Checked => {
  const { api, check } = localApi(env);
  return {
    label: `local stack at ${api}, function ${key}`,
    check,
    invoke: async event => {
      const response = await fetch(`${api}/_local/invoke/${key}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
        signal: AbortSignal.any([signal, AbortSignal.timeout(LONGEST_MS)]),
      }).catch(() => {
        throw new CommandError(`the stack at ${api} did not answer`);
      });
      const answer: unknown = await response.json().catch(() => undefined);
      if (!response.ok) throw failed(key, answer);
      return answer;
    },
  };
};

/** Another run has the one place that the function has. */
const BUSY = 'TooManyRequestsException';

/** What the SDK is given beside what the machine's own configuration says; tests have an endpoint here. */
export interface LambdaSettings {
  region: string;
  endpoint?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
}

/** The SDK is loaded here and nowhere else, and only when a stage was named. */
export const invokeLambda = async (
  settings: LambdaSettings,
  key: string,
  name: string,
  event: unknown,
  signal: AbortSignal,
): Promise<unknown> => {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const requestHandler = { connectionTimeout: 5000, requestTimeout: LONGEST_MS, throwOnRequestTimeout: true };
  // Once: what was cut off may still run, and the next invocation says so.
  const client = new LambdaClient({ ...settings, maxAttempts: 1, requestHandler });
  try {
    const command = new InvokeCommand({ FunctionName: name, Payload: JSON.stringify(event) });
    const { FunctionError, Payload } = await client.send(command, { abortSignal: signal });
    const answer: unknown = JSON.parse(new TextDecoder().decode(Payload) || 'null');
    if (FunctionError !== undefined) throw failed(key, answer);
    return answer;
  } catch (error) {
    if (error instanceof CommandError || signal.aborted) throw error;
    const kind = error instanceof Error ? error.name : 'Error';
    if (kind === BUSY) return 'busy';
    throw new CommandError(`${name} could not be invoked (${kind})`);
  } finally {
    client.destroy();
  }
};

const onStage = (key: string, stage: string, env: Environment, signal: AbortSignal): Checked => {
  const region = regionOf(stage, env, 'LAMBDA');
  const name = `${SERVICE}-${stage}-${key}`;
  return {
    label: `AWS, stage ${stage}, function ${name} in ${region}`,
    check: async () => undefined,
    invoke: event => invokeLambda({ region }, key, name, event, signal),
  };
};

/**
 * Says what the command is about to invoke before anything else, then makes sure that somebody is there.
 * @throws CommandError when it is not clear what is meant, or when nothing runs there
 */
export const findFunction = async (
  key: string,
  stage: string | undefined,
  env: Environment,
  signal: AbortSignal,
  print: (line: string) => void,
): Promise<FunctionTarget> => {
  const { check, ...target } = stage === undefined ? here(key, env, signal) : onStage(key, stage, env, signal);
  print(`target: ${target.label}`);
  await check();
  return target;
};
