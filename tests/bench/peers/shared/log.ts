/** One line for each request, with the fields of the service's own; people only as a keyed hash of their id. */
import { createHmac } from 'node:crypto';

export interface Done {
  requestId: string;
  route: string;
  /** What stands in the path in its place, whatever it is. */
  id?: string | undefined;
  status: number;
  durationMs: number;
  callerId?: string | undefined;
}

export type Log = (done: Done) => void;

const IS_ID = /^[0-9a-f]{24}$/;

const toStdout = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

/** @param functionName as Lambda calls it */
export const createLog =
  (hashKey: string, functionName: string, write: (line: string) => void = toStdout): Log =>
  ({ requestId, route, id, status, durationMs, callerId }) => {
    const userHash = callerId && createHmac('sha256', hashKey).update(`log:${callerId}`).digest('hex').slice(0, 16);
    write(
      JSON.stringify({
        time: new Date().toISOString(),
        level: 'info',
        event: 'request.done',
        requestId,
        function: functionName,
        status,
        durationMs,
        teleconsultationId: id && IS_ID.test(id) ? id : undefined,
        userHash,
        route,
      }),
    );
  };
