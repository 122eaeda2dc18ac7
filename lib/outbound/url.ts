/** Addresses of calls: what an id from outside must never change is which resource is asked. */

export type Query = Readonly<Record<string, string | number>>;

/** Whether a text can be a segment of its own: the others name the folder, the one above it, or cannot be written down. */
export const isSegment = (text: string): boolean => text !== '' && text !== '.' && text !== '..' && text.isWellFormed();

/**
 * @param base ends in a slash
 * @param path each entry becomes exactly one segment below the base
 * @param service for the error, e.g. `Kaleyra`
 * @throws TypeError for a segment that would change which resource the path names
 */
export const urlBelow = (base: URL, path: readonly string[], query: Query, service: string): URL => {
  if (!path.every(isSegment)) {
    throw new TypeError(`a path segment for ${service} must not be empty, "." or ".."`);
  }
  const url = new URL(path.map(segment => encodeURIComponent(segment)).join('/'), base);
  if (url.pathname.split('/').length !== base.pathname.split('/').length - 1 + path.length) {
    throw new TypeError(`a path for ${service} has an unexpected number of segments`);
  }
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
  return url;
};
