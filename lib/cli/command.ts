/** What every command has in common: its arguments, the environment, two streams, and an exit code that tells the truth. */

export interface Terminal {
  /** What was asked for and what was found: standard output. */
  print(line: string): void;
  /** How far it has come: standard error, so that a report can go to a file. */
  progress(line: string): void;
}

export interface Surroundings {
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
  terminal: Terminal;
  /** Aborted by Ctrl-C. */
  signal: AbortSignal;
}

/** A reason to stop that the user can do something about; its message is all that is shown. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** With the class of what caused it: `the table is not there` and `no rights` are one error to callers, not to an operator. */
const messageOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? `${error.message} (${error.cause.name})` : error.message;
};

/** @param main resolves to the exit code */
export const runCommand = async (main: (surroundings: Surroundings) => Promise<number>): Promise<void> => {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort(new CommandError('interrupted'));
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const terminal: Terminal = {
    print: line => void process.stdout.write(`${line}\n`),
    progress: line => void process.stderr.write(`${line}\n`),
  };
  try {
    const args = process.argv.slice(2);
    process.exitCode = await main({ args, env: process.env, terminal, signal: stop.signal });
  } catch (error) {
    terminal.progress(messageOf(stop.signal.aborted ? stop.signal.reason : error));
    process.exitCode = 1;
  } finally {
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
  }
};
