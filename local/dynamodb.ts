/** DynamoDB of the embedded stack: dynalite on a port of its own, with the manifest's tables. */
import { mkdir } from 'node:fs/promises';
import type { CreateTableCommandInput } from '@aws-sdk/client-dynamodb';
import dynalite from 'dynalite';
import { refuseFolderInUse } from './dynamodb/folder.ts';
import { guard } from './dynamodb/guard.ts';
import { createTables } from './dynamodb/tables.ts';
import { type Closable, listen, shut } from './listen.ts';

export interface DynamodbOptions {
  /** 0 picks a free one. */
  readonly port: number;
  readonly tables: readonly CreateTableCommandInput[];
  /** Where tables are kept; in memory when absent. */
  readonly dataDir?: string;
}

export async function startDynamodb({ port, tables, dataDir }: DynamodbOptions): Promise<Closable> {
  if (dataDir !== undefined) {
    await mkdir(dataDir, { recursive: true });
    await refuseFolderInUse(dataDir);
  }
  const server = dynalite({ createTableMs: 0, ...(dataDir === undefined ? {} : { path: dataDir }) });
  const settle = guard(server);
  const address = await listen(server, port).catch(async error => {
    // dynalite lets go of its folder only when it has listened.
    await listen(server, 0);
    await shut(server);
    throw error;
  });
  const close = async (): Promise<void> => {
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
  return { ...address, close };
}
