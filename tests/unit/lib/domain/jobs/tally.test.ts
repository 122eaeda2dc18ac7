import { describe, expect, it } from 'vitest';
import { createTally } from '../../../../../lib/domain/jobs/tally.ts';
import { aScope } from '../../../../support/scopes.ts';

const aCounted = (stopped = false) => {
  const bad = new Set<string>();
  const tally = createTally(() => stopped);
  const { kaleyra } = aScope({
    kaleyra: {
      listUploads: async roomId => ({ keys: [`${roomId}-1`, `${roomId}-2`, `${roomId}-3`], hasMore: false }),
      deleteUpload: async key => {
        if (bad.has(key)) throw new Error('as told');
      },
    },
  });
  const counted = tally.counted(kaleyra);
  return { tally, counted, bad, remove: (key: string) => counted.deleteUpload(key).catch(() => undefined) };
};

describe('the tally', () => {
  it('counts each file once, as deleted, failed or left', async () => {
    const { tally, counted, bad, remove } = aCounted();
    bad.add('a-2');
    await counted.listUploads('a', 0);
    await counted.listUploads('a', 0);
    await remove('a-1');
    await remove('a-2');
    expect(tally.counts()).toEqual({ seen: 3, deleted: 1, failed: 1, left: 1 });
    bad.clear();
    await remove('a-2');
    await remove('a-3');
    expect(tally.counts()).toEqual({ seen: 3, deleted: 3, failed: 0, left: 0 });
  });

  it('does not call a failure what was cut off at the end of the run', async () => {
    const { tally, counted, bad, remove } = aCounted(true);
    bad.add('a-1');
    await counted.listUploads('a', 0);
    await remove('a-1');
    expect(tally.counts()).toEqual({ seen: 3, deleted: 0, failed: 0, left: 3 });
  });

  it('counts a room that was not finished as one file, unless its own files say so already', async () => {
    const { tally, counted } = aCounted();
    tally.unfinished('running', false);
    tally.unfinished('running too', false);
    tally.unfinished('broken', true);
    tally.unfinished('broken', true);
    expect(tally.counts()).toEqual({ seen: 3, deleted: 0, failed: 1, left: 2 });
    await counted.listUploads('a', 0);
    tally.unfinished('a', true);
    expect(tally.counts()).toEqual({ seen: 6, deleted: 0, failed: 1, left: 5 });
  });

  it('passes on what becomes of a file that was never listed, and counts it nowhere', async () => {
    const { tally, counted, bad } = aCounted();
    await counted.deleteUpload('a-1');
    bad.add('a-1');
    await expect(counted.deleteUpload('a-1')).rejects.toThrow('as told');
    expect(tally.counts()).toEqual({ seen: 0, deleted: 0, failed: 0, left: 0 });
  });
});
