import { together } from '../together.ts';

/**
 * Works on many things, a limited number at a time, and asks for the next only when there is room for it. After a failure
 * nothing new is begun; it is thrown when what was under way has ended.
 */
export const eachOf = async <Item>(
  items: AsyncIterable<Item> | Iterable<Item>,
  limit: number,
  work: (item: Item) => Promise<void>,
): Promise<void> => {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  for await (const item of items) {
    const task: Promise<void> = work(item)
      .catch(error => void failures.push(error))
      .finally(() => running.delete(task));
    running.add(task);
    if (running.size >= limit) await Promise.race(running);
    if (failures.length > 0) break;
  }
  await together([...running]);
  if (failures.length > 0) throw failures[0];
};

/** In groups of `size`, the last one smaller. */
export async function* inGroups<Item>(items: AsyncIterable<Item>, size: number): AsyncGenerator<Item[]> {
  let group: Item[] = [];
  for await (const item of items) {
    group.push(item);
    if (group.length < size) continue;
    yield group;
    group = [];
  }
  if (group.length > 0) yield group;
}
