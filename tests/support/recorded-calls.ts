import type { StoreInput } from '../../lib/store/client.ts';
import type { Key } from '../../lib/store/keys.ts';
import { type Subject, subjectOf } from './fault-subject.ts';
import type { World } from './world.ts';

/** What a route or a job asks of Kaleyra and of the table when all is well: run once, and written down. */

/** A call to Kaleyra: method and path, ids taken out. */
export interface VendorCall {
  name: string;
  method: string;
  /** As the simulator's faults take it. */
  path: string;
}

/** A call to DynamoDB: operation and kind of item; the third write of a record is not the first. */
export interface StoreCall {
  name: string;
  operation: 'GetItem' | 'PutItem' | 'UpdateItem' | 'Query' | 'BatchGetItem' | 'DeleteItem' | 'Scan';
  keyPrefix?: string;
  sortKey?: string;
  /** How many of its kind come before it. */
  skip: number;
}

export interface Recorded {
  /** What the table says where nothing is broken: the status, or what became of the run. */
  got: string;
  vendor: readonly VendorCall[];
  store: readonly StoreCall[];
  /** All calls to Kaleyra in order, by name. */
  order: readonly string[];
}

const IDS: readonly [pattern: RegExp, name: string, matching: string][] = [
  [/^(\/v2\/uploads)\/.+$/, '$1/{key}', '.+'],
  [/^(\/v2\/(?:rooms|users|sessions))\/[^/]+/, '$1/{id}', '[^/]+'],
];

const vendorCallOf = (method: string, path: string): VendorCall => {
  const template = IDS.reduce((text, [pattern, name]) => text.replace(pattern, name), path);
  const pattern = template.replace('{key}', '.+').replace('{id}', '[^/]+');
  return { name: `${method} ${template.slice('/v2'.length)}`, method, path: `^${pattern}$` };
};

const ITEMS: Readonly<Record<string, string>> = {
  'ext#': 'person',
  'kal#': 'way back',
  'person#': 'naming',
  'room#': 'room',
};

const storeCallOf = (operation: StoreCall['operation'], input: StoreInput): Omit<StoreCall, 'skip'> => {
  // Of a walk along all records there is no key to go by.
  if (operation === 'Scan') return { name: 'Scan', operation };
  if (input.IndexName !== undefined) return { name: 'Query due', operation };
  const key = (input.Key ?? input.Item) as Key | undefined;
  const batched = Object.values(input.RequestItems ?? {})[0]?.Keys[0] as Key | undefined;
  const pk = key?.pk ?? batched?.pk ?? String(Object.values(input.ExpressionAttributeValues ?? {})[0]);
  const keyPrefix = /^[a-z]+#/.exec(pk)?.[0];
  if (keyPrefix !== undefined) return { name: `${operation} ${ITEMS[keyPrefix] ?? keyPrefix}`, operation, keyPrefix };
  // One item of the whole deployment.
  if (key?.sk === 'kaleyra' || key?.pk === 'walk')
    return { name: `${operation} ${key.pk}`, operation, keyPrefix: key.pk };
  const sortKey = key?.sk;
  if (sortKey === undefined) return { name: `${operation} record`, operation };
  return { name: `${operation} ${sortKey}`, operation, sortKey };
};

/** Listens to everything that the service asks of DynamoDB through the world's connections. */
const listenToStore = (world: World): { calls: Omit<StoreCall, 'skip'>[]; stop(): void } => {
  const calls: Omit<StoreCall, 'skip'>[] = [];
  const stop = world.store.listen(({ operation, input }) => calls.push(storeCallOf(operation, input)));
  return { calls, stop };
};

const distinct = <Call extends { name: string }>(calls: readonly Call[]): Call[] =>
  calls.filter(({ name }, index) => calls.findIndex(one => one.name === name) === index);

type Listened = Omit<StoreCall, 'skip'>;

/** Whether an order for the one would hit the other. */
const isHitBy = (order: Listened, { operation, keyPrefix, sortKey }: Listened): boolean =>
  operation === order.operation &&
  (order.keyPrefix === undefined || order.keyPrefix === keyPrefix) &&
  (order.sortKey === undefined || order.sortKey === sortKey);

/** Writes of the record follow each other, and each means something else; of all others, the first of a kind will do. */
const numbered = (calls: readonly Listened[]): StoreCall[] =>
  distinct(
    calls.map((call, index) => {
      const before = calls.slice(0, index);
      const skip = before.filter(one => isHitBy(call, one)).length;
      const same = before.filter(({ name }) => name === call.name).length;
      if (call.sortKey !== 'record' || same === 0) return { ...call, skip };
      return { ...call, skip, name: `${call.name}, ${same + 1}` };
    }),
  );

export const record = async (world: World, subject: Subject, tag: string): Promise<Recorded> => {
  const one = await subjectOf(world, subject, tag);
  await world.simulator.forgetRequests();
  const store = listenToStore(world);
  const got = await one.act();
  store.stop();
  const journal = await world.simulator.requests();
  const vendor = journal.filter(({ path }) => path.startsWith('/v2/')).map(one => vendorCallOf(one.method, one.path));
  return {
    got,
    vendor: distinct(vendor),
    store: numbered(store.calls),
    order: vendor.map(({ name }) => name),
  };
};
