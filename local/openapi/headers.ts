import { SECURITY_HEADERS } from '../../lib/http/answers.ts';
import type { HeaderName } from './types.ts';

/** Headers of answers, as components of the document. */

interface Header {
  description: string;
  required?: true;
  schema: Readonly<Record<string, unknown>>;
}

const text = (description: string, more: Readonly<Record<string, unknown>> = {}): Header => ({
  description,
  schema: { type: 'string', ...more },
});

/** On every answer that a function gives; what API Gateway refuses by itself has none of them. */
const constant = ([name, value]: [string, string]): [string, Header] => [
  name,
  text('On every answer of the service itself, and on none that API Gateway gives.', { examples: [value] }),
];

export const ALWAYS: Readonly<Record<string, Header>> = {
  'X-Request-Id': text(
    'The client’s own, where it is `[A-Za-z0-9._-]{1,64}`, else one that is made up: the log has it too.',
  ),
  ...Object.fromEntries(
    Object.entries(SECURITY_HEADERS).map(([name, value]) =>
      constant([name.replace(/(^|-)[a-z]/g, letter => letter.toUpperCase()), value]),
    ),
  ),
};

export const SOMETIMES: Readonly<Record<HeaderName, Header>> = {
  'Content-Disposition': text('A file to be kept, not to be opened where it arrives.'),
  Deprecation: text('Since when, as RFC 9745 writes it.', { examples: ['@1733011200'] }),
  Link: text('The route that takes its place.'),
  Location: text('A temporary address: whoever holds it has the file.', { format: 'uri' }),
  'Retry-After': {
    description: 'Seconds after which trying again makes sense.',
    schema: { type: 'integer', minimum: 1 },
  },
  'WWW-Authenticate': text('Of API Gateway, where tokens say who calls.'),
};

export const headerRefs = (names: readonly HeaderName[] = []): Record<string, { $ref: string }> =>
  Object.fromEntries([...Object.keys(ALWAYS), ...names].map(name => [name, { $ref: `#/components/headers/${name}` }]));
