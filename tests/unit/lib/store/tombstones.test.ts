import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Erasure, type ErasureStore, NOTHING_REMOVED } from '../../../../lib/domain/erasure/erasure.ts';
import { storeUnavailable } from '../../../../lib/errors.ts';
import { createErasureStore } from '../../../../lib/store/erasures.ts';
import { openTable, type Table, type Update, type Written } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';

/** Tombstones when an answer is lost, when somebody else is faster, and when they cannot be read. */
let world: World;
let table: Table;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());

const KEY = { pk: 'ext#somebody', sk: 'person' };
beforeEach(() => table.remove(KEY));

const ERASURE: Erasure = {
  begunAt: Date.UTC(2030, 0, 1),
  operation: '0123456789abcdef',
  stage: 'gathering',
  kaleyraIds: [],
  position: null,
  checkedSince: null,
  removed: NOTHING_REMOVED,
  mark: '',
};
let marks = 0;
const storeOn = (parts: Partial<Table> = {}): ErasureStore =>
  createErasureStore({ ...table, ...parts }, () => `mark-${marks++}`);
const begun = async (): Promise<Erasure> => (await storeOn().begin('somebody', ERASURE)).erasure;
const stored = async () => (await storeOn().find('somebody'))?.erasure;

const lost = storeUnavailable(new Error('lost'));
const down = storeUnavailable(new Error('down'));
const failing = (error: Error) => async (): Promise<never> => {
  throw error;
};
/** Carries the write out and says that it failed, in one way or the other. */
const writtenUnheard =
  (outcome: Written | Error) =>
  async (update: Update): Promise<Written> => {
    await table.update(update);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  };
const REFUSED: Written = { outcome: 'condition_failed' };

describe('a tombstone that is begun', () => {
  it('takes one call, and needs no look at what it left', async () => {
    const { erasure } = await storeOn({ get: failing(down) }).begin('somebody', ERASURE);
    expect(erasure).toEqual(await stored());
    expect(erasure).toEqual({ ...ERASURE, mark: expect.stringMatching(/^mark-/) });
  });

  it.each<[string, Record<string, unknown> | undefined]>([
    ['with the person', undefined],
    ['and left the person', { kaleyraId: 'usr_a' }],
  ])('beside one that ends at that moment, %s, is not there', async (_, item) => {
    const racing = storeOn({ update: async () => REFUSED, get: async () => item });
    await expect(racing.begin('somebody', ERASURE)).rejects.toMatchObject({
      code: 'store_unavailable',
      cause: { message: 'the tombstone was not written' },
    });
  });
});

describe('a change of one', () => {
  it('takes one call, and needs no look at what it left', async () => {
    const before = await begun();
    const saved = await storeOn({ get: failing(down) }).save('somebody', before, { ...before, stage: 'looking' });
    expect(saved).toEqual(await stored());
    expect(saved).toMatchObject({ stage: 'looking' });
  });

  it.each<[string, Written | Error]>([
    ['whose answer is lost', lost],
    ['that is taken for refused, as a repeat of it was', REFUSED],
  ])('%s is known by its mark', async (_, outcome) => {
    const before = await begun();
    const saved = await storeOn({ update: writtenUnheard(outcome) }).save('somebody', before, {
      ...before,
      stage: 'erasing',
    });
    expect(saved).toEqual(await stored());
    expect(saved).toMatchObject({ stage: 'erasing' });
  });

  it.each<[string, () => Promise<unknown>]>([
    ['is somebody else’s', async () => undefined],
    ['is gone, the person still there', () => table.put(KEY, { kaleyraId: 'usr_a' })],
    ['is gone, and the person with it', () => table.remove(KEY)],
  ])('does not count where the tombstone %s', async (_, meanwhile) => {
    const before = await begun();
    await storeOn().save('somebody', before, { ...before, stage: 'checking' });
    await meanwhile();
    const left = await stored();
    const late = { ...before, stage: 'erasing' as const };
    expect(await storeOn().save('somebody', before, late)).toBe('lost');
    await expect(storeOn({ update: failing(lost) }).save('somebody', before, late)).rejects.toBe(lost);
    expect(await stored()).toEqual(left);
  });

  it('of which nobody knows what became says why it is not known', async () => {
    const before = await begun();
    const blind = (update: Table['update']) => storeOn({ update, get: failing(down) }).save('somebody', before, before);
    await expect(blind(writtenUnheard(lost))).rejects.toBe(lost);
    await expect(blind(async () => REFUSED)).rejects.toBe(down);
  });
});

it('a tombstone alone is taken back in one call, one beside a person in two', async () => {
  const withdrawn = async (erasure: Erasure): Promise<string[]> => {
    const calls: string[] = [];
    const stop = world.store.listen(({ operation }) => calls.push(operation));
    await storeOn().withdraw('somebody', erasure).finally(stop);
    return calls;
  };
  expect(await withdrawn(await begun())).toEqual(['DeleteItem']);
  await table.put(KEY, { kaleyraId: 'usr_a' });
  expect(await withdrawn(await begun())).toEqual(['DeleteItem', 'UpdateItem']);
  expect(await table.get(KEY)).toEqual({ ...KEY, kaleyraId: 'usr_a' });
});

it('a tombstone that cannot be read is said to be so, and stays', async () => {
  await table.put(KEY, { erasure: { stage: 'UNHEARD-OF' } });
  const unreadable = { code: 'store_unreadable', status: 500 };
  await expect(storeOn().find('somebody')).rejects.toMatchObject(unreadable);
  await expect(storeOn().begin('somebody', ERASURE)).rejects.toMatchObject(unreadable);
  expect(await table.get(KEY)).toMatchObject({ erasure: { stage: 'UNHEARD-OF' } });
});
