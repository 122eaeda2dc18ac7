import { describe, expect, it } from 'vitest';
import { clearOut } from '../../../../../lib/domain/rooms/clear-out.ts';
import { aScope } from '../../../../support/scopes.ts';

const aCall = (id: string, startedAt = 0, durationInSeconds: number | null = 1) => ({
  id,
  startedAt,
  durationInSeconds,
});

/** What Kaleyra keeps of a room's calls. */
interface Kept {
  files?: string[];
  /** Sessions that are listed, a page each. */
  pages?: string[][];
  /** Sessions that have a recording. */
  recordings?: string[];
  fails?: (call: string) => boolean;
}

const aRoomThatKeeps = ({ files = [], pages = [[]], recordings = [], fails = () => false }: Kept) => {
  const journal: string[] = [];
  const left = { files: new Set(files), recordings: new Set(recordings) };
  const asked = (call: string): void => {
    journal.push(call);
    if (fails(call)) throw new Error('as told');
  };
  const scope = aScope({
    kaleyra: {
      disableRoom: async roomId => asked(`disable ${roomId}`),
      listUploads: async (roomId, offset) => {
        asked(`files ${roomId} ${offset}`);
        return { keys: [...left.files], hasMore: false };
      },
      deleteUpload: async key => {
        asked(`delete ${key}`);
        left.files.delete(key);
      },
      listSessions: async (roomId, offset) => {
        asked(`sessions ${roomId} ${offset}`);
        let before = 0;
        const page = pages.findIndex(ids => {
          const isHere = before === offset;
          before += ids.length;
          return isHere;
        });
        const listed = (pages[page] ?? []).map(id => ({ id, startedAt: 0, durationInSeconds: 1, kaleyraIds: [] }));
        return { sessions: listed, hasMore: page < pages.length - 1 };
      },
      deleteRecording: async sessionId => {
        asked(`recording ${sessionId}`);
        return left.recordings.delete(sessionId) ? 'deleted' : 'absent';
      },
    },
  });
  return { scope, journal, left };
};

it('closes the room first, then deletes files and recordings, and never the room', async () => {
  const { scope, journal, left } = aRoomThatKeeps({
    files: ['file-1', 'file-2'],
    pages: [['s1', 's2']],
    recordings: ['s1'],
  });
  expect(await clearOut(scope, 'room-1', [])).toEqual({
    uploads: 2,
    recordings: 1,
    complete: true,
    recordingsUntil: null,
  });
  expect(journal).toEqual([
    'disable room-1',
    'files room-1 0',
    'delete file-1',
    'delete file-2',
    'files room-1 0',
    'sessions room-1 0',
    'recording s1',
    'recording s2',
  ]);
  expect([left.files.size, left.recordings.size]).toEqual([0, 0]);
});

it('asks for the recording of every session once: of all pages, and those seen that are listed no more', async () => {
  const { scope, journal } = aRoomThatKeeps({ pages: [['s5', 's4'], ['s3'], ['s2']], recordings: ['s1', 's4'] });
  expect(await clearOut(scope, 'room-1', [aCall('s1'), aCall('s3')])).toEqual({
    uploads: 0,
    recordings: 2,
    complete: true,
    recordingsUntil: null,
  });
  expect(journal.filter(call => call.startsWith('sessions'))).toEqual([
    'sessions room-1 0',
    'sessions room-1 2',
    'sessions room-1 3',
  ]);
  expect(journal.filter(call => call.startsWith('recording')).toSorted()).toEqual(
    ['s1', 's2', 's3', 's4', 's5'].map(id => `recording ${id}`),
  );
});

it('finds nothing where nothing is, which is complete', async () => {
  const { scope } = aRoomThatKeeps({});
  expect(await clearOut(scope, 'room-1', [])).toEqual({
    uploads: 0,
    recordings: 0,
    complete: true,
    recordingsUntil: null,
  });
});

it('ends at an empty page of sessions even if it promises more', async () => {
  const { scope, journal } = aRoomThatKeeps({ pages: [[], ['never reached']] });
  expect(await clearOut(scope, 'room-1', [])).toMatchObject({ complete: true });
  expect(journal.filter(call => call.startsWith('sessions'))).toHaveLength(1);
});

describe('is not complete', () => {
  it('when a file is left, and deletes the recordings all the same', async () => {
    const { scope, left } = aRoomThatKeeps({
      files: ['file-1', 'file-2'],
      pages: [['s1']],
      recordings: ['s1'],
      fails: call => call === 'delete file-1',
    });
    expect(await clearOut(scope, 'room-1', [])).toEqual({
      uploads: 1,
      recordings: 1,
      complete: false,
      recordingsUntil: null,
    });
    expect([[...left.files], [...left.recordings]]).toEqual([['file-1'], []]);
  });

  it('when a recording is left, and deletes the others all the same', async () => {
    const { scope, left } = aRoomThatKeeps({
      pages: [['s1', 's2', 's3']],
      recordings: ['s1', 's2', 's3'],
      fails: call => call === 'recording s2',
    });
    expect(await clearOut(scope, 'room-1', [])).toEqual({
      uploads: 0,
      recordings: 2,
      complete: false,
      recordingsUntil: null,
    });
    expect([...left.recordings]).toEqual(['s2']);
  });
});

it.each(['disable room-1', 'files room-1 0', 'sessions room-1 0', 'sessions room-1 1'])(
  'fails when it cannot be found out what there is: %s',
  async call => {
    const { scope, journal } = aRoomThatKeeps({ pages: [['s1'], ['s2']], fails: asked => asked === call });
    await expect(clearOut(scope, 'room-1', [])).rejects.toThrow('as told');
    expect(journal.at(-1)).toBe(call);
    expect(journal.filter(entry => entry.startsWith('recording'))).toEqual([]);
  },
);

describe('a recording that is not there', () => {
  const HOUR = 3_600_000;
  const NOW = Date.UTC(2030, 0, 7, 12);
  const clearing = async (call: ReturnType<typeof aCall>, outcome: 'absent' | 'never' = 'absent') => {
    const scope = aScope({
      clock: { now: () => NOW },
      kaleyra: {
        disableRoom: async () => undefined,
        listUploads: async () => ({ keys: [], hasMore: false }),
        listSessions: async () => ({ sessions: [{ ...call, kaleyraIds: [] }], hasMore: false }),
        deleteRecording: async () => outcome,
      },
    });
    return clearOut(scope, 'room-1', []);
  };

  it('may still be in the making for a day and an hour after the call', async () => {
    const begun = NOW - 2 * HOUR;
    expect(await clearing(aCall('s1', begun, 1800))).toEqual({
      uploads: 0,
      recordings: 0,
      complete: false,
      recordingsUntil: begun + 25.5 * HOUR,
    });
    expect(await clearing(aCall('s1', NOW - 26 * HOUR, 3600))).toMatchObject({ complete: true, recordingsUntil: null });
    expect(await clearing(aCall('s1', NOW - 26 * HOUR + 1, 3600))).toMatchObject({ complete: false });
  });

  it('of a call whose length is not known may come a day later still', async () => {
    expect(await clearing(aCall('s1', NOW - 30 * HOUR, null))).toMatchObject({ complete: false });
    expect(await clearing(aCall('s1', NOW - 49 * HOUR, null))).toMatchObject({ complete: true });
  });

  it('never comes where Kaleyra says so', async () => {
    expect(await clearing(aCall('s1', NOW - HOUR), 'never')).toMatchObject({ complete: true, recordingsUntil: null });
  });
});
