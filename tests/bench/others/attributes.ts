/** Items as DynamoDB's wire has them, and how large they count. */
export type Attribute =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { L: Attribute[] }
  | { M: Record<string, Attribute> };

export type Attributes = Record<string, Attribute>;

const toAttribute = (value: unknown): Attribute => {
  if (value === null) return { NULL: true };
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'number') return { N: String(value) };
  if (typeof value === 'boolean') return { BOOL: value };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if (typeof value === 'object') return { M: toAttributes(value as Record<string, unknown>) };
  throw new Error(`a ${typeof value} cannot be stored`);
};

/** What is undefined is left out. */
export const toAttributes = (item: Readonly<Record<string, unknown>>): Attributes =>
  Object.fromEntries(
    Object.entries(item)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, toAttribute(value)]),
  );

/** By the rules of the developer guide: names and texts in UTF-8, about a byte for two digits, one for what is only a flag. */
const sizeOfAttribute = (attribute: Attribute): number => {
  if ('S' in attribute) return Buffer.byteLength(attribute.S);
  if ('N' in attribute) return 1 + Math.ceil(attribute.N.length / 2);
  if ('L' in attribute) return 3 + attribute.L.reduce((sum, one) => sum + 1 + sizeOfAttribute(one), 0);
  if ('M' in attribute) return 3 + Object.keys(attribute.M).length + sizeOf(attribute.M);
  return 1;
};

/** In bytes. */
export const sizeOf = (item: Attributes): number =>
  Object.entries(item).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + sizeOfAttribute(value), 0);
