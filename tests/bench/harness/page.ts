/** Puts tables into docs/performance.md, each set between its two marks; what stands around them stays. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './contenders.ts';

const PAGE = join(ROOT, 'docs/performance.md');

/** @throws Error where the page has no marks of that name */
export const withSection = (page: string, name: string, content: string): string => {
  const begin = `<!-- bench:${name} -->`;
  const end = `<!-- /bench:${name} -->`;
  const from = page.indexOf(begin);
  const to = page.indexOf(end);
  if (from === -1 || to < from) throw new Error(`docs/performance.md has no place for "${name}"`);
  return `${page.slice(0, from + begin.length)}\n${content}\n${page.slice(to)}`;
};

export const writeSections = (sections: ReadonlyMap<string, string>): void => {
  let page = readFileSync(PAGE, 'utf8');
  for (const [name, content] of sections) page = withSection(page, name, content);
  writeFileSync(PAGE, page);
};
