import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BundleError, bundleHandlers } from '../../../../local/package/bundle.ts';

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

const textOf = (content?: Uint8Array) => Buffer.from(content ?? []).toString('utf8');

/** As on Lambda: a script that is not a module would lend the bundle its own `require`. */
const asModule = ['--input-type=module', '--eval'];

/** Bundles one handler, puts the result where nothing else is, and returns what the script prints there. */
async function runBundled(files: Readonly<Record<string, string>>, script: string): Promise<string> {
  const bundles = await bundleHandlers(folderWith(files), ['functions/a.handler']);
  const packaged = (bundles.get('functions/a.handler') ?? []).map(({ path, content }) => [path, textOf(content)]);
  const folder = folderWith(Object.fromEntries(packaged));
  const program = `import('./functions/a.js').then(${script})`;
  return execFileSync(process.execPath, [...asModule, program], { cwd: folder, encoding: 'utf8' }).trim();
}

describe('a bundle', () => {
  it('has the handler where the manifest names it, as an ES module without source map', async () => {
    const folder = folderWith({ 'functions/a.ts': 'export const handler = async (): Promise<number> => 1;' });
    const files = (await bundleHandlers(folder, ['functions/a.handler'])).get('functions/a.handler');
    expect(files?.map(({ path }) => path)).toEqual(['functions/a.js', 'package.json']);
    expect(JSON.parse(textOf(files?.[1]?.content))).toEqual({ type: 'module' });
    expect(textOf(files?.[0]?.content)).not.toContain('sourceMappingURL');
  });

  it('runs without the sources and packages it was made from', async () => {
    const files = {
      'functions/a.ts':
        "import { two } from 'pair'; import { one } from '../lib/one.ts'; export const handler = () => one + two;",
      'lib/one.ts': 'export const one: number = 1;',
      'node_modules/pair/package.json': '{"name":"pair","main":"index.js"}',
      'node_modules/pair/index.js': 'exports.two = 2;',
    };
    expect(await runBundled(files, 'm => console.log(m.handler())')).toBe('3');
  });

  it("lets CommonJS packages require Node's own modules", async () => {
    const files = {
      'functions/a.ts': "import legacy from 'legacy'; export const handler = () => legacy.join('a', 'b');",
      'node_modules/legacy/package.json': '{"name":"legacy","main":"index.js"}',
      'node_modules/legacy/index.js': "module.exports = { join: require('path').posix.join };",
    };
    expect(await runBundled(files, 'm => console.log(m.handler())')).toBe('a/b');
  });

  it("takes from Node's own modules what it names, and does not load what they would load on the way", async () => {
    const files = {
      'functions/a.ts': `
        import { STATUS_CODES } from 'node:http';
        import http, * as all from 'node:http';
        export const handler = () => [STATUS_CODES[404], http.STATUS_CODES === all.STATUS_CODES];`,
    };
    // Of \`fetch\` and all that belongs to it.
    const loaded = "process.moduleLoadList.filter(name => name.includes('undici')).length";
    expect(await runBundled(files, `m => console.log(...m.handler(), ${loaded})`)).toBe('Not Found true 0');
  });

  it('leaves a module that is imported late unevaluated until then', async () => {
    const files = {
      'functions/a.ts': "export const handler = async () => (await import('../lib/late.ts')).value;",
      'lib/late.ts': "console.log('evaluated'); export const value = 'used';",
    };
    const script = "async m => { console.log('loaded'); console.log(await m.handler()); }";
    expect((await runBundled(files, script)).split('\n')).toEqual(['loaded', 'evaluated', 'used']);
  });

  it('is separate for every handler', async () => {
    const folder = folderWith({
      'functions/a.ts': "export const handler = () => 'only in a';",
      'functions/b.ts': "export const handler = () => 'only in b';",
    });
    const bundles = await bundleHandlers(folder, ['functions/a.handler', 'functions/b.handler']);
    const code = [...bundles].map(([handler, [module]]) => [handler, textOf(module?.content)]);
    expect(code).toEqual([
      ['functions/a.handler', expect.not.stringContaining('only in b')],
      ['functions/b.handler', expect.not.stringContaining('only in a')],
    ]);
  });
});

describe('a build that fails', () => {
  it('names every file that is wrong, with the place in it', async () => {
    const folder = folderWith({
      'functions/a.ts': "import '../lib/missing.ts';\nexport const handler = () => 1;",
      'functions/b.ts': 'export const handler = (',
    });
    const failure = bundleHandlers(folder, ['functions/a.handler', 'functions/b.handler']);
    await expect(failure).rejects.toBeInstanceOf(BundleError);
    await expect(failure).rejects.toThrow(/functions\/a\.ts:1:7/);
    await expect(failure).rejects.toThrow(/functions\/b\.ts:1:24/);
  });

  it('names the file that a handler lacks', async () => {
    const failure = bundleHandlers(folderWith({}), ['functions/absent.handler']);
    await expect(failure).rejects.toThrow(/functions\/absent\.ts/);
  });
});
