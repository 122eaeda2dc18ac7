import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import type { Environment } from '../aws/access.ts';
import type { AttemptOptions } from '../aws/attempts.ts';
import type { TimeLimits } from '../aws/exchange.ts';
import { createJsonCalls } from '../aws/json-calls.ts';

/**
 * DynamoDB's calls in plain values, without the SDK's client: see docs/decisions/0033. Inputs and outputs are those of the SDK's
 * document client, as far as the table uses them.
 */

export type Operation = 'BatchGetItem' | 'DeleteItem' | 'GetItem' | 'PutItem' | 'Query' | 'Scan' | 'UpdateItem';

type Values = Record<string, unknown>;

export interface StoreInput {
  TableName?: string;
  Key?: Values;
  Item?: Values;
  ExpressionAttributeValues?: Values;
  ExclusiveStartKey?: Values;
  RequestItems?: Record<string, { Keys: Values[]; ConsistentRead: boolean }>;
  [plain: string]: unknown;
}

export interface StoreOutput {
  Item?: Values;
  Items?: Values[];
  Attributes?: Values;
  LastEvaluatedKey?: Values;
  Responses?: Record<string, Values[]>;
  UnprocessedKeys?: Record<string, { Keys: Values[] }>;
}

export interface StoreClient {
  /**
   * With all its repeats.
   * @param mostMs after which it fails, whatever the signal says
   * @throws an error whose `name` is DynamoDB's, e.g. `ConditionalCheckFailedException`; what the connection came to
   */
  send(operation: Operation, input: StoreInput, signal: AbortSignal, mostMs: number): Promise<StoreOutput>;
  destroy(): void;
}

export interface StoreClientOptions {
  /** Where region, keys and, unless it is given here, DynamoDB's address are found. */
  environment: Environment;
  endpoint?: string | undefined;
  attempts?: AttemptOptions;
  limits?: TimeLimits;
}

/** What does not answer within this long is lost, and asked again. */
const LIMITS = { connectMs: 1000, answerMs: 3000 };

type Wire = Parameters<typeof unmarshall>[0];

const toWire = (values: Values): Wire => marshall(values, { removeUndefinedValues: true });

const each = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

const encoded = (input: StoreInput): unknown => {
  const { Key, Item, ExpressionAttributeValues, ExclusiveStartKey, RequestItems, ...plain } = input;
  return {
    ...plain,
    ...(Key && { Key: toWire(Key) }),
    ...(Item && { Item: toWire(Item) }),
    ...(ExpressionAttributeValues && { ExpressionAttributeValues: toWire(ExpressionAttributeValues) }),
    ...(ExclusiveStartKey && { ExclusiveStartKey: toWire(ExclusiveStartKey) }),
    ...(RequestItems && {
      RequestItems: each(RequestItems, ({ Keys, ...rest }) => ({ ...rest, Keys: Keys.map(toWire) })),
    }),
  };
};

interface WireOutput {
  Item?: Wire;
  Items?: Wire[];
  Attributes?: Wire;
  LastEvaluatedKey?: Wire;
  Responses?: Record<string, Wire[]>;
  UnprocessedKeys?: Record<string, { Keys: Wire[] }>;
}

const fromWire = (wire: Wire): Values => unmarshall(wire);

const decoded = (output: WireOutput): StoreOutput => {
  const { Item, Items, Attributes, LastEvaluatedKey, Responses, UnprocessedKeys } = output;
  return {
    ...(Item && { Item: fromWire(Item) }),
    ...(Items && { Items: Items.map(fromWire) }),
    ...(Attributes && { Attributes: fromWire(Attributes) }),
    ...(LastEvaluatedKey && { LastEvaluatedKey: fromWire(LastEvaluatedKey) }),
    ...(Responses && { Responses: each(Responses, items => items.map(fromWire)) }),
    ...(UnprocessedKeys && { UnprocessedKeys: each(UnprocessedKeys, ({ Keys }) => ({ Keys: Keys.map(fromWire) })) }),
  };
};

/** One set of connections for the life of the process. */
export const createStoreClient = ({
  environment,
  endpoint,
  attempts = {},
  limits = LIMITS,
}: StoreClientOptions): StoreClient => {
  const calls = createJsonCalls({
    service: 'dynamodb',
    target: 'DynamoDB_20120810',
    version: '1.0',
    environment,
    endpoint,
    limits,
    attempts,
  });
  return {
    send: async (operation, input, signal, mostMs) =>
      decoded((await calls.call(operation, encoded(input), signal, mostMs)) as WireOutput),
    destroy: calls.close,
  };
};
