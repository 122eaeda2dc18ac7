/** Addresses of the service's routes. */

const segment = (name: string, value: string): string => {
  // A browser would walk up the path by dots, and an empty segment is another route.
  if (value === '' || value === '.' || value === '..') throw new TypeError(`${name} must be an id`);
  return encodeURIComponent(value);
};

/**
 * @param route as documented, e.g. `GET /teleconsultation/{id}`
 * @param values in the order of its parameters
 * @throws TypeError where one of them cannot be a segment of a path
 */
export const addressOf = (
  baseUrl: string,
  route: string,
  values: readonly string[],
  query: Readonly<Record<string, unknown>> = {},
): string => {
  const rest = [...values];
  const template = route.slice(route.indexOf(' ') + 1);
  const path = template.replace(/\{(\w+)\}/g, (_, name: string) => segment(name, rest.shift() ?? ''));
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, String(value));
  return `${baseUrl.replace(/\/+$/, '')}${path}${asked.size === 0 ? '' : `?${asked}`}`;
};
