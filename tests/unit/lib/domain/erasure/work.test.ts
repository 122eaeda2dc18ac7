import { describe, expect, it } from 'vitest';
import { countedKaleyra, recordsOf, sideBySide } from '../../../../../lib/domain/erasure/work.ts';
import { aConfig } from '../../../../support/configs.ts';
import { aScope } from '../../../../support/scopes.ts';

describe('what goes from Kaleyra is counted', () => {
  const counting = (outcome: string) => {
    const counted: unknown[][] = [];
    const kaleyra = {
      deleteUpload: async () => undefined,
      deleteRecording: async () => outcome,
      deleteUser: async () => outcome,
      readRoom: async () => 'as before',
    };
    return { counted, kaleyra: countedKaleyra(kaleyra as never, (...one) => void counted.push(one)) };
  };

  it('where it went now', async () => {
    const { counted, kaleyra } = counting('deleted');
    await kaleyra.deleteUpload('file-1');
    expect([await kaleyra.deleteRecording('session-1'), await kaleyra.deleteUser('usr_1')]).toEqual([
      'deleted',
      'deleted',
    ]);
    expect(counted).toEqual([
      ['uploads', 1],
      ['recordings', 1],
      ['users', 1],
    ]);
    expect(await kaleyra.readRoom('room-1')).toBe('as before');
  });

  it('and not where there was nothing, or it could not go', async () => {
    const { counted, kaleyra } = counting('absent');
    expect([await kaleyra.deleteRecording('session-1'), await kaleyra.deleteUser('usr_1')]).toEqual([
      'absent',
      'absent',
    ]);
    const failing = async (): Promise<never> => {
      throw new Error('refused');
    };
    const refusing = countedKaleyra({ deleteUpload: failing } as never, (...one) => void counted.push(one));
    await expect(refusing.deleteUpload('file-1')).rejects.toThrow('refused');
    expect(counted).toEqual([]);
  });
});

describe('records that name the person', () => {
  it('are found by all notes of all ids, once each, in the order of their ids', async () => {
    const pages: Record<string, [string, boolean][][]> = {
      usr_1: [
        [['c', true]],
        [
          ['a', true],
          ['b', false],
        ],
      ],
      usr_2: [
        [
          ['b', true],
          ['a', true],
        ],
      ],
    };
    const scope = aScope();
    const findNotes = async (kaleyraId: string, after?: string) => {
      const page = Number(after ?? 0);
      const next = page + 1 < (pages[kaleyraId]?.length ?? 0) ? String(page + 1) : undefined;
      return { notes: (pages[kaleyraId]?.[page] ?? []).map(([id, cleared]) => ({ id, cleared })), next };
    };
    expect(await recordsOf({ ...scope, erasures: { ...scope.erasures, findNotes } }, ['usr_1', 'usr_2'])).toEqual([
      { id: 'a', kaleyraIds: ['usr_1', 'usr_2'], cleared: true },
      { id: 'b', kaleyraIds: ['usr_1', 'usr_2'], cleared: false },
      { id: 'c', kaleyraIds: ['usr_1'], cleared: true },
    ]);
  });
});

describe('several at once', () => {
  const scopeWith = (atOnce: string, signal?: AbortSignal) =>
    aScope({ config: aConfig({ KALEYRA_MAX_CONCURRENCY: atOnce }), ...(signal && { signal }) });

  it('are as many as jobs may call at once', async () => {
    let [running, most] = [0, 0];
    await sideBySide(scopeWith('3'), [1, 2, 3, 4, 5, 6, 7], async () => {
      running += 1;
      most = Math.max(most, running);
      await Promise.resolve();
      running -= 1;
    });
    expect(most).toBe(3);
  });

  it('begin nothing new after a failure, which is passed on', async () => {
    const begun: number[] = [];
    const failing = sideBySide(scopeWith('2'), [1, 2, 3, 4, 5], async item => {
      begun.push(item);
      if (item === 1) throw new Error('broken');
      await new Promise(resolve => setTimeout(resolve, 1));
    });
    await expect(failing).rejects.toThrow('broken');
    expect(begun).toEqual([1, 2]);
  });

  it('begin nothing new when the run is at its end', async () => {
    const cut = new AbortController();
    const begun: number[] = [];
    await sideBySide(scopeWith('1', cut.signal), [1, 2, 3], async item => {
      begun.push(item);
      if (item === 2) cut.abort();
    });
    expect(begun).toEqual([1, 2]);
  });
});
