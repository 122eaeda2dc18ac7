import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createStoreClient } from '../../../../lib/store/client.ts';
import type { Key } from '../../../../lib/store/keys.ts';
import { openTable, type Table } from '../../../../lib/store/table.ts';
import { openWorld, type World } from '../../../support/world.ts';
import { allPages } from './support.ts';

/** Pages and removals, against DynamoDB's own protocol. */
let world: World;
let table: Table;
beforeAll(async () => {
  world = await openWorld();
  table = openTable(world.store, world.deps.config.table, new AbortController().signal);
});
afterAll(() => world.close());
beforeEach(async () => {
  for (const { pk, sk } of await world.items()) await table.remove({ pk: String(pk), sk: String(sk) });
});

const FILLER = 'x'.repeat(100_000);

describe('a page of one partition', () => {
  it('goes on where the one before ended, in the order of the sort key, until there is none', async () => {
    const names = Array.from({ length: 25 }, (_, index) => `s${String(index).padStart(2, '0')}`);
    for (const sk of names) await table.put({ pk: 'many', sk }, { FILLER });
    await table.put({ pk: 'many-more', sk: 's00' }, {});
    const pages = await allPages(after => table.queryPage('many', after));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ items }) => items.map(item => item.sk))).toEqual(names);
    expect(pages.slice(0, -1).every(({ next }) => next !== undefined)).toBe(true);
  });

  it('of nothing is empty and the last', async () => {
    expect(await table.queryPage('nothing')).toEqual({ items: [], next: undefined });
  });

  it('is strongly consistent', async () => {
    const asked: unknown[] = [];
    const stop = world.store.listen(({ input }) => asked.push(input.ConsistentRead));
    await table.queryPage('many');
    stop();
    expect(asked).toEqual([true]);
  });
});

describe('a page of the whole table', () => {
  const even = { expression: '#even = :even', names: { '#even': 'even' }, values: { ':even': true } };

  it('holds what passes the filter, may hold nothing of it, and is followed by the next', async () => {
    for (let index = 0; index < 40; index += 1) {
      await table.put({ pk: `p${index}`, sk: 'x' }, { FILLER, even: index % 20 === 0 });
    }
    const pages = await allPages(after => table.scanPage(even, after));
    expect(pages.length).toBeGreaterThan(2);
    expect(pages.flatMap(({ items }) => items.map(item => item.pk)).toSorted()).toEqual(['p0', 'p20']);
    expect(pages.some(({ items, next }) => items.length === 0 && next !== undefined)).toBe(true);
  });

  it('of an empty table is empty and the last', async () => {
    expect(await table.scanPage(even)).toEqual({ items: [], next: undefined });
  });
});

describe('removing', () => {
  const key: Key = { pk: 'one', sk: 'x' };
  const unless = (value: number) => ({
    expression: '#value = :value',
    names: { '#value': 'value' },
    values: { ':value': value },
  });

  it('takes one item, and is done also when there is none', async () => {
    await table.put(key, { value: 1 });
    await table.put({ pk: 'one', sk: 'y' }, { value: 1 });
    expect([await table.remove(key), await table.remove(key)]).toEqual(['done', 'done']);
    expect(await table.getAll('one')).toEqual([{ pk: 'one', sk: 'y', value: 1 }]);
  });

  it('under a condition that does not hold leaves the item', async () => {
    await table.put(key, { value: 1 });
    expect(await table.remove(key, unless(2))).toBe('condition_failed');
    expect(await table.get(key)).toMatchObject({ value: 1 });
    expect(await table.remove(key, unless(1))).toBe('done');
    expect(await table.get(key)).toBeUndefined();
  });
});

describe('a table that does not answer', () => {
  const reason = new Error('time is over');
  const calls: [string, (on: Table) => Promise<unknown>][] = [
    ['a page of a partition', on => on.queryPage('one')],
    ['a page of the table', on => on.scanPage({ expression: '#a = :a', names: { '#a': 'a' }, values: { ':a': 1 } })],
    ['a removal', on => on.remove({ pk: 'one', sk: 'x' })],
  ];

  it.each(calls)('%s fails as every other call', async (_, call) => {
    const dead = openTable(
      createStoreClient({ environment: process.env, endpoint: 'http://127.0.0.1:9' }),
      'none',
      new AbortController().signal,
    );
    await expect(call(dead)).rejects.toMatchObject({ code: 'store_unavailable', status: 503 });
  });

  it.each(calls)('%s ends with the time there is', async (_, call) => {
    const over = openTable(world.store, world.deps.config.table, AbortSignal.abort(reason));
    await expect(call(over)).rejects.toBe(reason);
  });
});
