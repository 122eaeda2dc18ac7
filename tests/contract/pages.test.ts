import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { textOf } from '../support/sources.ts';

/** What there is to read: its links, its commands, its lists. */

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MARKDOWN = /\.md$/;
const below = (folder: string): string[] =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter(file => MARKDOWN.test(file))
    .map(file => posix.join(folder, file));
const PAGES = [...readdirSync(ROOT).filter(file => MARKDOWN.test(file)), ...below('docs'), ...below('local')];

interface Package {
  license: string;
  version: string;
  scripts: Record<string, string>;
  dependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  optionalDependencies: Record<string, string>;
}
const manifest = JSON.parse(textOf('package.json')) as Package;

/** As GitHub makes an anchor of a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
    .replaceAll(' ', '-');
const anchorsOf = (page: string): string[] =>
  [...textOf(page).matchAll(/^#+ (.+)$/gm)].map(([, heading]) => anchorOf(heading ?? ''));

/** Of other pages and headings of the project, from its root. */
const linksOf = (page: string): { target: string; anchor: string | undefined }[] =>
  [...textOf(page).matchAll(/\]\(((?!https?:)[^)\s]+)\)/g)].map(([, link = '']) => {
    const [file = '', anchor] = link.split('#');
    return { target: file === '' ? page : posix.join(posix.dirname(page), file), anchor };
  });

describe.each(PAGES)('%s', page => {
  it('leads to files and headings that are there', () => {
    const broken = linksOf(page).filter(
      ({ target, anchor }) =>
        !existsSync(join(ROOT, target)) || (anchor !== undefined && !anchorsOf(target).includes(anchor)),
    );
    expect(broken).toEqual([]);
  });

  it('names commands that are there', () => {
    const named = [...textOf(page).matchAll(/npm run (?:-s )?([a-z][\w:-]*)/g)].map(([, script]) => script ?? '');
    expect(named.filter(script => !(script in manifest.scripts))).toEqual([]);
  });
});

it('every page is found from the README', () => {
  const found = new Set(['README.md']);
  for (const page of found) {
    for (const { target } of linksOf(page))
      if (MARKDOWN.test(target) && existsSync(join(ROOT, target))) found.add(target);
  }
  expect(PAGES.filter(page => !found.has(page))).toEqual([]);
});

describe('decisions', () => {
  const pages = readdirSync(join(ROOT, 'docs/decisions')).filter(file => file !== 'README.md');

  it('are numbered without a gap, each with its reasons', () => {
    const numbers = pages.map(file => Number(/^(\d{4})-[a-z0-9-]+\.md$/.exec(file)?.[1]));
    expect(numbers).toEqual(pages.map((_, index) => index + 1));
    expect(pages.filter(file => textOf(`docs/decisions/${file}`).split(/\s+/).length < 25)).toEqual([]);
  });

  it('are listed by their titles', () => {
    const rows = pages.map(file => `| [${file.slice(0, 4)}](${file}) | ${titleOf(`docs/decisions/${file}`)} |`);
    const index = textOf('docs/decisions/README.md');
    expect(rows.filter(row => !index.includes(row))).toEqual([]);
    expect(index.match(/^\| \[/gm)).toHaveLength(pages.length);
  });
});

const titleOf = (page: string): string => /^# (.+)$/m.exec(textOf(page))?.[1] ?? '';

it('every dependency has its reason, and nothing else has', () => {
  const sections = textOf('docs/dependencies.md').split(/^## /m).slice(1);
  const listed = sections.map(section =>
    [...section.matchAll(/^\| (`[^|]+) \| .{15,} \|$/gm)].flatMap(([, names = '']) =>
      [...names.matchAll(/`([^`]+)`/g)].map(([, name]) => name),
    ),
  );
  const { dependencies, devDependencies, optionalDependencies } = manifest;
  expect(listed.map(names => names.sort())).toEqual(
    [dependencies, devDependencies, optionalDependencies].map(all => Object.keys(all).sort()),
  );
});

describe('npm run', () => {
  it.each(Object.entries(manifest.scripts))('says of %s what it does, before how', (_, command) => {
    expect(command).toMatch(/^: '[A-Z][^']{15,90}' && \S/);
  });
});

describe('CHANGELOG.md', () => {
  const text = textOf('CHANGELOG.md');
  const KINDS = ['Added', 'Changed', 'Deprecated', 'Removed', 'Fixed', 'Security'];

  it('knows the version of the package, and one that is to come', () => {
    const versions = [...text.matchAll(/^## \[([^\]]+)\](?: - (\d{4}-\d{2}-\d{2}))?$/gm)];
    expect(versions.map(([, version]) => version)).toEqual(['Unreleased', manifest.version]);
    expect(versions.at(-1)?.[2]).toBeDefined();
  });

  it('has the kinds of changes that Keep a Changelog has', () => {
    const used = [...text.matchAll(/^### (.+)$/gm)].map(([, kind]) => kind ?? '');
    expect(used.filter(kind => !KINDS.includes(kind))).toEqual([]);
  });
});

it('LICENSE is the whole of what the package says', () => {
  const text = textOf('LICENSE');
  expect(manifest.license).toBe('Apache-2.0');
  for (const part of ['Version 2.0, January 2004', '9. Accepting Warranty or Additional Liability', 'END OF TERMS']) {
    expect(text).toContain(part);
  }
});
