import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
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

export interface Table {
  /** Strongly consistent. */
  get(key: Key): Promise<Item | undefined>;
  /** Partition keys of the work index's shard that are due, earliest first; eventually consistent, as an index is. */
  queryDue(shard: string, until: number, limit: number): Promise<string[]>;
  /** Writes the whole item, whatever was there. */
  put(key: Key, item: Item): Promise<void>;
  /** `done` comes with the item as it is after the write. */
  update(update: Update): Promise<Written>;
}

/**
 * One connection pool for the life of the process.
 * @param endpoint where DynamoDB is; unless given, the SDK's own environment variables say so
 */
export const createDocumentClient = (endpoint?: string): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(
    new DynamoDBClient({
      ...(endpoint !== undefined && { endpoint }),
      maxAttempts: 3,
      requestHandler: { connectionTimeout: 1000, requestTimeout: 3000, throwOnRequestTimeout: true },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');

/** @throws ServiceError `store_unavailable`; the signal's own reason when it was the signal */
export const openTable = (client: DynamoDBDocumentClient, table: string, signal: AbortSignal): Table => {
  const translate = (error: unknown): never => {
    if (signal.aborted) throw signal.reason;
    throw storeUnavailable(error);
  };
  return {
    get: async key => {
      const command = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
      const answer = await client.send(command, { abortSignal: signal }).catch(translate);
      return answer.Item;
    },
    queryDue: async (shard, until, limit) => {
      const command = new QueryCommand({
        TableName: table,
        IndexName: 'work',
        KeyConditionExpression: '#shard = :shard AND #due <= :until',
        ExpressionAttributeNames: { '#shard': 'workShard', '#due': 'workDue' },
        ExpressionAttributeValues: { ':shard': shard, ':until': until },
        Limit: limit,
      });
      const answer = await client.send(command, { abortSignal: signal }).catch(translate);
      return (answer.Items ?? []).map(item => String(item.pk));
    },
    put: async (key, item) => {
      const command = new PutCommand({ TableName: table, Item: { ...item, ...key } });
      await client.send(command, { abortSignal: signal }).catch(translate);
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
        const answer = await client.send(command, { abortSignal: signal });
        return { outcome: 'done', item: answer.Attributes ?? {} };
      } catch (error) {
        if (nameOf(error) === 'ConditionalCheckFailedException') return { outcome: 'condition_failed' };
        return translate(error);
      }
    },
  };
};
