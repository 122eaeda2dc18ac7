import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EnvironmentSchema, IGNORED_VARIABLES } from '../../lib/schemas/environment.ts';
import { readManifest } from '../../local/manifest.ts';
import { textOf } from '../support/sources.ts';

/** The README and its two reference pages, the manifest, the configuration and the tests say the same. */

const root = fileURLToPath(new URL('../..', import.meta.url));
const readme = textOf('README.md');
const section = (title: string): string => readme.split(`\n## ${title}\n`)[1]?.split('\n## ')[0] ?? '';
const manifest = await readManifest(join(root, 'serverless.yml'), { stage: 'local', env: {} });
const PREFIX = '/api/v1/telecons-be';

const routes = Object.values(manifest.functions).flatMap(({ key, routes: own }) =>
  own.filter(({ path }) => !path.startsWith(PREFIX)).map(({ method, path }) => ({ key, route: `${method} ${path}` })),
);

describe('the endpoint table', () => {
  it('has every route of the manifest with its function, and no other', () => {
    const rows = [...section('Endpoints').matchAll(/^\| `([A-Z]+ \/\S*)` \| `(\w+)` \|/gm)];
    const listed = rows.map(([, route, key]) => `${route} ${key}`).sort();
    expect(listed).toEqual(routes.map(({ route, key }) => `${route} ${key}`).sort());
  });

  it('names every function without a route', () => {
    const silent = Object.values(manifest.functions).filter(({ routes: own }) => own.length === 0);
    for (const { key } of silent) expect(section('Endpoints')).toContain(`\`${key}\``);
  });

  it('every route answers under both prefixes', () => {
    const all = Object.values(manifest.functions).flatMap(({ routes: own }) => own.map(({ path }) => path));
    for (const { route } of routes) expect(all).toContain(PREFIX + route.split(' ')[1]);
  });
});

describe('docs/configuration.md', () => {
  const page = textOf('docs/configuration.md');
  const known = Object.keys(EnvironmentSchema.shape);

  it.each(known)('has %s', name => {
    expect(page).toContain(`\`${name}\``);
  });

  it.each([...IGNORED_VARIABLES])('names %s as without effect', name => {
    expect(page).toContain(`\`${name}\``);
  });

  it('has whatever the README picks out, with the same default', () => {
    const rows = [...section('Configuration').matchAll(/^\| (`[^|]+) \| ([^|]*) \|/gm)];
    const picked = rows.flatMap(([, names = '']) => [...names.matchAll(/`(\w+)`/g)].map(([, name]) => name ?? ''));
    expect(picked.length).toBeGreaterThan(10);
    expect(picked.filter(name => !page.includes(`\`${name}\``))).toEqual([]);
    for (const [, names, value] of rows.filter(([, cell]) => /^`\w+`$/.test(cell ?? ''))) {
      expect(page).toContain(`| ${names} | ${value} |`);
    }
  });
});

describe('the compatibility table', () => {
  const table = textOf('docs/compatibility.md');

  it('is where the README says', () => {
    expect(section('Compatibility with the retired service')).toContain('](docs/compatibility.md)');
  });

  const FOLDERS: Record<string, string> = { i: 'tests/integration', c: 'tests/contract', u: 'tests/unit/lib' };
  const tests = [...table.matchAll(/`([icu])\/([\w/-]+)`/g)].map(
    ([, folder, file]) => `${FOLDERS[folder ?? '']}/${file}.test.ts`,
  );

  it('names tests that are there', () => {
    expect(tests.length).toBeGreaterThan(30);
    expect(tests.filter(file => !existsSync(join(root, file)))).toEqual([]);
  });

  it('has every route that the retired service had, and its tests send requests there', () => {
    const additions =
      /^GET \/documentation|\/status$|\/calendar$|webhooks|user-details|recording|background-image\/uploads|^GET \/settings|\/-\//;
    const texts = [...new Set(tests)].map(file => textOf(file)).join('\n');
    for (const { route } of routes.filter(one => !additions.test(one.route))) {
      expect(table).toContain(`\`${route}`);
      const last = route.split('/').findLast(part => !part.startsWith('{')) ?? '';
      expect(texts, route).toContain(last);
    }
  });
});

it('the README is read in one sitting: a quarter of an hour', () => {
  // Two hundred words a minute, and a cell of a table is words as well.
  expect(readme.split(/\s+/).length).toBeLessThan(3000);
});

it('every script it names exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = [...readme.matchAll(/npm run (?:-s )?([\w:-]+)/g)].map(([, script]) => script ?? '');
  expect(named.filter(script => !(script in scripts))).toEqual([]);
});
