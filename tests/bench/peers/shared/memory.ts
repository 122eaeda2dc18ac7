/** Table and video service answered at once, with what `npm run bench` puts there: only the peer's own work is left. */
import { createLog } from './log.ts';
import type { Services } from './services.ts';
import type { Item, Store } from './store.ts';
import { type Send, vendorOver } from './vendor.ts';

export interface Memory {
  tokens: Services['tokens'];
  hashKey: string;
  functionName: string;
  /** By partition key. */
  items: Readonly<Record<string, readonly Item[]>>;
  answer(method: string, path: string, body: unknown): Record<string, unknown>;
  write(line: string): void;
}

const storeOf = (items: Memory['items']): Store => ({
  get: async ({ pk, sk }) => items[pk]?.find(item => item.sk === sk),
  list: async pk => [...(items[pk] ?? [])],
  put: async () => undefined,
  setOnce: async ({ pk }, name, value) => ({ [name]: value, ...items[pk]?.[0] }),
  set: async () => undefined,
});

export const servicesInMemory = ({ tokens, hashKey, functionName, items, answer, write }: Memory): Services => {
  const send: Send = async (method, path, body) => answer(method, path, body);
  return {
    tokens,
    store: storeOf(items),
    vendor: vendorOver(send),
    log: createLog(hashKey, functionName, write),
    now: Date.now,
  };
};
