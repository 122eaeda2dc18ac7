import { describe, expect, it } from 'vitest';
import type { Teleconsultation } from '../../../../lib/domain/teleconsultation.ts';
import { deleteUploads, deleteUploadsOf } from '../../../../lib/domain/uploads.ts';
import { aConfig } from '../../../support/configs.ts';
import { aScope } from '../../../support/scopes.ts';
import { aRecord, withRoom } from '../../../support/teleconsultations.ts';

interface Shelf {
  files: string[];
  pageSize?: number;
  /** Called before each deletion. */
  onDelete?: (key: string, shelf: Shelf) => void | Promise<void>;
}

/** A room's files at Kaleyra. */
const aRoomWith = (shelf: Shelf, signal?: AbortSignal) => {
  const journal: string[] = [];
  const { pageSize = 3 } = shelf;
  const scope = aScope({
    ...(signal && { signal }),
    kaleyra: {
      listUploads: async (roomId, offset) => {
        journal.push(`list ${roomId} ${offset}`);
        const keys = shelf.files.slice(offset, offset + pageSize);
        return { keys, hasMore: offset + keys.length < shelf.files.length };
      },
      deleteUpload: async key => {
        journal.push(`delete ${key}`);
        await shelf.onDelete?.(key, shelf);
        shelf.files = shelf.files.filter(file => file !== key);
      },
    },
  });
  return { scope, journal, shelf };
};

const named = (count: number): string[] => Array.from({ length: count }, (_, index) => `file-${index}`);

describe('deleting the files of a room', () => {
  it('takes all pages, lists before it deletes, and looks again', async () => {
    const { scope, journal, shelf } = aRoomWith({ files: named(7) });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 7, deleted: 7, complete: true });
    expect(shelf.files).toEqual([]);
    expect(journal.slice(0, 3)).toEqual(['list room-1 0', 'list room-1 3', 'list room-1 6']);
    expect(journal.slice(3, -1).toSorted()).toEqual(named(7).map(key => `delete ${key}`));
    expect(journal.at(-1)).toBe('list room-1 0');
  });

  it('finds nothing in an empty room', async () => {
    const { scope, journal } = aRoomWith({ files: [] });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 0, deleted: 0, complete: true });
    expect(journal).toEqual(['list room-1 0']);
  });

  it('takes what is uploaded meanwhile as well', async () => {
    let late = 0;
    const onDelete = (_: string, shelf: Shelf): void => {
      if (late < 2) shelf.files = [...shelf.files, `late-${late++}`];
    };
    const { scope, shelf } = aRoomWith({ files: named(2), onDelete });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 4, deleted: 4, complete: true });
    expect(shelf.files).toEqual([]);
  });

  it('counts what cannot be deleted, tries it once and goes on with the others', async () => {
    const onDelete = (key: string): void => {
      if (key === 'file-1') throw new Error('refused');
    };
    const { scope, journal, shelf } = aRoomWith({ files: named(4), onDelete });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 4, deleted: 3, complete: true });
    expect(shelf.files).toEqual(['file-1']);
    expect(journal.filter(entry => entry === 'delete file-1')).toHaveLength(1);
  });

  it('counts a key once, also when pages overlap', async () => {
    const deleted = new Set<string>();
    const scope = aScope({
      kaleyra: {
        listUploads: async (_, offset) => ({
          keys: (offset === 0 ? ['a', 'b'] : ['b']).filter(key => !deleted.has(key)),
          hasMore: offset === 0,
        }),
        deleteUpload: async key => void deleted.add(key),
      },
    });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 2, deleted: 2, complete: true });
  });

  it('does not believe that a file is gone that is listed again', async () => {
    const { scope, shelf } = aRoomWith({ files: named(3), onDelete: () => undefined });
    const lying = {
      ...scope.kaleyra,
      deleteUpload: async (key: string) => (key === 'file-1' ? undefined : scope.kaleyra.deleteUpload(key)),
    };
    expect(await deleteUploads({ ...scope, kaleyra: lying }, 'room-1')).toEqual({
      total: 3,
      deleted: 2,
      complete: true,
    });
    expect(shelf.files).toEqual(['file-1']);
  });

  it('ends at an empty page even if it promises more', async () => {
    const scope = aScope({ kaleyra: { listUploads: async () => ({ keys: [], hasMore: true }) } });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 0, deleted: 0, complete: true });
  });

  it('runs several side by side, and never more than eight', async () => {
    let [running, most] = [0, 0];
    const onDelete = async (): Promise<void> => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(resolve => setTimeout(resolve, 1));
      running -= 1;
    };
    const { scope } = aRoomWith({ files: named(30), pageSize: 100, onDelete });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 30, deleted: 30, complete: true });
    expect(most).toBe(8);
  });

  it('stops with the request, and counts what it did not come to as left', async () => {
    const controller = new AbortController();
    const onDelete = (key: string): void => {
      if (key === 'file-2') controller.abort(new Error('time is over'));
      controller.signal.throwIfAborted();
    };
    const { scope, journal, shelf } = aRoomWith({ files: named(40), pageSize: 100, onDelete }, controller.signal);
    const deletions = await deleteUploads(scope, 'room-1');
    expect(deletions).toEqual({ total: 40, deleted: 40 - shelf.files.length, complete: false });
    expect(shelf.files).toContain('file-39');
    expect(journal.filter(entry => entry.startsWith('delete')).length).toBeLessThanOrEqual(16);
    expect(journal.filter(entry => entry.startsWith('list'))).toEqual(['list room-1 0']);
  });

  it('tells what it has deleted where the second look fails', async () => {
    let looks = 0;
    const scope = aScope({
      kaleyra: {
        listUploads: async () => {
          looks += 1;
          if (looks > 1) throw new Error('no list');
          return { keys: ['file-1'], hasMore: false };
        },
        deleteUpload: async () => {},
      },
    });
    expect(await deleteUploads(scope, 'room-1')).toEqual({ total: 1, deleted: 1, complete: false });
  });

  it('counts what is gone, and nothing where nothing is', async () => {
    const countedOf = async (files: string[]) => {
      const counted: unknown[][] = [];
      const { scope } = aRoomWith({ files });
      await deleteUploads(
        { ...scope, metrics: { ...scope.metrics, add: (...one) => void counted.push(one) } },
        'room-1',
      );
      return counted;
    };
    expect(await countedOf(named(2))).toEqual([['UploadsDeleted', 2]]);
    expect(await countedOf([])).toEqual([]);
  });

  it('fails when the files cannot be listed', async () => {
    const listUploads = async () => {
      throw new Error('no list');
    };
    await expect(deleteUploads(aScope({ kaleyra: { listUploads } }), 'room-1')).rejects.toThrow('no list');
  });
});

