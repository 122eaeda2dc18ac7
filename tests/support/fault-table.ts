import type { Cell } from './fault-matrix.ts';

/** The tables of docs/reliability.md: what a caller gets, by route, call and what happens to the call. */

const keyOf = (route: string, call: string): string => `${route} | ${call}`;

/** By row, then by column. */
export type Table = ReadonlyMap<string, ReadonlyMap<string, string>>;

export const tableOf = (cells: readonly Cell[]): Table => {
  const rows = new Map<string, Map<string, string>>();
  for (const { route, call, kind, got } of cells) {
    const row = rows.get(keyOf(route, call)) ?? new Map<string, string>();
    rows.set(keyOf(route, call), row.set(kind, got));
  }
  return rows;
};

/** @param rows in the order they are to stand in */
export const render = (
  table: Table,
  rows: readonly { route: string; call: string }[],
  kinds: readonly string[],
): string =>
  [
    `| route | call | ${kinds.join(' | ')} |`,
    `|---|---|${'---|'.repeat(kinds.length)}`,
    ...rows.map(({ route, call }, index) => {
      const cells = kinds.map(kind => table.get(keyOf(route, call))?.get(kind) ?? '');
      const named = rows[index - 1]?.route === route ? '' : `\`${route}\``;
      return `| ${named} | \`${call}\` | ${cells.join(' | ')} |`;
    }),
  ].join('\n');

const HEAD = '| route | call |';

const cellsOf = (line: string): string[] =>
  line
    .slice(1, -1)
    .split('|')
    .map(cell => cell.trim());

const sectionOf = (page: string, heading: string): { before: string; table: string; after: string } => {
  const at = page.indexOf(HEAD, page.indexOf(`\n${heading}\n`));
  if (at === -1) throw new Error(`the page has no table under "${heading}"`);
  const end = page.indexOf('\n\n', at);
  const until = end === -1 ? page.trimEnd().length : end;
  return { before: page.slice(0, at), table: page.slice(at, until), after: page.slice(until) };
};

/** What the page says under that heading. */
export const read = (page: string, heading: string): Table => {
  const [head = '', , ...lines] = sectionOf(page, heading).table.split('\n');
  const [, , ...kinds] = cellsOf(head);
  const rows = new Map<string, Map<string, string>>();
  let route = '';
  for (const line of lines) {
    const [named = '', call = '', ...statuses] = cellsOf(line);
    if (named !== '') route = named.replaceAll('`', '');
    const filled = kinds.flatMap((kind, index): [string, string][] =>
      statuses[index] ? [[kind, statuses[index]]] : [],
    );
    rows.set(keyOf(route, call.replaceAll('`', '')), new Map(filled));
  }
  return rows;
};

/** The page with that table under the heading. */
export const replace = (page: string, heading: string, table: string): string => {
  const { before, after } = sectionOf(page, heading);
  return before + table + after;
};
