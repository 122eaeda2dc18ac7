/** The two services that are asked for people: accounts by id or filter, and the filtered list of a users collection. */
import type { Fields } from './people.ts';

export interface Collections {
  accounts: readonly Fields[];
  people: readonly Fields[];
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

const notFound: Answer = { status: 404, json: { statusCode: 404, error: 'Not Found', message: 'not found' } };

const refused = (message: string): Answer => ({
  status: 400,
  json: { statusCode: 400, error: 'Bad Request', message },
});

/** Everybody whose fields are what the query says; a field that nobody has is refused by its name. */
function filtered(items: readonly Fields[], query: URLSearchParams): Answer {
  const unknown = [...query.keys()].find(field => !items.some(item => Object.hasOwn(item, field)));
  if (unknown !== undefined) return refused(`no such field: ${unknown}`);
  const fits = (item: Fields) => [...query].every(([field, value]) => item[field] === value);
  return { status: 200, json: items.filter(fits) };
}

/** @param path below the directory, still encoded */
export function lookUp({ accounts, people }: Collections, path: string, query: URLSearchParams): Answer {
  if (path === '/users') return filtered(accounts, query);
  if (path === '/custom-users/') return filtered(people, query);
  const [, id] = /^\/users\/([^/]+)$/.exec(path) ?? [];
  const account = accounts.find(({ user_id }) => id !== undefined && user_id === decoded(id));
  return account === undefined ? notFound : { status: 200, json: account };
}

function decoded(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
