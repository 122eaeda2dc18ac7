import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, vi } from 'vitest';

/**
 * The store's own tests once more, every file that has a table, by the SDK's client in the place of ours: what they say of the one
 * is true of the other.
 */
const folder = new URL('../unit/lib/store/', import.meta.url);
const WITHOUT_TABLE = ['client.test.ts', 'items.test.ts'];
const suites = readdirSync(folder).filter(name => name.endsWith('.test.ts') && !WITHOUT_TABLE.includes(name));

vi.stubEnv('STORE_CLIENT', 'sdk');
afterAll(() => void vi.unstubAllEnvs());

for (const name of suites) {
  describe(name, async () => {
    await import(/* @vite-ignore */ fileURLToPath(new URL(name, folder)));
  });
}
