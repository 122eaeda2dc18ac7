/**
 * No regular expression of the service can be made slow by a text. Every one in `lib/` and `functions/` is analysed, not timed:
 * see `tests/support/backtracking.ts`.
 */
import { describe, expect, it } from 'vitest';
import { parseAst } from 'vitest/node';
import * as z from 'zod';
import { backtrackingOf } from '../support/backtracking.ts';
import { filesUnder, textOf } from '../support/sources.ts';

/** Slow in theory, and why nobody can make use of it. */
const HARMLESS: Record<string, string> = {
  '/\\/+$/': 'takes slashes off the end of addresses that the operator configures, once per cold start',
  '/^ {4}at .{0,300}?([a-z0-9][a-z0-9_.-]{0,80}\\.(?:ts|js|mjs|cjs):\\d+):\\d+\\)?$/gm':
    'reads stack traces of this process; both repetitions are bounded, at most 300 times 80 steps for a line',
};

interface Found {
  file: string;
  expression: RegExp;
}

const inProduction = filesUnder('functions', 'lib');

/** Every node of a file's syntax tree. */
const nodesOf = (file: string): Record<string, unknown>[] => {
  const found: Record<string, unknown>[] = [];
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) value.forEach(visit);
    else if (typeof value === 'object' && value !== null && !(value instanceof RegExp)) {
      found.push(value as Record<string, unknown>);
      Object.values(value).forEach(visit);
    }
  };
  visit(parseAst(textOf(file), { lang: 'ts' }));
  return found;
};

const trees = inProduction.map(file => ({ file, nodes: nodesOf(file) }));
const literals: Found[] = trees.flatMap(({ file, nodes }) =>
  nodes
    .map(node => node.regex as { pattern: string; flags: string } | undefined)
    .filter(regex => regex !== undefined)
    .map(({ pattern, flags }) => ({ file, expression: new RegExp(pattern, flags) })),
);

describe('the analysis', () => {
  it.each([
    /(a+)+$/,
    /^(a|a)*$/,
    /^(a|ab|b)*$/,
    /^(\w+\s?)*$/,
    /^([a-z]*[0-9]?)*!$/,
    /^(?:(?:x{1,100})y?){1,100}$/,
    /^((ab)*|a|b)*c$/i,
  ])('calls %s exponential', expression => {
    expect(backtrackingOf(expression)).toBe('exponential');
  });

  it.each([/\s+$/, /^\s*a?\s*$/, /^(.*),(.*)$/, /\d+x/, /^.{0,200}[a-z]{0,200}!$/, /^a*[ab]*c/, /a*b$/])(
    'calls %s polynomial',
    expression => {
      expect(backtrackingOf(expression)).toBe('polynomial');
    },
  );

  it.each([
    /^\s*a\s*$/,
    /^[a-z]+@[a-z]+$/,
    /[\s,]+/,
    /\s+/y,
    /^(?:\/[a-z]{1,256}){1,15}$/,
    /^(\d+(\.\d+)?)\s*([KMG]?B)?$/i,
    /^(?:[0-9a-f]{24}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/,
    /(Z|[+-]\d\d:\d\d)$/,
    /\p{Cc}/u,
  ])('calls %s fast', expression => {
    expect(backtrackingOf(expression)).toBe('fast');
  });

  it('refuses what it cannot read', () => {
    expect(() => backtrackingOf(/(a)\1/)).toThrow('a back reference');
    expect(() => backtrackingOf(/(?=a)a/)).toThrow('a look-around');
  });
});

describe('the regular expressions of the service', () => {
  it('are all written out, so that they can be found', () => {
    const made = trees.filter(({ nodes }) =>
      nodes.some(
        ({ type, callee }) =>
          /^(New|Call)Expression$/.test(String(type)) && (callee as { name?: string }).name === 'RegExp',
      ),
    );
    expect(made.map(({ file }) => file)).toEqual([]);
    expect(literals.length).toBeGreaterThan(40);
  });

  it('are fast, whatever they read, except for those that are listed with a reason', () => {
    const slow = literals
      .map(({ file, expression }) => ({ file, expression: String(expression), verdict: backtrackingOf(expression) }))
      .filter(({ verdict }) => verdict !== 'fast');
    expect(slow.filter(({ expression }) => !(expression in HARMLESS))).toEqual([]);
    expect(Object.keys(HARMLESS).filter(listed => !slow.some(({ expression }) => expression === listed))).toEqual([]);
  });

  it('include the one that the schemas take from zod', () => {
    const { pattern } = z.iso.datetime({ offset: true })._zod.def as { pattern?: RegExp };
    expect(pattern && backtrackingOf(withoutLookAround(pattern))).toBe('fast');
  });
});

/** What a look-around rules out can only make fewer ways to read a text. */
function withoutLookAround({ source, flags }: RegExp): RegExp {
  return new RegExp(source.replaceAll(/\(\?<?[=!](?:[^()]|\([^()]*\))*\)/g, ''), flags);
}
