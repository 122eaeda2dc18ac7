// What happened in the rooms of one description, for whoever wants to watch: rooms made and taken away, who came and went,
// files, and what the company was told of it.
import * as z from 'zod';
import type { JournalEntry } from '../journal.ts';
import { linksAlive } from '../links.ts';
import { uploadView } from '../resources/uploads.ts';
import type { Desk } from '../server.ts';
import { runningSession } from '../sessions.ts';
import type { Upload } from '../state.ts';
import { strictControl } from '../strict.ts';
import { isoDate } from '../world.ts';

const Question = z.strictObject({ description: z.string().min(1) });

interface Happening {
  /** ISO 8601. */
  readonly at: string;
  readonly what: 'room_made' | 'room_disabled' | 'room_deleted' | 'file_shared' | 'file_deleted' | 'webhook';
  readonly roomId: string;
  /** Of a file. */
  readonly key?: string;
  /** Who shared the file, or whom the webhook is about. */
  readonly userId?: string;
  /** Of a webhook: its event, and what it was answered with; 0 without an answer. */
  readonly event?: string;
  readonly status?: number;
}

export function storyOf({ world, journal }: Desk, body: unknown) {
  const { description } = strictControl(Question, body, 'question field');
  const rooms = world.state.rooms.all().filter(room => room.description === description);
  const ids = new Set(rooms.map(room => room.id));
  const uploads = world.state.uploads.all().filter(upload => ids.has(upload.roomId));
  const files = new Map(uploads.map(upload => [upload.id, upload]));
  const taken = journal.entries().flatMap(entry => takenAway(entry, ids, files));
  const told = world.deliveries.attempts().filter(attempt => ids.has(attempt.roomId));
  const happenings: Happening[] = [
    ...rooms.map(({ id, created }) => ({ at: isoDate(created), what: 'room_made' as const, roomId: id })),
    ...uploads.map(({ id, roomId, userId, created }) => ({
      at: isoDate(created),
      what: 'file_shared' as const,
      roomId,
      userId,
      key: id,
    })),
    ...taken,
    ...told.map(({ at, ...webhook }) => ({ at: isoDate(at), what: 'webhook' as const, ...webhook })),
  ];
  return {
    rooms: rooms.map(room => ({
      id: room.id,
      alive: linksAlive(room),
      inCall: runningSession(world, room)?.present ?? [],
    })),
    uploads: uploads.map(upload => ({ ...uploadView(upload), deleted: upload.deleted })),
    happenings: happenings.sort((one, other) => Date.parse(one.at) - Date.parse(other.at)),
  };
}

/** The vendor keeps no time of a deletion: the request that ordered it has one. */
function takenAway(entry: JournalEntry, rooms: ReadonlySet<string>, files: ReadonlyMap<string, Upload>): Happening[] {
  if (entry.status < 200 || entry.status >= 300) return [];
  const [, kind, rest = ''] = /^\/v2\/(rooms|uploads)\/(.+)$/.exec(entry.path) ?? [];
  const at = entry.startedAt;
  if (kind === 'uploads' && entry.method === 'DELETE') {
    const key = decodeURIComponent(rest);
    const file = files.get(key);
    if (file === undefined) return [];
    return [{ at, what: 'file_deleted', roomId: file.roomId, userId: file.userId, key }];
  }
  const [roomId = '', action] = rest.split('/');
  if (kind !== 'rooms' || !rooms.has(roomId)) return [];
  if (entry.method === 'DELETE' && action === undefined) return [{ at, what: 'room_deleted', roomId }];
  return entry.method === 'PUT' && action === 'disable' ? [{ at, what: 'room_disabled', roomId }] : [];
}
