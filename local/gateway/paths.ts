/** Percent-encoding of paths, as a client sent it. */

/** `undefined` for what is not valid UTF-8 or not valid percent-encoding: the gateway refuses such a path. */
function tryDecode(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}

export function isDecodable(path: string): boolean {
  return tryDecode(path) !== undefined;
}

/** A path that cannot be decoded stays as it is. */
export function decodePath(path: string): string {
  return tryDecode(path) ?? path;
}
