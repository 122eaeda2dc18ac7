import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { functionModules } from '../../../local/function-modules.ts';
import { readManifest } from '../../../local/manifest.ts';

const FIXTURE = fileURLToPath(new URL('../../fixtures/local/serverless.yml', import.meta.url));
const manifest = await readManifest(FIXTURE, { stage: 'local', env: {} });

function handlerOf(changes: { file?: string; exportName?: string }) {
  const { greet } = manifest.functions;
  if (!greet) throw new Error('the fixture has no greet');
  return functionModules({ ...manifest, functions: { greet: { ...greet, ...changes } } }, dirname(FIXTURE))('greet');
}

it('is the export that the manifest names', async () => {
  expect(await handlerOf({})).toBeTypeOf('function');
});

it('names a file without that export', async () => {
  await expect(handlerOf({ exportName: 'other' })).rejects.toThrow('functions/greet.ts exports no function other');
});

it('names a file that is not there', async () => {
  await expect(handlerOf({ file: 'functions/absent.ts' })).rejects.toThrow('functions/absent.ts');
});

it('names a function that is not there', async () => {
  await expect(functionModules(manifest, '/')('absent')).rejects.toThrow('there is no function absent');
});
