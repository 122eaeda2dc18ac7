import { expect, it } from 'vitest';
import { type Erasure, NOTHING_REMOVED } from '../../../../../lib/domain/erasure/erasure.ts';
import { Overtaken, openLedger } from '../../../../../lib/domain/erasure/ledger.ts';
import { storeUnavailable } from '../../../../../lib/errors.ts';

/** The tombstone as one or several runs hold it, on a store of one item. */

const ERASURE: Erasure = {
  begunAt: 0,
  operation: 'first',
  stage: 'erasing',
  kaleyraIds: ['usr_a'],
  position: null,
  checkedSince: null,
  removed: NOTHING_REMOVED,
  mark: '0',
};

const aStore = () => {
  let stored: Erasure | undefined = ERASURE;
  let marks = 0;
  let failing = 0;
  return {
    stored: () => stored,
    put: (erasure: Erasure | undefined) => {
      stored = erasure;
    },
    failNext: () => {
      failing += 1;
    },
    port: {
      find: async () => ({ kaleyraId: 'usr_a', erasure: stored }),
      save: async (_: string, before: Erasure, after: Erasure) => {
        await Promise.resolve();
        if (failing > 0) {
          failing -= 1;
          throw storeUnavailable(new Error('invented'));
        }
        if (stored?.mark !== before.mark) return 'lost' as const;
        marks += 1;
        stored = { ...after, mark: String(marks) };
        return stored;
      },
    } as unknown as Parameters<typeof openLedger>[0],
  };
};

it('adds up what is counted while it is being noted', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  ledger.count('uploads', 2);
  const noting = ledger.note();
  ledger.count('uploads', 3);
  await Promise.all([noting, ledger.note()]);
  expect([ledger.removed().uploads, store.stored()?.removed.uploads]).toEqual([5, 5]);
});

it('what could not be noted is noted with the next write', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  ledger.count('users', 1);
  store.failNext();
  await ledger.note();
  expect([ledger.removed().users, store.stored()?.removed.users]).toEqual([1, 0]);
  await ledger.save({ stage: 'looking' });
  expect(store.stored()).toMatchObject({ stage: 'looking', removed: { users: 1 } });
});

it('a step that could not be written is an error, and its counts are not lost', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  ledger.count('names', 4);
  store.failNext();
  await expect(ledger.save({ stage: 'looking' })).rejects.toMatchObject({ code: 'store_unavailable' });
  await ledger.note();
  expect(store.stored()).toMatchObject({ stage: 'erasing', removed: { names: 4 } });
});

it('two runs add to each other, and neither leads the other back', async () => {
  const store = aStore();
  const one = openLedger(store.port, 'somebody', ERASURE);
  const other = openLedger(store.port, 'somebody', ERASURE);
  one.count('links', 1);
  other.count('links', 2);
  await one.save({ stage: 'forgetting', position: null, kaleyraIds: ['usr_a', 'usr_b'] });
  await other.save({ stage: 'looking', position: 'here', kaleyraIds: ['usr_a', 'usr_c'] });
  expect(store.stored()).toMatchObject({
    stage: 'forgetting',
    position: null,
    kaleyraIds: ['usr_a', 'usr_b', 'usr_c'],
    removed: { links: 3 },
  });
  expect(other.erasure().stage).toBe('forgetting');
});

it.each([
  ['gone', undefined],
  ['that of another erasure', { ...ERASURE, operation: 'second', mark: 'else' }],
])('a tombstone that is %s is left alone', async (_, now) => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  store.put(now);
  ledger.count('links', 1);
  await expect(ledger.note()).rejects.toBeInstanceOf(Overtaken);
  await expect(ledger.save({ stage: 'forgetting' })).rejects.toBeInstanceOf(Overtaken);
  expect(store.stored()).toEqual(now);
});
