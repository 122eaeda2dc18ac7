import type { Kaleyra } from '../ports.ts';

/**
 * Counts files where they pass by, so that every path that deletes some is counted alike. What was seen is deleted, failed, or
 * left; a room that nothing is known of but that it was not finished counts as one file.
 */

export interface FileCounts {
  seen: number;
  deleted: number;
  failed: number;
  left: number;
}

interface RoomFiles {
  seen: Set<string>;
  deleted: Set<string>;
  failed: Set<string>;
}

export interface Tally {
  /** The same Kaleyra, whose answers are counted. */
  counted(kaleyra: Kaleyra): Kaleyra;
  /** A room that was not finished: because something failed, or else because it was not (yet) its turn. */
  unfinished(roomId: string, failed: boolean): void;
  counts(): FileCounts;
}

/** In the place of files of which nothing is known; none of Kaleyra's has an empty key. */
const UNKNOWN = '';

/** @param stopped whether the run is at its end: what is cut off then has not failed */
export const createTally = (stopped: () => boolean): Tally => {
  const rooms = new Map<string, RoomFiles>();
  const roomOfKey = new Map<string, RoomFiles>();
  const filesOf = (roomId: string): RoomFiles => {
    const files = rooms.get(roomId) ?? { seen: new Set(), deleted: new Set(), failed: new Set() };
    rooms.set(roomId, files);
    return files;
  };
  return {
    counted: kaleyra => ({
      ...kaleyra,
      listUploads: async (roomId, offset) => {
        const page = await kaleyra.listUploads(roomId, offset);
        const files = filesOf(roomId);
        for (const key of page.keys) {
          files.seen.add(key);
          roomOfKey.set(key, files);
        }
        return page;
      },
      deleteUpload: async key => {
        const files = roomOfKey.get(key);
        try {
          await kaleyra.deleteUpload(key);
        } catch (error) {
          if (!stopped()) files?.failed.add(key);
          throw error;
        }
        files?.deleted.add(key);
        files?.failed.delete(key);
      },
    }),

    unfinished: (roomId, failed) => {
      const files = filesOf(roomId);
      if (files.seen.size > files.deleted.size) return;
      files.seen.add(UNKNOWN);
      if (failed) files.failed.add(UNKNOWN);
    },

    counts: () => {
      const all = [...rooms.values()];
      const sum = (kind: keyof RoomFiles): number => all.reduce((total, files) => total + files[kind].size, 0);
      const [seen, deleted, failed] = [sum('seen'), sum('deleted'), sum('failed')];
      return { seen, deleted, failed, left: seen - deleted - failed };
    },
  };
};
