import {
  BatchGetCommand,
  DeleteCommand,
  type DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  ScanCommand,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { Operation, StoreClient, StoreInput, StoreOutput } from '../../lib/store/client.ts';

/** The store's client as tests need it: on the SDK in the place of our own, and with somebody who listens. */

const COMMANDS = {
  BatchGetItem: BatchGetCommand,
  DeleteItem: DeleteCommand,
  GetItem: GetCommand,
  PutItem: PutCommand,
  Query: QueryCommand,
  Scan: ScanCommand,
  UpdateItem: UpdateCommand,
};

/** The same calls by the SDK: what ours does is what this does. */
export const onTheSdk = (client: DynamoDBDocumentClient): StoreClient => ({
  send: (operation, input, signal, mostMs) => {
    const Command = COMMANDS[operation] as new (input: StoreInput) => GetCommand;
    const abortSignal = AbortSignal.any([signal, AbortSignal.timeout(mostMs)]);
    return client.send(new Command(input), { abortSignal }) as Promise<StoreOutput>;
  },
  destroy: () => client.destroy(),
});

export interface StoreCalled {
  operation: Operation;
  input: StoreInput;
  /** Settles before whoever called learns of it. */
  result: Promise<StoreOutput>;
}

export type Listener = (call: StoreCalled) => void;

/** @returns the client to give away; `listen` tells of its calls until what it returns is called */
export const overheard = (client: StoreClient): StoreClient & { listen(listener: Listener): () => void } => {
  const listeners = new Set<Listener>();
  return {
    send: (operation, input, signal, mostMs) => {
      const result = client.send(operation, input, signal, mostMs);
      for (const listener of listeners) listener({ operation, input, result });
      return result;
    },
    destroy: () => client.destroy(),
    listen: listener => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
};
