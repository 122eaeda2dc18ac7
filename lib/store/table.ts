import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb';
import {
  BatchGetCommand,
  DeleteCommand,
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import { storeUnavailable } from '../errors.ts';
import type { Key } from './keys.ts';

/**
 * Conditional single-item calls on one table. The SDK repeats calls on its own, so "the condition failed" can mean that an
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

/**
 * One connection pool for the life of the process.
 * @param endpoint where DynamoDB is; unless given, the SDK's own environment variables say so
 * @param settings what a command does differently from a function
 */
export const createDocumentClient = (endpoint?: string, settings: DynamoDBClientConfig = {}): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
      ...settings,
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );

/** DynamoDB may leave keys of a batch unread, and says which. */
const BATCH_ATTEMPTS = 3;

/**
 * With all its repeats. The connection's own time-outs end with an answer's first byte; nothing else ends one that drips.
 */
const LONGEST_CALL_MS = 10_000;

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** @throws ServiceError `store_unavailable`; the signal's own reason when it was the signal */
export const openTable = (client: DynamoDBDocumentClient, table: string, signal: AbortSignal): Table => {
  const inTime = (mostMs = LONGEST_CALL_MS) => ({
    abortSignal: AbortSignal.any([signal, AbortSignal.timeout(mostMs)]),
  });
  const translate = (error: unknown): never => {
    if (signal.aborted) throw signal.reason;
    throw storeUnavailable(error);
  };
  const pageOf = ({
    Items,
    LastEvaluatedKey,
  }: {
    Items?: Item[] | undefined;
    LastEvaluatedKey?: Item | undefined;
  }): Page => ({
    items: Items ?? [],
    next: LastEvaluatedKey === undefined ? undefined : JSON.stringify(LastEvaluatedKey),
  });
  const startAt = (after: string | undefined) =>
    after === undefined ? {} : { ExclusiveStartKey: JSON.parse(after) as Item };
  return {
    get: async (key, mostMs) => {
      const command = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
      const answer = await client.send(command, inTime(mostMs)).catch(translate);
      return answer.Item;
    },
    getAll: async pk => {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
      });
      const answer = await client.send(command, inTime()).catch(translate);
      return answer.Items ?? [];
    },
    getMany: async keys => {
      const found: Item[] = [];
      let left: Item[] = keys.map(key => ({ ...key }));
      for (let attempt = 0; attempt < BATCH_ATTEMPTS && left.length > 0; attempt += 1) {
        const command = new BatchGetCommand({ RequestItems: { [table]: { Keys: left, ConsistentRead: true } } });
        const answer = await client.send(command, inTime()).catch(translate);
        found.push(...(answer.Responses?.[table] ?? []));
        left = answer.UnprocessedKeys?.[table]?.Keys ?? [];
      }
      if (left.length > 0) throw storeUnavailable(new Error('not all keys of the batch were read'));
      return found;
    },
    queryDue: async (shard, until, limit, after) => {
      const command = new QueryCommand({
        TableName: table,
        IndexName: 'work',
        KeyConditionExpression: '#shard = :shard AND #due <= :until',
        ExpressionAttributeNames: { '#shard': 'workShard', '#due': 'workDue' },
        ExpressionAttributeValues: { ':shard': shard, ':until': until },
        Limit: limit,
        ...startAt(after),
      });
      const { items, next } = pageOf(await client.send(command, inTime()).catch(translate));
      return { keys: items.map(item => String(item.pk)), next };
    },
    queryPage: async (pk, after) => {
      const command = new QueryCommand({
        TableName: table,
        KeyConditionExpression: '#pk = :pk',
        ExpressionAttributeNames: { '#pk': 'pk' },
        ExpressionAttributeValues: { ':pk': pk },
        ConsistentRead: true,
        ...startAt(after),
      });
      return pageOf(await client.send(command, inTime()).catch(translate));
    },
    scanPage: async ({ expression, names, values }, after, { consistent } = { consistent: false }) => {
      const command = new ScanCommand({
        TableName: table,
        ConsistentRead: consistent,
        FilterExpression: expression,
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ...startAt(after),
      });
      return pageOf(await client.send(command, inTime()).catch(translate));
    },
    remove: async (key, condition) => {
      const command = new DeleteCommand({
        TableName: table,
        Key: key,
        ...(condition && {
          ConditionExpression: condition.expression,
          ExpressionAttributeNames: condition.names,
          ExpressionAttributeValues: condition.values,
        }),
      });
      try {
        await client.send(command, inTime());
        return 'done';
      } catch (error) {
        if (nameOf(error) === 'ConditionalCheckFailedException') return 'condition_failed';
        return translate(error);
      }
    },
    put: async (key, item) => {
      const command = new PutCommand({ TableName: table, Item: { ...item, ...key } });
      await client.send(command, inTime()).catch(translate);
    },
    update: async ({ key, expression, condition, names, values }) => {
      const command = new UpdateCommand({
        TableName: table,
        Key: key,
        UpdateExpression: expression,
        ...(condition !== undefined && { ConditionExpression: condition }),
        ExpressionAttributeNames: names,
        ExpressionAttributeValues: values,
        ReturnValues: 'ALL_NEW',
      });
      try {
        const answer = await client.send(command, inTime());
        return { outcome: 'done', item: answer.Attributes ?? {} };
      } catch (error) {
        if (nameOf(error) === 'ConditionalCheckFailedException') return { outcome: 'condition_failed' };
        return translate(error);
      }
    },
  };
};
