import { createReadStream } from 'node:fs';
import { access, constants } from 'node:fs/promises';
import { CommandError } from './command.ts';

/** NDJSON, one line at a time, whatever the size of the file. */

/** `value` is undefined where the line is no JSON; `problem` then says why, without a word of the line itself. */
export interface Line {
  number: number;
  value: unknown;
  problem: string | undefined;
}

const NEWLINE = 0x0a;
const CHUNK_BYTES = 256 * 1024;
const LONGEST_LINE_BYTES = 4 * 1024 * 1024;

const asJson = (bytes: Buffer): Pick<Line, 'value' | 'problem'> => {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return { value: undefined, problem: 'is not UTF-8' };
  }
  try {
    return { value: JSON.parse(text), problem: undefined };
  } catch {
    return { value: undefined, problem: 'is not JSON' };
  }
};

const isBlank = (bytes: Buffer): boolean => bytes.every(byte => byte === 0x20 || byte === 0x09 || byte === 0x0d);

const unreadable = (file: string, error: unknown): CommandError =>
  new CommandError(`${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);

/** @throws CommandError before anything is begun that would stop half-way */
export const expectReadable = async (file: string): Promise<void> => {
  await access(file, constants.R_OK).catch(error => {
    throw unreadable(file, error);
  });
};

/**
 * Splits at line feeds only: names may hold any other character that some tools take for the end of a line.
 * @throws CommandError when the file cannot be read, or has a line that no export can have
 */
export async function* readLines(file: string, signal?: AbortSignal): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer[] = [];
  let restBytes = 0;
  const take = (bytes: Buffer): Line[] => {
    number += 1;
    return isBlank(bytes) ? [] : [{ number, ...asJson(bytes) }];
  };
  try {
    const chunks = createReadStream(file, { highWaterMark: CHUNK_BYTES, ...(signal && { signal }) });
    for await (const chunk of chunks as AsyncIterable<Buffer>) {
      let from = 0;
      for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, from)) {
        yield* take(Buffer.concat([...rest, chunk.subarray(from, end)]));
        rest = [];
        restBytes = 0;
        from = end + 1;
      }
      rest.push(chunk.subarray(from));
      restBytes += chunk.length - from;
      if (restBytes > LONGEST_LINE_BYTES) throw new CommandError(`${file}: line ${number + 1} is too long`);
    }
    yield* take(Buffer.concat(rest));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === undefined) throw error;
    throw unreadable(file, error);
  }
}
