import type { Item } from './table.ts';

/** The attributes that a write owns, undefined for those to remove; whatever else lies on the item is left alone. */
export const assignments = (values: Item): { expression: string; names: Record<string, string>; values: Item } => {
  const entries = Object.entries(values);
  const assigned = entries.filter(([, value]) => value !== undefined);
  const removed = entries.filter(([, value]) => value === undefined);
  const set = `SET ${assigned.map(([name]) => `#${name} = :${name}`).join(', ')}`;
  const remove = removed.length === 0 ? '' : ` REMOVE ${removed.map(([name]) => `#${name}`).join(', ')}`;
  return {
    expression: set + remove,
    names: Object.fromEntries(entries.map(([name]) => [`#${name}`, name])),
    values: Object.fromEntries(assigned.map(([name, value]) => [`:${name}`, value])),
  };
};
