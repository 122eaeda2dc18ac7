/** Creates the manifest's tables, or checks that those kept in a folder are still the manifest's. */
import { setTimeout as wait } from 'node:timers/promises';
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
} from '@aws-sdk/client-dynamodb';

const ACTIVE_WITHIN_MS = 5_000;

export async function createTables(endpoint: string, tables: readonly CreateTableCommandInput[]): Promise<void> {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  const client = new DynamoDBClient({ endpoint, region: 'local', credentials, maxAttempts: 1 });
  try {
    await Promise.all(tables.map(table => createTable(client, table)));
  } finally {
    client.destroy();
  }
}

async function createTable(client: DynamoDBClient, table: CreateTableCommandInput): Promise<void> {
  try {
    await client.send(new CreateTableCommand(table));
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  const created = await whenActive(client, table.TableName ?? '');
  if (shapeOf(created) !== shapeOf(table)) {
    throw new Error(`table ${table.TableName} is kept with other keys or indexes than serverless.yml now has`);
  }
}

async function whenActive(client: DynamoDBClient, name: string): Promise<TableDescription> {
  for (const until = Date.now() + ACTIVE_WITHIN_MS; Date.now() < until; await wait(2)) {
    const { Table: table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (table?.TableStatus === 'ACTIVE') return table;
  }
  throw new Error(`table ${name} did not become active`);
}

/** Keys and indexes in a form that compares: what a kept table must share with the manifest. */
function shapeOf(table: TableDescription | CreateTableCommandInput): string {
  const indexes = [...(table.GlobalSecondaryIndexes ?? []), ...(table.LocalSecondaryIndexes ?? [])];
  const keys = [table, ...indexes.toSorted((a, b) => (a.IndexName ?? '').localeCompare(b.IndexName ?? ''))].map(
    holder => [
      'IndexName' in holder ? holder.IndexName : '',
      (holder.KeySchema ?? []).map(key => `${key.KeyType} ${key.AttributeName}`).toSorted(),
    ],
  );
  return JSON.stringify(keys);
}
