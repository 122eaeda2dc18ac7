import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { TransactGetCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, describe, expect, it, vi } from 'vitest';
import { isExpectedHere } from '../support/second-emulator.ts';
import { openWorld } from '../support/world.ts';

/**
 * The store's own tests once more, every file of them, on a DynamoDB that somebody else wrote; and with them the stories in
 * which the store does most. Where there is no program for this kind of machine, one test says so in the place of them all.
 */

const root = new URL('../../', import.meta.url);
const inFolder = (folder: string): string[] =>
  readdirSync(new URL(folder, root))
    .filter(name => name.endsWith('.test.ts'))
    .map(name => `${folder}${name}`);

const SUITES: readonly string[] = [
  ...inFolder('tests/unit/lib/store/'),
  'tests/integration/journey.test.ts',
  'tests/integration/delete.test.ts',
  'tests/integration/moving-in.test.ts',
  'tests/integration/debts.test.ts',
];

if (isExpectedHere) {
  vi.stubEnv('DYNAMODB_EMULATOR', 'dynoxide');
  afterAll(() => void vi.unstubAllEnvs());

  it('it is another one: it knows transactions, of which dynalite has never heard', async () => {
    const world = await openWorld();
    const Key = { pk: 'nobody', sk: 'record' };
    const Get = { TableName: world.deps.config.table, Key };
    const asked = world.client.send(new TransactGetCommand({ TransactItems: [{ Get }] }));
    await expect(asked.finally(world.close)).resolves.toMatchObject({ Responses: [{}] });
  });

  for (const file of SUITES) {
    describe(file, async () => {
      await import(/* @vite-ignore */ fileURLToPath(new URL(file, root)));
    });
  }
} else {
  it(`${process.platform} ${process.arch} has no second DynamoDB: the store was tested on dynalite alone`, () => {
    expect(isExpectedHere).toBe(false);
  });
}
