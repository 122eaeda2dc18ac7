import type { Item } from './table.ts';

interface Placeholders {
  name: string;
  value: string;
  assignment: string;
}

/** By attribute, of which our own code names a few dozen: a record is written twice for each booking. */
const placeholders = new Map<string, Placeholders>();

const placeholdersOf = (attribute: string): Placeholders => {
  const known = placeholders.get(attribute);
  if (known !== undefined) return known;
  const [name, value] = [`#${attribute}`, `:${attribute}`];
  const made = { name, value, assignment: `${name} = ${value}` };
  placeholders.set(attribute, made);
  return made;
};

/** The attributes that a write owns, undefined for those to remove; whatever else lies on the item is left alone. */
export const assignments = (owned: Item): { expression: string; names: Record<string, string>; values: Item } => {
  const names: Record<string, string> = {};
  const values: Item = {};
  const assigned: string[] = [];
  const removed: string[] = [];
  for (const [attribute, content] of Object.entries(owned)) {
    const { name, value, assignment } = placeholdersOf(attribute);
    names[name] = attribute;
    if (content === undefined) removed.push(name);
    else {
      values[value] = content;
      assigned.push(assignment);
    }
  }
  const remove = removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`;
  return { expression: `SET ${assigned.join(', ')}${remove}`, names, values };
};
