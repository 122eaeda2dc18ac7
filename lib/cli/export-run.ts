import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { toOldTeleconsultation, toOldUser } from '../domain/migration/to-old.ts';
import type { ExportReader } from '../store/exports.ts';
import { CommandError } from './command.ts';
import type { Report } from './report.ts';

export interface ExportRun {
  reader: ExportReader;
  /** Names of the files; what is there is replaced once the export is complete. */
  teleconsultations: string;
  users: string;
  report: Report;
}

/** For the owner alone. */
const MODE = 0o600;

const partOf = (file: string): string => `${file}.part`;

const writeLines = async (file: string, lines: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> => {
  const asText = async function* (): AsyncGenerator<string> {
    for await (const line of lines) yield `${JSON.stringify(line)}\n`;
  };
  try {
    await rm(partOf(file), { force: true });
    await pipeline(Readable.from(asText()), createWriteStream(partOf(file), { flags: 'wx', mode: MODE }));
  } catch (error) {
    const { code, syscall } = error as NodeJS.ErrnoException;
    if (syscall === undefined) throw error;
    throw new CommandError(`${file} cannot be written: ${code}`);
  }
};

/** A file that exists is complete: nobody takes half an export for a whole one. */
export const runExport = async ({ reader, teleconsultations, users, report }: ExportRun): Promise<void> => {
  const visible = async function* (): AsyncGenerator<unknown> {
    for await (const { record, mark } of reader.records()) {
      // A booking that was never finished is visible to nobody.
      if (record.state === 'CREATING') continue;
      yield toOldTeleconsultation(record, mark);
      report.done('teleconsultations', 1);
    }
  };
  const people = function* (): Generator<unknown> {
    for (const user of reader.users()) {
      yield toOldUser(user);
      report.done('users', 1);
    }
  };
  try {
    await writeLines(teleconsultations, visible());
    await writeLines(users, people());
    await rename(partOf(teleconsultations), teleconsultations);
    await rename(partOf(users), users);
  } catch (error) {
    await Promise.all([teleconsultations, users].map(file => rm(partOf(file), { force: true })));
    throw error;
  }
  report.close();
};
