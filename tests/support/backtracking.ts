/**
 * Whether a text exists that makes a regular expression slow. A backtracking engine tries every way to read a text before it
 * gives up; what makes it slow is therefore that one text can be read in ways whose number grows with its length. Two cases, as
 * in the theory of ambiguous automata:
 *
 * - exponential: from one position back to itself on two ways that read the same, as in `(a+)+$` or `(a|a)*$`;
 * - polynomial: a loop, a later loop, and a text that both read and that also leads from one to the other, as in `\s*\s*$`, and in
 *   every loop that a search without `^` can begin anywhere in, as in `\s+$`.
 *
 * Counted repetitions above 8 count as endless, so that a bounded one is called slow rather than overlooked.
 */
import { positionsOf } from './regex-positions.ts';

export type Verdict = 'fast' | 'polynomial' | 'exponential';

/** One of each kind of character that an expression could tell apart. */
const CHARACTERS = [
  ...Array.from({ length: 128 }, (_, code) => String.fromCharCode(code)),
  ...['\u0085', '\u00a0', 'è', 'ſ', '\u2028', '中', '\ud800', '😀'],
];

type Step = (from: number, character: string) => readonly number[];

export function backtrackingOf({ source, flags }: RegExp): Verdict {
  const { atoms, first, last, edges, anchored, endsWithText } = positionsOf(source);
  const matchers = atoms.map(atom => new RegExp(`^(?:${atom})$`, flags.replace(/[gym]/g, '')));
  const characters = distinct(matchers);
  const reads = (position: number, character: string): boolean => matchers[position]?.test(character) ?? false;
  const perLine = flags.includes('m') && matchers.some(matcher => matcher.test('\n'));
  const fixed = flags.includes('y') || (anchored && !perLine);

  // The search itself, where it may begin anywhere, is a loop over everything in front of the first position.
  const search = atoms.length;
  const followers = Map.groupBy(
    [...edges, ...(fixed ? [] : first.map(one => [search, one] as const))],
    ([from]) => from,
  );
  const step: Step = (from, character) => [
    ...(from === search ? [search] : []),
    ...(followers.get(from) ?? []).map(([, to]) => to).filter(to => reads(to, character)),
  ];
  const starts = [...(fixed ? [] : [search]), ...atoms.keys()];
  /** Where nothing more has to follow, the engine is done: nobody can make it go back. */
  const done = (position: number): boolean => !endsWithText && last.includes(position);
  const loops = starts.filter(one => !done(one) && reaches([one], [one], step, characters));

  if (loops.some(one => splitsAndMeets(one, step, characters))) return 'exponential';
  const slow = loops.some(one =>
    loops.some(other => one !== other && reaches([one, one, other], [one, other, other], step, characters)),
  );
  return slow ? 'polynomial' : 'fast';
}

function distinct(matchers: readonly RegExp[]): readonly string[] {
  const kinds = new Map(CHARACTERS.map(one => [matchers.map(matcher => Number(matcher.test(one))).join(''), one]));
  return [...kinds.values()];
}

/** Whether walkers who read the same text can get from `from` to `to`, each over at least one character. */
function reaches(from: readonly number[], to: readonly number[], step: Step, characters: readonly string[]): boolean {
  const seen = new Set<string>();
  const waiting = [from];
  for (let places = waiting.pop(); places !== undefined; places = waiting.pop()) {
    for (const character of characters) {
      for (const next of together(places.map(place => step(place, character)))) {
        if (next.every((place, index) => place === to[index])) return true;
        const key = next.join();
        if (!seen.has(key)) waiting.push(next);
        seen.add(key);
      }
    }
  }
  return false;
}

/** Two walkers start at one place, part, and meet there again; or there are two ways of taking the very same step. */
function splitsAndMeets(start: number, step: Step, characters: readonly string[]): boolean {
  const pairs = new Map<string, readonly number[]>();
  const waiting: (readonly number[])[] = [[start, start]];
  for (let places = waiting.pop(); places !== undefined; places = waiting.pop()) {
    for (const character of characters) {
      const [one = [], other = []] = places.map(place => step(place, character));
      const twice = one.some((place, index) => one.indexOf(place) !== index);
      if (twice && places[0] === places[1]) {
        const doubled = one.filter((place, index) => one.indexOf(place) !== index);
        if (doubled.some(place => place === start || reaches([place], [start], step, characters))) return true;
      }
      for (const next of together([one, other])) {
        if (pairs.has(next.join())) continue;
        pairs.set(next.join(), next);
        waiting.push(next);
      }
    }
  }
  const parted = [...pairs.values()].filter(([one, other]) => one !== other);
  return parted.some(places => reaches(places, [start, start], step, characters));
}

function together(choices: readonly (readonly number[])[]): readonly (readonly number[])[] {
  return choices.reduce<readonly (readonly number[])[]>(
    (tuples, options) => tuples.flatMap(tuple => [...new Set(options)].map(option => [...tuple, option])),
    [[]],
  );
}
