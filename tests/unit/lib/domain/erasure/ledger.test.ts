import { expect, it } from 'vitest';
import { type Erasure, NOTHING_REMOVED } from '../../../../../lib/domain/erasure/erasure.ts';
import { type Ledger, Overtaken, openLedger } from '../../../../../lib/domain/erasure/ledger.ts';
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
  let writes = 0;
  let onSave: (() => void) | undefined;
  return {
    stored: () => stored,
    writes: () => writes,
    before: (what: () => void) => {
      onSave = what;
    },
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
        writes += 1;
        onSave?.();
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

it('writes nothing where nothing was counted', async () => {
  const store = aStore();
  await openLedger(store.port, 'somebody', ERASURE).note();
  expect(store.writes()).toBe(0);
});

it('notes of two runs change nothing but the counts', async () => {
  const store = aStore();
  const [one, other] = [1, 2].map(() => openLedger(store.port, 'somebody', ERASURE)) as [Ledger, Ledger];
  one.count('links', 1);
  await one.note();
  other.count('links', 2);
  await other.note();
  expect(store.stored()).toMatchObject({ ...ERASURE, mark: '2', removed: { links: 3 } });
});

it('a step is put on top of what the other run wrote at the same stage', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  store.put({ ...ERASURE, mark: 'else', checkedSince: 7 });
  await ledger.save({ position: 'here' });
  expect(store.stored()).toMatchObject({ position: 'here', checkedSince: 7 });
});

it('gives way after ten writes that others were faster than', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  let marks = 0;
  store.before(() => {
    marks += 1;
    store.put({ ...ERASURE, mark: `faster ${marks}` });
  });
  const overtaken = { name: 'Overtaken', message: 'other runs are at it' };
  await expect(ledger.save({ position: 'here' })).rejects.toMatchObject(overtaken);
  expect(store.writes()).toBe(10);
});

it('says what overtook it', async () => {
  const store = aStore();
  const ledger = openLedger(store.port, 'somebody', ERASURE);
  store.put(undefined);
  const port = { ...store.port, find: async () => undefined };
  const gone = { name: 'Overtaken', message: 'the tombstone is gone' };
  await expect(ledger.save({})).rejects.toMatchObject(gone);
  await expect(openLedger(port, 'somebody', ERASURE).save({})).rejects.toMatchObject(gone);
});
