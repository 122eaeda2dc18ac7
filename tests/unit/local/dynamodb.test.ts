import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import {
  DescribeTableCommand,
  DynamoDBClient,
  GetItemCommand,
  ListTablesCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { startDynamodb } from '../../../local/dynamodb.ts';
import type { Closable } from '../../../local/listen.ts';
import { type Manifest, readManifest } from '../../../local/manifest.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/local/serverless.yml', import.meta.url));
const { tables } = await readManifest(FIXTURE, { stage: 'local', env: {} });
const [table] = tables;
const opened: Closable[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map(database => database.close()));
});

async function started(
  options: { tables?: Manifest['tables']; dataDir?: string; port?: number } = {},
): Promise<Closable> {
  const database = await startDynamodb({ port: 0, tables, ...options });
  opened.push(database);
  return database;
}

function clientOf({ url }: Closable): DynamoDBClient {
  const client = new DynamoDBClient({
    endpoint: url,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  onTestFinished(() => client.destroy());
  return client;
}

async function aFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'dynamodb-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'not', 'there', 'yet');
}

const item = { id: { S: '1' }, kind: { S: 'note' } };

describe('the embedded DynamoDB', () => {
  it('has the tables of the manifest, ready for use', async () => {
    const client = clientOf(await started());
    expect((await client.send(new ListTablesCommand())).TableNames).toEqual(['clinic-local']);
    const { Table } = await client.send(new DescribeTableCommand({ TableName: 'clinic-local' }));
    expect(Table).toMatchObject({ TableStatus: 'ACTIVE', GlobalSecondaryIndexes: [{ IndexName: 'byKind' }] });
  });

  it('starts empty without a folder', async () => {
    const first = await started();
    await clientOf(first).send(new PutItemCommand({ TableName: 'clinic-local', Item: item }));
    await first.close();
    const { Item } = await clientOf(await started()).send(
      new GetItemCommand({ TableName: 'clinic-local', Key: { id: { S: '1' } } }),
    );
    expect(Item).toBeUndefined();
  });

  it('keeps tables and items in a folder', async () => {
    const dataDir = await aFolder();
    const first = await started({ dataDir });
    await clientOf(first).send(new PutItemCommand({ TableName: 'clinic-local', Item: item }));
    await first.close();
    const { Item } = await clientOf(await started({ dataDir })).send(
      new GetItemCommand({ TableName: 'clinic-local', Key: { id: { S: '1' } } }),
    );
    expect(Item).toEqual(item);
  });

  it('refuses a folder whose table no longer is the manifest’s', async () => {
    const dataDir = await aFolder();
    await (await started({ dataDir })).close();
    const { GlobalSecondaryIndexes: _, ...plain } = { TableName: '', ...table };
    const changed = { ...plain, AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' as const }] };
    await expect(started({ dataDir, tables: [changed] })).rejects.toThrow(
      'table clinic-local is kept with other keys or indexes than serverless.yml now has',
    );
    // And lets go of the folder.
    await started({ dataDir });
  });

  it('refuses a folder that another one uses, and goes on itself', async () => {
    const dataDir = await aFolder();
    const first = await started({ dataDir });
    await expect(started({ dataDir })).rejects.toThrow(`the data in ${dataDir} is in use by another stack`);
    expect((await clientOf(first).send(new ListTablesCommand())).TableNames).toEqual(['clinic-local']);
  });

  it('reports a port in use, and lets go of its folder', async () => {
    const { port } = await started();
    const dataDir = await aFolder();
    await expect(started({ port, dataDir })).rejects.toMatchObject({ code: 'EADDRINUSE' });
    await started({ dataDir });
  });

  it('survives clients that go away in the middle of a request', async () => {
    const database = await started();
    const socket = connect(database.port, '127.0.0.1');
    socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1000\r\n\r\n{');
    await wait(30);
    socket.resetAndDestroy();
    await wait(30);
    expect((await clientOf(database).send(new ListTablesCommand())).TableNames).toEqual(['clinic-local']);
  });

  it.each([0, 5, 10, 20])('ends at once and twice, with work under way for %i ms', async ms => {
    const database = await started();
    const client = clientOf(database);
    // On one item, so that each waits for the one before it.
    const update = new UpdateItemCommand({
      TableName: 'clinic-local',
      Key: { id: { S: '1' } },
      UpdateExpression: 'SET kind = :kind',
      ExpressionAttributeValues: { ':kind': { S: 'note' } },
    });
    const work = Array.from({ length: 80 }, () => client.send(update));
    const settled = Promise.allSettled(work);
    await wait(ms);
    const begun = performance.now();
    await database.close();
    await database.close();
    expect(performance.now() - begun).toBeLessThan(8_000);
    await settled;
    await expect(client.send(new ListTablesCommand())).rejects.toThrow();
  });
});
