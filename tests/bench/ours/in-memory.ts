/** The service's own two functions, with the table and Kaleyra's answers in memory: everything above the two wires is ours. */
import { handler as post } from '../../../functions/create-teleconsultation.ts';
import { handler as get } from '../../../functions/get-teleconsultation.ts';
import { createDeps, type Deps, storesOn } from '../../../lib/deps.ts';
import type { Kaleyra } from '../../../lib/domain/ports.ts';
import { createRoomsClient } from '../../../lib/kaleyra/rooms.ts';
import type { Transport } from '../../../lib/kaleyra/transport.ts';
import { createUsersClient } from '../../../lib/kaleyra/users.ts';
import type { Item, Table } from '../../../lib/store/table.ts';
import type { Memory } from '../peers/shared/memory.ts';

const tableOf = (items: Memory['items']): Table => {
  const find = (pk: string): readonly Item[] => items[pk] ?? [];
  return {
    get: async ({ pk, sk }) => find(pk).find(item => item.sk === sk),
    getAll: async pk => [...find(pk)],
    put: async () => undefined,
    // Only identifying somebody looks at what comes back: nothing is searched for the others, as for a peer's.
    update: async ({ key }) => ({ outcome: 'done', item: key.sk === 'person' ? (find(key.pk)[0] ?? {}) : {} }),
  } as Pick<Table, 'get' | 'getAll' | 'put' | 'update'> as Table;
};

const depsOf = ({ items, answer, write }: Memory): Deps => {
  const deps = createDeps(process.env, { writeLog: write });
  const table = tableOf(items);
  const send = (async call => call.answer.parse(answer(call.method, call.path.join('/'), call.json))) as Transport;
  const kaleyra = { ...createUsersClient(send), ...createRoomsClient(send, deps.config.kaleyra.origins) } as Kaleyra;
  return {
    ...deps,
    openStore: () => storesOn(table, deps.config, deps.ids),
    openKaleyra: () => kaleyra,
  };
};

export const inMemory = (memory: Memory) => {
  const deps = depsOf(memory);
  return { get: get.with(deps), post: post.with(deps) };
};
