import * as z from 'zod';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import type { Reply } from './api.ts';
import { textOf } from './sources.ts';

/**
 * Every answer that a test gets, held against docs/openapi.json: its status, its headers, its content type, and its body down to
 * the last key. Schemas become validators when they are first needed.
 */

type Json = Record<string, unknown>;

interface Media {
  schema?: Json;
}

interface Response {
  headers?: Record<string, unknown>;
  content?: Record<string, Media>;
}

interface Document {
  paths: Record<string, Record<string, { responses: Record<string, Response | { $ref: string }> }>>;
  components: { responses: Record<string, Response>; schemas: Json };
}

const document = JSON.parse(textOf('docs/openapi.json')) as Document;

const PREFIX = '/api/v1/telecons-be';

/** Of the transport and of API Gateway, whatever is asked. */
const OF_TRANSPORT = [
  'apigw-requestid',
  'connection',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'transfer-encoding',
];

const templates = Object.keys(document.paths).map(path => ({ path, parts: path.split('/') }));

/** Literal parts go before parameters, as the gateway has it. */
const pathOf = (url: string): string | undefined => {
  const [path = ''] = url.split('?');
  const bare = path.startsWith(`${PREFIX}/`) ? path.slice(PREFIX.length) : path;
  const asked = bare.split('/');
  const fitting = templates.filter(
    ({ parts }) =>
      parts.length === asked.length &&
      parts.every((part, index) => part === asked[index] || (part.startsWith('{') && asked[index] !== '')),
  );
  const parametersIn = (template: string): number => template.split('{').length;
  return fitting.sort((one, other) => parametersIn(one.path) - parametersIn(other.path))[0]?.path;
};

const responseFor = (declared: Response | { $ref: string } | undefined): Response | undefined =>
  declared !== undefined && '$ref' in declared
    ? document.components.responses[declared.$ref.split('/').at(-1) ?? '']
    : declared;

/** The same with no key left open, and its references where the validator looks for them. */
const strict = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(strict);
  if (typeof value !== 'object' || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, one]) => [key, strict(one)]));
  if (typeof inner.$ref === 'string') return { $ref: inner.$ref.replace('#/components/schemas/', '#/$defs/') };
  return 'properties' in inner && !('additionalProperties' in inner)
    ? { ...inner, additionalProperties: false }
    : inner;
};

const definitions = strict(document.components.schemas) as Json;
const validators = new Map<Json, z.ZodType>();

const validatorOf = (schema: Json): z.ZodType => {
  const known = validators.get(schema);
  if (known !== undefined) return known;
  const made = z.fromJSONSchema({ ...(strict(schema) as Json), $defs: definitions } as never) as z.ZodType;
  validators.set(schema, made);
  return made;
};

const mediaFor = (content: Record<string, Media>, type: string): Media | undefined => content[type] ?? content['*/*'];

const problemsOf = (schema: Json, value: unknown): string[] =>
  (validatorOf(schema).safeParse(value).error?.issues ?? []).map(
    ({ path, message }) => `${['body', ...path.map(String)].join('.')}: ${message}`,
  );

const ofBody = (content: Response['content'], { headers, text, body }: Reply): string[] => {
  const type = headers['content-type']?.split(';')[0]?.trim() ?? '';
  if (content === undefined) return text === '' ? [] : ['a body where none is documented'];
  const media = mediaFor(content, type);
  if (media === undefined) return [`content type ${type || '(none)'} is not documented`];
  return media.schema === undefined ? [] : problemsOf(media.schema, body ?? text);
};

const ofHeaders = (declared: Response['headers'], { headers }: Reply): string[] => {
  const known = [...Object.keys(declared ?? {}).map(name => name.toLowerCase()), ...OF_TRANSPORT];
  return Object.keys(headers)
    .filter(name => !known.includes(name) && !name.startsWith('access-control-') && name !== 'vary')
    .map(name => `header ${name} is not documented`);
};

/** API Gateway’s, for a path that leads elsewhere than it looks. */
const isUnknownRoute = ({ status, text }: Reply): boolean => status === 404 && text === '{"message":"Not Found"}';

/** What the document does not say of an answer; nothing for what no route of it is. */
export const undocumentedIn = ({ method, url }: Pick<PlainRequest, 'method' | 'url'>, reply: Reply): string[] => {
  if (isUnknownRoute(reply)) return [];
  const path = pathOf(url);
  const operation = path === undefined ? undefined : document.paths[path]?.[method.toLowerCase()];
  if (operation === undefined) return [];
  const response = responseFor(operation.responses[String(reply.status)]);
  const where = `${method} ${path} answered ${reply.status}: `;
  if (response === undefined) return [`${where}the status is not documented`];
  return [...ofBody(response.content, reply), ...ofHeaders(response.headers, reply)].map(problem => where + problem);
};

/** @throws an error that names the route, the status and the place in the body */
export const expectDocumented = (request: Pick<PlainRequest, 'method' | 'url'>, reply: Reply): Reply => {
  const problems = undocumentedIn(request, reply);
  if (problems.length > 0) throw new Error(`not as in docs/openapi.json:\n${problems.join('\n')}`);
  return reply;
};
