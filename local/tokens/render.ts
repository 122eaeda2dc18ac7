/**
 * Claims as an HTTP API hands them to a function: every value is text. Lists are written as `[a b]` and objects as
 * `map[key:value]`, without quotes.
 */
import type { Claims } from './verify.ts';

export function renderClaims(claims: Claims): Record<string, string> {
  return Object.fromEntries(Object.entries(claims).map(([name, value]) => [name, render(value)]));
}

function render(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(render).join(' ')}]`;
  if (value === null) return '<nil>';
  if (typeof value !== 'object') return String(value);
  const entries = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return `map[${entries.map(([key, inner]) => `${key}:${render(inner)}`).join(' ')}]`;
}
