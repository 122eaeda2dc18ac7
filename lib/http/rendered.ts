import { parseJson } from './values.ts';

/**
 * What a claim was before an HTTP API wrote it as text: a list as `[doctor admin]`, an object as `map[roles:[doctor]]`, either
 * of them sometimes as JSON. The first two forms do not quote what is in them, so a text that could be read in two ways is
 * taken for nothing at all.
 */

/** No claim worth reading is deeper. */
const DEEPEST = 8;

class Unreadable extends Error {}

/** Reads the form without quotes from the left, one character ahead. */
class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  whole(): unknown {
    const value = this.#value(DEEPEST);
    if (this.#at !== this.#text.length) throw new Unreadable();
    return value;
  }

  #value(depth: number): unknown {
    if (depth === 0) throw new Unreadable();
    if (this.#take('map[')) return this.#object(depth - 1);
    if (this.#take('[')) return this.#list(depth - 1);
    return this.#run(/[^\s,[\]]+/y);
  }

  #list(depth: number): unknown[] {
    const items: unknown[] = [];
    while (!this.#take(']')) {
      if (items.length > 0) this.#run(/[\s,]+/y);
      items.push(this.#value(depth));
    }
    return items;
  }

  #object(depth: number): Record<string, unknown> {
    const entries = new Map<string, unknown>();
    while (!this.#take(']')) {
      if (entries.size > 0) this.#run(/ /y);
      const key = this.#run(/[^\s:[\]]+/y);
      this.#run(/:/y);
      // A key that comes twice stands in a text that somebody wrote into one of the values.
      if (entries.has(key)) throw new Unreadable();
      entries.set(key, this.#value(depth));
    }
    // A text may hold what looks like further keys: beside some, nobody can say which of them are real.
    const hasText = [...entries.values()].some(value => typeof value === 'string');
    if (hasText && entries.size > 1) throw new Unreadable();
    return Object.fromEntries(entries);
  }

  #take(text: string): boolean {
    if (!this.#text.startsWith(text, this.#at)) return false;
    this.#at += text.length;
    return true;
  }

  #run(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found === undefined) throw new Unreadable();
    this.#at += found.length;
    return found;
  }
}

const unquoted = (text: string): unknown => {
  try {
    return new Reader(text).whole();
  } catch (error) {
    if (error instanceof Unreadable) return undefined;
    throw error;
  }
};

const looksLike = (text: string): boolean => /^(\[|\{|map\[)/.test(text);

/** What a claim without a value is written as. */
export const isNothing = (text: unknown): boolean => text === '<nil>';

/** What JSON cannot begin with is not even tried: `[doctor]` in every token would cost an error with its stack for each request. */
const mayBeJson = (text: string): boolean => /^(\[\s*["[{\]\-\dtfn]|\{\s*["}])/.test(text);

/** A list of several words; what such a text is as JSON, or of one word that JSON could mean otherwise, it is not. */
const WORDS = /^\[[A-Za-z][\w.:|@/-]*(?: [A-Za-z][\w.:|@/-]*)*\]$/;
const JSON_WORDS = ['true', 'false', 'null'];

/** The usual list of names, without a step for each character. */
const wordsIn = (text: string): string[] | undefined => {
  if (!WORDS.test(text)) return undefined;
  const words = text.slice(1, -1).split(' ');
  return words.length === 1 && JSON_WORDS.includes(words[0] ?? '') ? undefined : words;
};

/** The list or object that a text stands for; undefined where it stands for none. */
export const structureIn = (text: string): object | undefined => {
  if (!looksLike(text)) return undefined;
  const words = wordsIn(text);
  if (words !== undefined) return words;
  const value = (mayBeJson(text) ? parseJson(text) : undefined) ?? unquoted(text);
  return typeof value === 'object' && value !== null ? value : undefined;
};

/** Between names in a text that is no list. */
const BLANKS_OR_COMMAS = /[\s,]+/;
/** Between scopes: a comma may be a part of one. */
export const BLANKS = /\s+/;

/** The names in a claim: of a list, or of a text that holds some. */
export const namesIn = (value: unknown, separator = BLANKS_OR_COMMAS): string[] => {
  if (Array.isArray(value)) return value.filter(item => typeof item === 'string' && item !== '');
  if (typeof value !== 'string') return [];
  const structure = structureIn(value);
  if (structure !== undefined) return Array.isArray(structure) ? namesIn(structure) : [];
  return looksLike(value) ? [] : value.split(separator).filter(name => name !== '');
};
