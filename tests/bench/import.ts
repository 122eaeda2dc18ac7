/**
 * How long moving in takes: `npm run bench:import [-- records]`, 100,000 unless given, of a fifth as many people, some with two
 * users at Kaleyra. Runs `npm run import` as the process that it is, against a stack of its own, in memory; prints how long it took.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { startStack } from '../../local/stack.ts';

const HOUR_MS = 3_600_000;

const hex = (count: number, digits: number): string => count.toString(16).padStart(digits, '0');
const iso = (instant: number): string => new Date(instant).toISOString();

/** Every tenth person was given a second user one day. */
const usersOf = (people: number): Record<string, unknown>[] =>
  Array.from({ length: people }, (_, index) => ({
    _id: hex(index, 24),
    bandyerId: `usr_${hex(index, 32)}`,
    receivedUserId: `invented|${index % 10 === 9 ? index - 1 : index}`,
    fullName: `Invented Person ${index}`,
    createdAt: iso(Date.UTC(2024, 0, 1) + index * 1000),
    __STATE__: 'PUBLIC',
  }));

/** From two years ago to a month from now, every twentieth in the bin. */
function* teleconsultations(records: number, people: number): Generator<Record<string, unknown>> {
  const first = Date.now() - 730 * 24 * HOUR_MS;
  const step = (760 * 24 * HOUR_MS) / records;
  for (let index = 0; index < records; index += 1) {
    const start = first + index * step;
    const two = [index % people, (index * 7 + 1) % people];
    yield {
      _id: hex(index, 24),
      bandyerRoomId: `room_${hex(index, 16)}`,
      participantsNumber: 2,
      participants: [...new Set(two)].map(person => ({
        userBandyerId: `usr_${hex(person, 32)}`,
        accessLinkURL: `https://invented.bandyer.com/direct-rest-call-handler/${hex(index, 16)}-${person}`,
      })),
      startDate: iso(start),
      endDate: iso(start + HOUR_MS / 2),
      creatorId: 'public',
      createdAt: iso(start - HOUR_MS),
      updaterId: 'public',
      updatedAt: iso(start - HOUR_MS),
      __STATE__: index % 20 === 19 ? 'TRASH' : 'PUBLIC',
    };
  }
}

const write = (file: string, rows: Iterable<unknown>): Promise<void> => {
  const lines = function* (): Generator<string> {
    for (const row of rows) yield `${JSON.stringify(row)}\n`;
  };
  return pipeline(Readable.from(lines()), createWriteStream(file));
};

const records = Number(process.argv[2] ?? 100_000);
const people = Math.max(2, Math.floor(records / 5));
const folder = mkdtempSync(join(tmpdir(), 'moving-in-'));
const files = { users: join(folder, 'users.ndjson'), teleconsultations: join(folder, 'teleconsultations.ndjson') };
const stack = await startStack({ env: { LOG_LEVEL: 'error' } });
try {
  await write(files.users, usersOf(people));
  await write(files.teleconsultations, teleconsultations(records, people));
  const { PATH = '', HOME = '' } = process.env;
  const portOf = (url: string): string => new URL(url).port;
  const ports = { PORT: portOf(stack.api), KALEYRA_PORT: portOf(stack.kaleyra), DYNAMODB_PORT: portOf(stack.dynamodb) };
  const args = ['lib/cli/import.ts', '--users', files.users, '--teleconsultations', files.teleconsultations];
  const startedAt = performance.now();
  const command = spawn(process.execPath, args, { stdio: 'inherit', env: { PATH, HOME, ...ports } });
  const [code] = await once(command, 'close');
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const machine = `${cpus().length} cores (${cpus()[0]?.model}), load average ${loadavg()[0]?.toFixed(1)}`;
  if (code === 0) console.log(`${records} records and ${people} users in ${seconds} s on ${machine}`);
  process.exitCode = code === 0 ? 0 : 1;
} finally {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
}
