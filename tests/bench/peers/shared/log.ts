/** One line for each request; people only as a keyed hash of their id. */
import { createHmac } from 'node:crypto';

export interface Done {
  requestId: string;
  route: string;
  status: number;
  durationMs: number;
  callerId?: string | undefined;
}

export type Log = (done: Done) => void;

export const createLog =
  (hashKey: string, write: (line: string) => void = line => process.stdout.write(`${line}\n`)): Log =>
  ({ callerId, ...fields }) => {
    const userHash = callerId && createHmac('sha256', hashKey).update(callerId).digest('hex').slice(0, 16);
    write(
      JSON.stringify({ time: new Date().toISOString(), level: 'info', event: 'request.done', ...fields, userHash }),
    );
  };
