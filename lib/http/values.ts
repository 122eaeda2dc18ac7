/** Looking into values that came with a request: what is not there is undefined, whatever the value is. */

export const parseJson = (text: unknown): unknown => {
  if (typeof text !== 'string') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** Nothing that objects inherit counts. */
export const property = (value: unknown, name: string | number): unknown => {
  if (typeof value !== 'object' || value === null) return undefined;
  return Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
};

/** What a gateway or a client writes when it has no user: as the old store read them, nobody. */
const NOBODYS_NAMES = ['', 'null', 'undefined'];

export const asId = (value: unknown): string | undefined => {
  const text = typeof value === 'number' ? String(value) : value;
  return typeof text === 'string' && !NOBODYS_NAMES.includes(text) ? text : undefined;
};

/** A name to be shown; one of blanks is none. */
export const asName = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? value : undefined;
