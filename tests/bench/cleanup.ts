/** What a cleanup of many files costs on a stack of its own, in memory: for a test; `npm run bench -- growth` has it wait for others. */
import { startStack } from '../../local/stack.ts';
import { drRossi, mrBianchi } from '../support/people.ts';
import { controlSimulator } from '../support/simulator.ts';

interface Measured {
  runs: number;
  seen: number;
  deleted: number;
  /** Calls to Kaleyra, by method and kind of resource. */
  calls: Record<string, number>;
  milliseconds: number;
  /** The most that this process, with the whole stack in it, held beyond what it held before. */
  megabytes: number;
}

interface Order {
  rooms: number;
  filesPerRoom: number;
  /** As `KALEYRA_MAX_CONCURRENCY` and `KALEYRA_JOB_CALLS_PER_MINUTE`. */
  callsAtOnce?: number;
  callsPerMinute?: number;
}

/** What `KALEYRA_JOB_CALLS_PER_MINUTE` is unless given, and for how long a run of the function begins calls. */
const USUAL_CALLS_PER_MINUTE = 300;
const MINUTES_PER_RUN = 290 / 60;

const HOUR_MS = 3_600_000;
const MOST_RUNS = 20;

const aPastBooking = async (api: string): Promise<void> => {
  const now = Date.now();
  const response = await fetch(`${api}/teleconsultation`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      start_date: new Date(now - 4 * HOUR_MS).toISOString(),
      end_date: new Date(now - 3 * HOUR_MS).toISOString(),
      participants: { number: 2, data: [drRossi, mrBianchi] },
    }),
  });
  if (response.status !== 201) throw new Error(`booking answered ${response.status}: ${await response.text()}`);
};

const megabytes = (): number => process.memoryUsage().rss / 1024 ** 2;

/** Books, has the calls played, and cleans up until nothing is left. */
export const measureCleanup = async ({
  rooms,
  filesPerRoom,
  callsAtOnce,
  callsPerMinute,
}: Order): Promise<Measured> => {
  const stack = await startStack({
    env: {
      TELECONSULTATION_DELETE_UPLOADS: 'true',
      LOG_LEVEL: 'error',
      KALEYRA_MAX_CONCURRENCY: String(callsAtOnce ?? 4),
      KALEYRA_JOB_CALLS_PER_MINUTE: String(callsPerMinute ?? 1_000_000),
    },
  });
  try {
    const simulator = controlSimulator(stack.kaleyra);
    for (let booked = 0; booked < rooms; booked += 1) await aPastBooking(stack.api);
    for (const { id } of await simulator.rooms()) {
      await simulator.playCall({ roomId: id, uploads: filesPerRoom, webhooks: false });
    }
    await simulator.forgetRequests();

    const before = megabytes();
    let most = before;
    const sampling = setInterval(() => {
      most = Math.max(most, megabytes());
    }, 50);
    const startedAt = performance.now();
    const measured: Measured = { runs: 0, seen: 0, deleted: 0, calls: {}, milliseconds: 0, megabytes: 0 };
    for (let left = 1; left > 0 && measured.runs < MOST_RUNS; measured.runs += 1) {
      const run = (await stack.invoke('cleanupUploads', {})) as { seen: number; deleted: number; left: number };
      measured.seen += run.seen - run.left;
      measured.deleted += run.deleted;
      left = run.left;
    }
    measured.milliseconds = Math.round(performance.now() - startedAt);
    clearInterval(sampling);
    measured.megabytes = Math.round(most - before);
    for (const { method, path } of await simulator.requests()) {
      const call = `${method} /${path.split('/')[2]}`;
      measured.calls[call] = (measured.calls[call] ?? 0) + 1;
    }
    return measured;
  } finally {
    await stack.close();
  }
};

if (import.meta.main) {
  const [rooms = 200, filesPerRoom = 50] = process.argv.slice(2).map(Number);
  console.log(`target: a stack of its own; ${rooms} rooms with ${filesPerRoom} files each`);
  const { calls, ...rest } = await measureCleanup({ rooms, filesPerRoom });
  const total = Object.values(calls).reduce((sum, count) => sum + count, 0);
  console.table({ ...rest, ...calls, 'all calls': total });
  const minutes = total / USUAL_CALLS_PER_MINUTE;
  console.log(
    `no pace was kept; at the usual ${USUAL_CALLS_PER_MINUTE} calls a minute: ${Math.ceil(minutes)} minutes, ` +
      `${Math.ceil(minutes / MINUTES_PER_RUN)} runs`,
  );
}
