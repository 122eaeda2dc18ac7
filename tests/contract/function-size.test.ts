import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { bundleHandlers } from '../../local/package/bundle.ts';
import { textOf } from '../support/sources.ts';

/** What a cold start has to load: the code of each function, as small as a minifier makes it. */
const LARGEST_BYTES = 200_000;

const root = fileURLToPath(new URL('../..', import.meta.url));
const { functions } = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
  functions: Record<string, { handler: string }>;
};
const handlers = Object.values(functions).map(({ handler }) => handler);

let bundles: Map<string, string>;
beforeAll(async () => {
  const built = await bundleHandlers(root, handlers);
  bundles = new Map(Array.from(built, ([handler, [code]]) => [handler, Buffer.from(code?.content ?? []).toString()]));
});

describe('the code of a function', () => {
  it('is at most 200 KB, the published description apart', async () => {
    const description = Buffer.byteLength(JSON.stringify(JSON.parse(textOf('docs/openapi.json'))));
    const sizes = await Promise.all(
      Array.from(bundles, async ([handler, code]) => {
        const minified = await transform(code, { minify: true, format: 'esm', target: 'node24' });
        const apart = handler === 'functions/documentation.handler' ? description : 0;
        return [handler, Buffer.byteLength(minified.code) - apart] as const;
      }),
    );
    expect(sizes).toHaveLength(handlers.length);
    expect(sizes.filter(([, bytes]) => bytes > LARGEST_BYTES || bytes < 50_000)).toEqual([]);
  });

  it('imports none of Node’s modules as a whole: some load what nobody uses', () => {
    expect([...bundles].filter(([, code]) => /^import\b/m.test(code)).map(([handler]) => handler)).toEqual([]);
  });

  it('holds neither a client of AWS’s SDK nor the large zod', () => {
    const brought = [...bundles].flatMap(([handler, code]) =>
      [...code.matchAll(/^\/\/ node_modules\/((?:@aws-sdk\/client-|@smithy\/|zod\/v4\/classic\/)[^/]*)/gm)].map(
        ([, name]) => `${handler} ${name}`,
      ),
    );
    expect(brought).toEqual([]);
  });
});
