import { readFileSync, writeFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { type Case, type Recordings, recordAll } from './fault-cases.ts';
import { type Cell, type Outcome, playAll } from './fault-matrix.ts';
import type { Subject } from './fault-subject.ts';
import { read, render, replace, tableOf } from './fault-table.ts';
import type { Recorded } from './recorded-calls.ts';

/**
 * One of the tables of docs/reliability.md, played. `npm test` breaks every call in a share of all ways, another share for each
 * call; `FAULTS=all` in every way, and prints the table; `FAULTS=write` also puts it into the page.
 */

const HOW = process.env.FAULTS ?? 'some';
/** Only cells whose names match, such as `cleanupUploads, DELETE`: for a look at some of them. */
const ONLY = process.env.ONLY === undefined ? undefined : new RegExp(process.env.ONLY);
const PAGE = new URL('../../docs/reliability.md', import.meta.url);

const QUARTER = 4;

interface Family {
  /** Of the table in the page. */
  heading: string;
  kinds: readonly { name: string; slow?: true }[];
  subjects: readonly Subject[];
  casesOf(recordings: Recordings): Case[];
  /** Slow ones that are played every time, as `route, call, kind`. */
  everyTime: readonly string[];
  /** In the short form, every how many-th cell is played. */
  share?: number;
  documented(route: string, call: string, kind: string, recorded: Recorded): string;
}

const nameOf = (route: string, call: string, kind: string): string => `${route}, ${call}, ${kind}`;

export const playFamily = ({
  heading,
  subjects,
  kinds,
  casesOf,
  everyTime,
  documented,
  share = QUARTER,
}: Family): void => {
  const slow = (kind: string): boolean => kinds.some(({ name, slow }) => name === kind && slow === true);
  let all: Case[] = [];
  let rows: { route: string; call: string }[] = [];
  let played: Outcome = { cells: [], problems: [] };

  const isPlayed = ({ situation, call, kind }: Case): boolean => {
    if (ONLY !== undefined) return ONLY.test(nameOf(situation.route, call, kind));
    if (HOW !== 'some') return true;
    if (slow(kind)) return everyTime.includes(nameOf(situation.route, call, kind));
    const row = rows.findIndex(one => one.route === situation.route && one.call === call);
    return (row * kinds.length + kinds.findIndex(({ name }) => name === kind)) % share === 0;
  };

  beforeAll(async () => {
    all = casesOf(await recordAll(subjects));
    const calls = all.map(({ situation, call }) => ({ route: situation.route, call }));
    rows = calls.filter(
      ({ route, call }, index) => calls.findIndex(one => one.route === route && one.call === call) === index,
    );
    const chosen = all.filter(isPlayed);
    const started = performance.now();
    played = await playAll(
      chosen.filter(({ kind }) => !slow(kind)),
      chosen.filter(({ kind }) => slow(kind)),
    );
    const seconds = Math.round((performance.now() - started) / 1000);
    console.log(`${heading.replace(/^#+ /, '')}: ${played.cells.length} faults injected in ${seconds} s`);
    if (HOW === 'some') return;
    const names = kinds.map(({ name }) => name);
    const table = render(tableOf(played.cells), rows, names);
    console.log(table);
    if (HOW === 'write' && ONLY === undefined) writeFileSync(PAGE, replace(readFileSync(PAGE, 'utf8'), heading, table));
  }, 3_600_000);

  it('the caller gets what is documented for the way in which a call broke', () => {
    const differing = played.cells.flatMap(({ route, call, kind, got }: Cell) => {
      const recorded = all.find(one => one.situation.route === route)?.recorded;
      const expected = recorded === undefined ? undefined : documented(route, call, kind, recorded);
      return got === expected ? [] : [`${nameOf(route, call, kind)}: ${got} instead of ${expected}`];
    });
    expect(differing).toEqual([]);
    // Whoever asks for some cells has seen to it that there are any.
    expect(played.cells.length).toBeGreaterThan(ONLY === undefined ? all.length / (2 * share) : 0);
  });

  it('no answer says too much or comes too late, and the table and Kaleyra agree in the end', () => {
    expect(played.problems).toEqual([]);
  });

  it('docs/reliability.md says the same, and has every call and no other', () => {
    const page = read(readFileSync(PAGE, 'utf8'), heading);
    expect([...page.keys()].sort()).toEqual(rows.map(({ route, call }) => `${route} | ${call}`).sort());
    const differing = played.cells
      .filter(({ route, call, kind, got }) => page.get(`${route} | ${call}`)?.get(kind) !== got)
      .map(({ route, call, kind, got }) => `${nameOf(route, call, kind)}: ${got}`);
    expect(differing).toEqual([]);
  });
};
