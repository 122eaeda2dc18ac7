import type { Reply } from './api.ts';
import { type Prepared, prepare, type Situation } from './fault-situations.ts';
import type { World } from './world.ts';

/** What a route asks of Kaleyra and of the table when all is well: run once, and written down. */

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
  status: number;
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

type Input = Record<string, unknown> & {
  Key?: { pk: string; sk: string };
  Item?: { pk: string; sk: string };
  ExpressionAttributeValues?: Record<string, unknown>;
  RequestItems?: Record<string, { Keys: { pk: string }[] }>;
  IndexName?: string;
};

const storeCallOf = (command: string, input: Input): Omit<StoreCall, 'skip'> => {
  const short = command.replace('Command', '').replace(/Item$/, '');
  const operation = (['Query', 'Scan'].includes(short) ? short : `${short}Item`) as StoreCall['operation'];
  const key = input.Key ?? input.Item;
  const batched = Object.values(input.RequestItems ?? {})[0]?.Keys[0];
  const pk = key?.pk ?? batched?.pk ?? String(Object.values(input.ExpressionAttributeValues ?? {})[0]);
  const keyPrefix = /^[a-z]+#/.exec(pk)?.[0];
  if (keyPrefix !== undefined) return { name: `${operation} ${ITEMS[keyPrefix] ?? keyPrefix}`, operation, keyPrefix };
  // One item of the whole deployment.
  if (key?.sk === 'kaleyra') return { name: `${operation} ${key.pk}`, operation, keyPrefix: key.pk };
  const sortKey = key?.sk;
  if (sortKey === undefined) return { name: `${operation} record`, operation };
  return { name: `${operation} ${sortKey}`, operation, sortKey };
};

/** Listens to everything that the service asks of DynamoDB through the world's connections. */
const listenToStore = (world: World): { calls: Omit<StoreCall, 'skip'>[]; stop(): void } => {
  const calls: Omit<StoreCall, 'skip'>[] = [];
  const name = 'recorded-calls';
  world.client.middlewareStack.add(
    (next, context) => async args => {
      calls.push(storeCallOf(String(context.commandName), args.input as Input));
      return next(args);
    },
    { step: 'initialize', name },
  );
  return { calls, stop: () => void world.client.middlewareStack.remove(name) };
};

const distinct = <Call extends { name: string }>(calls: readonly Call[]): Call[] =>
  calls.filter(({ name }, index) => calls.findIndex(one => one.name === name) === index);

/** Writes of the record follow each other, and each means something else; of all others, the first of a kind will do. */
const numbered = (calls: readonly Omit<StoreCall, 'skip'>[]): StoreCall[] =>
  distinct(
    calls.map((call, index) => {
      const skip = calls.slice(0, index).filter(({ name }) => name === call.name).length;
      if (call.sortKey !== 'record') return { ...call, skip: 0 };
      return { ...call, skip, name: skip === 0 ? call.name : `${call.name}, ${skip + 1}` };
    }),
  );

export const record = async (
  world: World,
  situation: Situation,
  tag: string,
): Promise<Recorded & { prepared: Prepared; reply: Reply }> => {
  const prepared = await prepare(world, situation, tag);
  await world.simulator.forgetRequests();
  const store = listenToStore(world);
  const reply = await situation.ask(world, prepared);
  store.stop();
  const journal = await world.simulator.requests();
  const vendor = journal.filter(({ path }) => path.startsWith('/v2/')).map(one => vendorCallOf(one.method, one.path));
  return {
    status: reply.status,
    vendor: distinct(vendor),
    store: numbered(store.calls),
    order: vendor.map(({ name }) => name),
    prepared,
    reply,
  };
};
