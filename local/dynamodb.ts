/** DynamoDB of the embedded stack: dynalite on a port of its own, with the manifest's tables. */
import { mkdir } from 'node:fs/promises';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { type StoreFault, StoreFaultOrder, StoreFaults, type StoreFaultWish } from './dynamodb/faults.ts';
import { withFaults } from './dynamodb/faulty.ts';
import { refuseFolderInUse } from './dynamodb/folder.ts';
import { guard } from './dynamodb/guard.ts';
import { createTables } from './dynamodb/tables.ts';
import { type Closable, listen, shut } from './listen.ts';
import { outageOf } from './wire/outage.ts';

export interface DynamodbOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly tables: readonly CreateTableCommandInput[];
  /** Where tables are kept; in memory when absent. */
  readonly dataDir?: string;
}

export interface Dynamodb extends Closable {
  readonly faults: {
    /** @throws ZodError for what is no fault */
    order(wish: StoreFaultWish): Promise<void>;
    /** What is left of each order, oldest first. */
    list(): readonly StoreFault[];
    clear(): void;
  };
}

export async function startDynamodb({ port, tables, dataDir }: DynamodbOptions): Promise<Dynamodb> {
  if (dataDir !== undefined) {
    await mkdir(dataDir, { recursive: true });
    await refuseFolderInUse(dataDir);
  }
  const server = dynalite({ createTableMs: 0, ...(dataDir === undefined ? {} : { path: dataDir }) });
  const closing = new AbortController();
  const faults = new StoreFaults();
  const outage = outageOf(server);
  withFaults(server, { faults, outage, tables, closing: closing.signal });
  const settle = guard(server);
  const address = await listen(server, port).catch(async error => {
    // dynalite lets go of its folder only when it has listened.
    await listen(server, 0);
    await shut(server);
    throw error;
  });
  const close = async (): Promise<void> => {
    closing.abort();
    await outage.end();
    await settle();
    await shut(server);
  };
  try {
    await createTables(address.url, tables);
  } catch (error) {
    await close();
    throw dataDir === undefined
      ? error
      : new Error(`${(error as Error).message} (data in ${dataDir})`, { cause: error });
  }
  const order = async (wish: StoreFaultWish): Promise<void> => {
    const fault = StoreFaultOrder.parse(wish);
    const { kind, ms = 0, operation, keyPrefix, sortKey } = fault;
    const matches = [operation, keyPrefix, sortKey].some(given => given !== undefined);
    // With nothing to wait for, the port closes at once, under whatever is going on.
    if (kind === 'refuse' && !matches) {
      await outage.begin(ms);
      outage.cut();
    } else faults.add(fault);
  };
  return { ...address, close, faults: { order, list: () => faults.list(), clear: () => faults.clear() } };
}
