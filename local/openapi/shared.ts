import { reasonOf } from '../../lib/errors.ts';

/** Answers that several routes have in common, told once. */

interface Document {
  paths?: Record<string, Record<string, { responses?: Record<string, unknown> }>>;
  components?: { responses?: Record<string, unknown> };
}

const nameOf = (status: string, taken: (name: string) => boolean): string => {
  // The service itself never answers 429.
  const reason = status === '429' ? 'TooManyRequests' : reasonOf(Number(status)).replaceAll(' ', '');
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? reason : `${reason}${number}`;
    if (!taken(name)) return name;
  }
};

/** The same document with every answer that stands in it more than once as a component. */
export const withSharedResponses = <Doc extends object>(document: Doc): Doc => {
  const copy = structuredClone(document) as Doc & Document;
  const operations = Object.values(copy.paths ?? {}).flatMap(path => Object.values(path));
  const places = operations.flatMap(({ responses = {} }) =>
    Object.entries(responses).map(([status, response]) => ({ responses, status, text: JSON.stringify(response) })),
  );
  const shared: Record<string, unknown> = {};
  for (const [text, same] of Map.groupBy(places, one => `${one.status} ${one.text}`)) {
    const [first] = same;
    if (first === undefined || same.length < 2 || Number(first.status) < 400) continue;
    const name = nameOf(first.status, one => one in shared);
    shared[name] = JSON.parse(text.slice(first.status.length + 1));
    for (const { responses, status } of same) responses[status] = { $ref: `#/components/responses/${name}` };
  }
  copy.components = { ...copy.components, responses: shared };
  return copy;
};
