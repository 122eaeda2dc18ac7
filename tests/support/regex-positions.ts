/**
 * A regular expression as positions: every character or class that it names, which of them can come first and last, and which
 * after which, each as often as there are ways. Small enough to be read whole; what it does not know, it refuses.
 */

export interface Positions {
  /** The source of each position: `a`, `\d`, `[^,]`. */
  readonly atoms: readonly string[];
  readonly first: readonly number[];
  readonly last: readonly number[];
  /** From and to; twice where two repetitions lead there. */
  readonly edges: readonly (readonly [from: number, to: number])[];
  /** Begins with `^` on every branch. */
  readonly anchored: boolean;
  /** Something in it is about the end of the text. */
  readonly endsWithText: boolean;
}

interface Piece {
  readonly first: readonly number[];
  readonly last: readonly number[];
  readonly nullable: boolean;
}

const EMPTY: Piece = { first: [], last: [], nullable: true };

/** Up to so often a counted repetition is written out; beyond, it counts as one without end. */
const WRITTEN_OUT = 8;

export function positionsOf(pattern: string): Positions {
  const atoms: string[] = [];
  const edges: [number, number][] = [];
  let at = 0;

  const link = (from: Piece, to: Piece): void => {
    for (const one of from.last) for (const other of to.first) edges.push([one, other]);
  };
  const sequence = (one: Piece, other: Piece): Piece => {
    link(one, other);
    return {
      first: one.nullable ? [...one.first, ...other.first] : one.first,
      last: other.nullable ? [...one.last, ...other.last] : other.last,
      nullable: one.nullable && other.nullable,
    };
  };
  const optional = (piece: Piece): Piece => ({ ...piece, nullable: true });

  const alternatives = (): Piece => {
    let piece = branch();
    while (pattern[at] === '|') {
      at += 1;
      const other = branch();
      piece = {
        first: [...piece.first, ...other.first],
        last: [...piece.last, ...other.last],
        nullable: piece.nullable || other.nullable,
      };
    }
    return piece;
  };
  const branch = (): Piece => {
    let piece = EMPTY;
    while (at < pattern.length && pattern[at] !== '|' && pattern[at] !== ')') piece = sequence(piece, repeated());
    return piece;
  };

  /** Reads an atom again for every time that it is written out, so that each has positions of its own. */
  const repeated = (): Piece => {
    const start = at;
    let piece = single();
    const quantifier = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(pattern.slice(at));
    if (quantifier === null) return piece;
    const [whole, low = '0', comma, high = ''] = quantifier;
    const end = at + whole.length;
    const again = (): Piece => {
      at = start;
      return single();
    };
    const endless = (one: Piece): Piece => {
      link(one, one);
      return one;
    };
    const least = whole.startsWith('+') ? 1 : Number(low);
    const most = whole.startsWith('?')
      ? 1
      : high !== ''
        ? Number(high)
        : comma === ''
          ? least
          : Number.POSITIVE_INFINITY;
    const copies = Math.min(Math.max(least, 1), WRITTEN_OUT);
    for (let copy = 1; copy < copies; copy += 1) piece = sequence(piece, again());
    if (most > WRITTEN_OUT) piece = copies === 1 ? endless(piece) : sequence(piece, optional(endless(again())));
    else for (let copy = copies; copy < most; copy += 1) piece = sequence(piece, optional(again()));
    at = end;
    return least === 0 ? optional(piece) : piece;
  };

  const single = (): Piece => {
    if (pattern[at] === '(') return group();
    const [source = ''] =
      /^(?:\[(?:\\.|[^\]\\])*\]|\\(?:x..|u\{[^}]*\}|u....|[pP]\{[^}]*\}|.)|.)/su.exec(pattern.slice(at)) ?? [];
    if (/^\\[1-9k]/.test(source)) throw new Error(`a back reference: ${pattern}`);
    at += source.length;
    if (source === '^' || source === '$' || source === '\\b' || source === '\\B') return EMPTY;
    atoms.push(source);
    const position = atoms.length - 1;
    return { first: [position], last: [position], nullable: false };
  };
  const group = (): Piece => {
    const [opening = ''] = /^\((?:\?:|\?<[A-Za-z]\w*>)?/.exec(pattern.slice(at)) ?? [];
    at += opening.length;
    if (pattern[at] === '?') throw new Error(`a look-around: ${pattern}`);
    const piece = alternatives();
    at += 1;
    return piece;
  };

  const { first, last } = alternatives();
  if (at !== pattern.length) throw new Error(`cannot be read at ${at}: ${pattern}`);
  const open = pattern.replace(/\\.|\[(?:\\.|[^\]\\])*\]/gsu, 'x');
  return {
    atoms,
    first,
    last,
    edges,
    anchored: open.startsWith('^') && !topLevelBar(open),
    endsWithText: open.includes('$') || /\\[bB]/.test(pattern),
  };
}

function topLevelBar(open: string): boolean {
  let depth = 0;
  for (const char of open) {
    if (char === '(') depth += 1;
    else if (char === ')') depth -= 1;
    else if (char === '|' && depth === 0) return true;
  }
  return false;
}