describe('deleting the files of a teleconsultation', () => {
  const config = aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true' });
  const found = (record?: Teleconsultation) => ({ find: async () => record });

  it('does nothing where files are to stay, and does not even look at the id', async () => {
    expect(await deleteUploadsOf(aScope(), 'whatever')).toBeUndefined();
  });

  it('asks for those of its room, and has nothing to do without one', async () => {
    const asked: string[] = [];
    const listUploads = async (roomId: string) => {
      asked.push(roomId);
      return { keys: [], hasMore: false };
    };
    const { id } = aRecord();
    expect(await deleteUploadsOf(aScope({ config, records: found(aRecord()) }), id)).toEqual({
      total: 0,
      deleted: 0,
      complete: true,
    });
    const scope = aScope({ config, records: found(withRoom()), kaleyra: { listUploads } });
    expect(await deleteUploadsOf(scope, id)).toEqual({ total: 0, deleted: 0, complete: true });
    expect(asked).toEqual(['room-1']);
  });

  it.each([
    ['an unknown id', undefined],
    ['a cancelled one', aRecord({ state: 'TRASH' })],
    ['one that is being booked', aRecord({ state: 'CREATING' })],
  ])('is a 404 for %s', async (_, record) => {
    const deleting = deleteUploadsOf(aScope({ config, records: found(record) }), 'f'.repeat(24));
    await expect(deleting).rejects.toMatchObject({ status: 404, sentence: 'not found' });
  });

  it('is for those who may cancel it or take part, and to strangers as if the id were unknown', async () => {
    const rules = aConfig({ TELECONSULTATION_DELETE_UPLOADS: 'true', AUTHORIZATION: 'rules' });
    const listUploads = async () => ({ keys: [], hasMore: false });
    const deletingAs = (id: string) => {
      const caller = { id, groups: [], scopes: [], fullName: null };
      const scope = aScope({ config: rules, caller, records: found(withRoom()), kaleyra: { listUploads } });
      return deleteUploadsOf(scope, withRoom().id);
    };
    expect(await deletingAs('mr-bianchi')).toMatchObject({ complete: true });
    await expect(deletingAs('ms-neri')).rejects.toMatchObject({ status: 404, sentence: 'not found' });
  });

  it('is refused at once while Kaleyra is taken to be down', async () => {
    const scope = aScope({ config, records: found(withRoom()), clock: { now: () => 5 } });
    const circuit = { ...scope.circuit, find: async () => ({ score: 10, openUntil: 6 }) };
    await expect(deleteUploadsOf({ ...scope, circuit }, withRoom().id)).rejects.toMatchObject({ assumed: true });
  });
});
