import type { Item } from './table.ts';

/** What a write of certain attributes says, whatever it puts into them. */
interface Shape {
  attributes: readonly string[];
  /** By attribute: its place among the values; undefined for one that is removed. */
  places: readonly (string | undefined)[];
  expression: string;
  names: Record<string, string>;
  /** With every place, still without content: a copy is filled faster than an object grows. */
  empty: Item;
}

const shapeOf = (owned: Item): Shape => {
  const attributes = Object.keys(owned);
  const places = attributes.map(attribute => (owned[attribute] === undefined ? undefined : `:${attribute}`));
  const assigned = attributes.filter((_, at) => places[at] !== undefined).map(name => `#${name} = :${name}`);
  const removed = attributes.filter((_, at) => places[at] === undefined).map(name => `#${name}`);
  const remove = removed.length === 0 ? '' : ` REMOVE ${removed.join(', ')}`;
  return {
    attributes,
    places,
    expression: `SET ${assigned.join(', ')}${remove}`,
    names: Object.fromEntries(attributes.map(attribute => [`#${attribute}`, attribute])),
    empty: Object.fromEntries(places.flatMap(place => (place === undefined ? [] : [[place, null]]))),
  };
};

/** A record is written twice for each booking, always in one of a few shapes. The newest is the last. */
const known: Shape[] = [];
const MOST_KNOWN = 8;

const isOf = ({ attributes, places }: Shape, owned: Item, names: readonly string[]): boolean =>
  names.length === attributes.length &&
  names.every((name, at) => name === attributes[at] && (owned[name] === undefined) === (places[at] === undefined));

const knownShape = (owned: Item): Shape => {
  const names = Object.keys(owned);
  const before = known.find(shape => isOf(shape, owned, names));
  if (before !== undefined) return before;
  const shape = shapeOf(owned);
  known.push(shape);
  if (known.length > MOST_KNOWN) known.shift();
  return shape;
};

/** The attributes that a write owns, undefined for those to remove; whatever else lies on the item is left alone. */
export const assignments = (
  owned: Item,
): { expression: string; names: Readonly<Record<string, string>>; values: Item } => {
  const { attributes, places, expression, names, empty } = knownShape(owned);
  const values = { ...empty };
  for (let at = 0; at < attributes.length; at += 1) {
    const place = places[at];
    if (place !== undefined) values[place] = owned[attributes[at] ?? ''];
  }
  return { expression, names, values };
};
