import { storeUnavailable } from '../errors.ts';
import type { Operation, StoreClient, StoreInput, StoreOutput } from './client.ts';
import type { Key } from './keys.ts';

/**
 * Conditional single-item calls on one table. The client repeats calls on its own, so "the condition failed" can mean that an
 * earlier attempt of the very same call succeeded: what a lost answer or a failed condition meant is for the caller to read.
 */

export type Item = Record<string, unknown>;

export interface Update {
  key: Key;
  expression: string;
  condition?: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

export type Written = { outcome: 'done'; item: Item } | { outcome: 'condition_failed' };

export interface Filter {
  expression: string;
  names: Record<string, string>;
  values: Record<string, unknown>;
}

/** A page, and where the next one begins. */
export interface Page {
  items: Item[];
  next: string | undefined;
}

export interface Table {
  /** Strongly consistent. @param mostMs for what is not worth waiting for longer */
  get(key: Key, mostMs?: number): Promise<Item | undefined>;
  /** Everything under one partition key, strongly consistent; what lies there must be small enough for one page. */
  getAll(pk: string): Promise<Item[]>;
  /** Up to 100 items in one call, strongly consistent, in any order; what is not there is left out. */
  getMany(keys: readonly Key[]): Promise<Item[]>;
  /**
   * Partition keys of the work index's shard that are due, earliest first; eventually consistent, as an index is.
   * @param after where the page before ended
   */
  queryDue(
    shard: string,
    until: number,
    limit: number,
    after?: string,
  ): Promise<{ keys: string[]; next: string | undefined }>;
  /** Items under one partition key that has many, strongly consistent. @param after where the page before ended */
  queryPage(pk: string, after?: string): Promise<Page>;
  /**
   * Items of the whole table that pass the filter, eventually consistent unless asked otherwise; a page may be empty although
   * more follow.
   */
  scanPage(filter: Filter, after?: string, options?: { consistent: boolean }): Promise<Page>;
  /** An item that is not there counts as removed. */
  remove(key: Key, condition?: Filter): Promise<'done' | 'condition_failed'>;
  /** Writes the whole item, whatever was there. */
  put(key: Key, item: Item): Promise<void>;
  /** `done` comes with the item as it is after the write. */
  update(update: Update): Promise<Written>;
}

/** DynamoDB may leave keys of a batch unread, and says which. */
const BATCH_ATTEMPTS = 3;

/**
 * With all its repeats. The connection's own time-outs end with an answer's first byte; nothing else ends one that drips.
 */
const LONGEST_CALL_MS = 10_000;

const isConditionFailure = (error: unknown): boolean =>
  error instanceof Error && error.name === 'ConditionalCheckFailedException';

const pageOf = ({ Items, LastEvaluatedKey }: StoreOutput): Page => ({
  items: Items ?? [],
  next: LastEvaluatedKey && JSON.stringify(LastEvaluatedKey),
});

const startAt = (after: string | undefined) =>
  after === undefined ? {} : { ExclusiveStartKey: JSON.parse(after) as Item };

const onlyUnder = (pk: string) => ({
  KeyConditionExpression: '#pk = :pk',
  ExpressionAttributeNames: { '#pk': 'pk' },
  ExpressionAttributeValues: { ':pk': pk },
  ConsistentRead: true,
});

/** @throws ServiceError `store_unavailable`; the signal's own reason when it was the signal */
export const openTable = (client: StoreClient, table: string, signal: AbortSignal): Table => {
  const translate = (error: unknown): never => {
    if (signal.aborted) throw signal.reason;
    throw storeUnavailable(error);
  };
  const send = (operation: Operation, input: StoreInput, mostMs = LONGEST_CALL_MS): Promise<StoreOutput> =>
    client.send(operation, input, signal, mostMs);
  const ask = (operation: Operation, input: StoreInput, mostMs?: number): Promise<StoreOutput> =>
    send(operation, { TableName: table, ...input }, mostMs).catch(translate);
  /** undefined: the condition did not hold. */
  const write = (operation: Operation, input: StoreInput): Promise<StoreOutput | undefined> =>
    send(operation, { TableName: table, ...input }).catch((error: unknown) =>
      isConditionFailure(error) ? undefined : translate(error),
    );
  return {
    get: async (key, mostMs) => (await ask('GetItem', { Key: { ...key }, ConsistentRead: true }, mostMs)).Item,
    getAll: async pk => (await ask('Query', onlyUnder(pk))).Items ?? [],
    getMany: async keys => {
      const found: Item[] = [];
      let left: Item[] = keys.map(key => ({ ...key }));
      for (let attempt = 0; attempt < BATCH_ATTEMPTS && left.length > 0; attempt += 1) {
        const input = { RequestItems: { [table]: { Keys: left, ConsistentRead: true } } };
        const answer = await send('BatchGetItem', input).catch(translate);
        found.push(...(answer.Responses?.[table] ?? []));
        left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      }
      if (left.length > 0) throw storeUnavailable(new Error('not all keys of the batch were read'));
      return found;
    },
    queryDue: async (shard, until, limit, after) => {
      const { items, next } = pageOf(
        await ask('Query', {
          IndexName: 'work',
          KeyConditionExpression: '#shard = :shard AND #due <= :until',
          ExpressionAttributeNames: { '#shard': 'workShard', '#due': 'workDue' },
          ExpressionAttributeValues: { ':shard': shard, ':until': until },
          Limit: limit,
          ...startAt(after),
        }),
      );
      return { keys: items.map(item => String(item.pk)), next };
    },
    queryPage: async (pk, after) => pageOf(await ask('Query', { ...onlyUnder(pk), ...startAt(after) })),
    scanPage: async ({ expression, names, values }, after, { consistent } = { consistent: false }) =>
      pageOf(
        await ask('Scan', {
          ConsistentRead: consistent,
          FilterExpression: expression,
          ExpressionAttributeNames: names,
          ExpressionAttributeValues: values,
          ...startAt(after),
        }),
      ),
    remove: async (key, condition) => {
      const written = await write('DeleteItem', {
        Key: { ...key },
        ...(condition && {
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: condition.names,
          ExpressionAttributeValues: condition.values,
        }),
      });
      return written === undefined ? 'condition_failed' : 'done';
    },
    put: async (key, item) => {
      await ask('PutItem', { Item: { ...item, ...key } });
    },
    update: async ({ key, expression, condition, names, values }) => {
      const written = await write('UpdateItem', {
        Key: { ...key },
        UpdateExpression: expression,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      });
      return written === undefined
        ? { outcome: 'condition_failed' }
        : { outcome: 'done', item: written.Attributes ?? {} };
    },
  };
};
