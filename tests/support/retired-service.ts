import { runImport } from '../../lib/cli/import-run.ts';
import type { Line } from '../../lib/cli/lines.ts';
import { createReport } from '../../lib/cli/report.ts';
import { randomIds } from '../../lib/clock.ts';
import { createImportStore } from '../../lib/store/imports.ts';
import type { World } from './world.ts';

/** What the retired service has left: users and rooms at Kaleyra, and the lines of its two exports. */

type Row = Record<string, unknown>;

export interface OldRoom {
  roomId: string;
  /** One per user, in their order. */
  links: string[];
}

export const retiredService = (world: Pick<World, 'simulator' | 'env'>) => {
  const post = async (path: string, body: unknown): Promise<Row> => {
    const response = await fetch(`${world.simulator.url}/v2${path}`, {
      method: 'POST',
      headers: { apikey: world.env.BANDYER_API_SECRET_KEY ?? '', 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (response.status !== 201) throw new Error(`POST /v2${path} answered ${response.status}`);
    return (await response.json()) as Row;
  };
  return {
    /** Kaleyra chose the ids then. */
    createUser: async (role: 'plus' | 'basic'): Promise<string> => String((await post('/users', { role })).id),
    createRoom: async (userIds: readonly string[]): Promise<OldRoom> => {
      const room = await post('/rooms', {
        participants: userIds.map((user_id, index) => ({ user_id, is_admin: index === 0 })),
        live: true,
        description: 'made by the retired service',
      });
      const links = room.participants as { user_id: string; access_link: string }[];
      return {
        roomId: String(room.id),
        links: userIds.map(id => links.find(({ user_id }) => user_id === id)?.access_link ?? ''),
      };
    },
  };
};

async function* asLines(rows: readonly unknown[]): AsyncGenerator<Line> {
  for (const [index, value] of rows.entries()) yield { number: index + 1, value, problem: undefined };
}

export interface Exports {
  teleconsultations: readonly unknown[];
  users: readonly unknown[];
}

/** Imports into the world's table, as the command does. */
export const importInto = async (
  world: World,
  { teleconsultations, users }: Exports,
  options: { drafts?: boolean; cleanSince?: number | null; dryRun?: boolean } = {},
): Promise<{ complete: boolean; lines: string[] }> => {
  const lines: string[] = [];
  const terminal = { print: (line: string) => void lines.push(line), progress: () => undefined };
  const { clock, client, deps } = world;
  const signal = new AbortController().signal;
  const complete = await runImport({
    users: asLines(users),
    teleconsultations: asLines(teleconsultations),
    store: createImportStore({ client, table: deps.config.table, clock, signal, newOperation: randomIds.operation }),
    report: createReport(terminal, clock, 'imported'),
    clock,
    rooms: deps.config.rooms,
    drafts: false,
    cleanSince: null,
    dryRun: false,
    ...options,
  });
  return { complete, lines };
};
