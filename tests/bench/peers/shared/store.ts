/** The table, through the document client of the AWS SDK as its documentation shows it. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';

export interface Key {
  pk: string;
  sk: string;
}

export type Item = Record<string, unknown>;

export interface Store {
  /** Strongly consistent, as all reads. */
  get(key: Key): Promise<Item | undefined>;
  /** Everything under one partition key. */
  list(pk: string): Promise<Item[]>;
  put(item: Key & Item, condition?: { expression: string; values: Item }): Promise<void>;
  /** Sets what is not there yet, and gives back the whole item. */
  setOnce(key: Key, name: string, value: unknown): Promise<Item>;
  set(key: Key, values: Item): Promise<void>;
}

export const createDynamoStore = (table: string): Store => {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3 }), {
    marshallOptions: { removeUndefinedValues: true },
  });
  return {
    get: async key => (await client.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item,
    list: async pk => {
      const answer = await client.send(
        new QueryCommand({
          TableName: table,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': pk },
          ConsistentRead: true,
        }),
      );
      return answer.Items ?? [];
    },
    put: async (item, condition) => {
      await client.send(
        new PutCommand({
          TableName: table,
          Item: item,
          ...(condition && {
            ConditionExpression: condition.expression,
            ...(Object.keys(condition.values).length > 0 && { ExpressionAttributeValues: condition.values }),
          }),
        }),
      );
    },
    setOnce: async (key, name, value) => {
      const answer = await client.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: 'SET #name = if_not_exists(#name, :value)',
          ExpressionAttributeNames: { '#name': name },
          ExpressionAttributeValues: { ':value': value },
          ReturnValues: 'ALL_NEW',
        }),
      );
      return answer.Attributes ?? {};
    },
    set: async (key, values) => {
      const names = Object.keys(values);
      await client.send(
        new UpdateCommand({
          TableName: table,
          Key: key,
          UpdateExpression: `SET ${names.map(name => `#${name} = :${name}`).join(', ')}`,
          ExpressionAttributeNames: Object.fromEntries(names.map(name => [`#${name}`, name])),
          ExpressionAttributeValues: Object.fromEntries(names.map(name => [`:${name}`, values[name]])),
        }),
      );
    },
  };
};
