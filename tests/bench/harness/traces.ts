/** What an invocation leaves behind is the same for everybody who is measured: otherwise they do not do the same. */
import { isDeepStrictEqual } from 'node:util';
import { LINE_OF_GET, ROOM_OF_POST } from './situation.ts';

export interface Traces {
  lines: string[];
  /** What Kaleyra was asked for when a room was to be made. */
  rooms: unknown[];
}

/** Of the line, but the route, which each writes as its router has it. */
const fieldsOf = (line: string | undefined): unknown => {
  const { time, durationMs, route, ...fields } = JSON.parse(line ?? '{}') as Record<string, unknown>;
  return [time, durationMs, route].includes(undefined) ? undefined : fields;
};

/**
 * @param traces of the gate, whose first question opens and whose second one books
 * @throws Error that says what is different
 */
export const passTraces = (name: string, { lines, rooms }: Traces): void => {
  // As it would go over the wire: without what is undefined.
  const { description, ...room } = JSON.parse(JSON.stringify(rooms[0] ?? {})) as Record<string, unknown>;
  if (!isDeepStrictEqual(fieldsOf(lines[0]), LINE_OF_GET)) throw new Error(`${name} writes another line: ${lines[0]}`);
  if (!isDeepStrictEqual(room, ROOM_OF_POST) || !/^[0-9a-f]{24}$/.test(String(description))) {
    throw new Error(`${name} asks for another room: ${JSON.stringify(rooms[0])}`);
  }
};
