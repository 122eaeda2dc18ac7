import type { Reply } from '../support/api.ts';

/** What every answer must keep to, whatever was asked; each breach is a sentence. */

const SENTENCE_KEYS = ['details', 'error', 'message', 'statusCode'];

/** A stack, a place in our own files, a class of an error, where we are installed. */
const INSIDE = [
  /^\s+at .+:\d+:\d+/m,
  /\b[\w-]+\.(?:ts|js|mjs|cjs):\d+/,
  /node_modules|node:internal|file:\/\/\/|\/var\/task/,
  /\b(?:Type|Range|Syntax|Reference|Zod|Kaleyra|Service|Dynamo\w*)Error\b|\w+Exception\b/,
  new RegExp(process.cwd().replaceAll(/[^\w]/g, String.raw`\$&`)),
];

/** The one sentence of the contract that repeats something: the id that was asked for. */
const WITH_ITS_OWN_ID = /Room with id .* not found on CRUD/s;

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** `{ statusCode, error, message }`, with details for invalid input. */
const isOurError = (body: Record<string, unknown>, status: number): boolean =>
  body.statusCode === status &&
  typeof body.error === 'string' &&
  typeof body.message === 'string' &&
  Object.keys(body).every(key => SENTENCE_KEYS.includes(key)) &&
  (body.details === undefined ||
    (Array.isArray(body.details) &&
      body.details.every(one => isRecord(one) && typeof one.path === 'string' && typeof one.message === 'string')));

/** Statuses that API Gateway gives of its own accord; 500 and 503 among its answers mean that a function broke. */
const GATEWAYS_OWN = [400, 404, 413, 431];

const shapeProblems = ({ status, headers, text }: Reply): string[] => {
  const body = parsed(text);
  if (!isRecord(body)) return [`the answer is no JSON object: ${text.slice(0, 200)}`];
  const byFunction = headers['x-request-id'] !== undefined;
  if (byFunction) return isOurError(body, status) ? [] : [`the error has another shape: ${text.slice(0, 200)}`];
  const itsOwn = Object.keys(body).join() === 'message' && GATEWAYS_OWN.includes(status);
  return itsOwn ? [] : [`an answer without a request id: ${text.slice(0, 200)}`];
};

/** @param changes what the service wrote and did at Kaleyra meanwhile */
export const breachesOf = (reply: Reply, changes: readonly string[]): string[] => {
  const { status, headers, text } = reply;
  const breaches: string[] = [];
  if (status >= 500) breaches.push(`${status}: ${text.slice(0, 300)}`);
  if (status < 200 || status === 304) breaches.push(`${status} is no answer to anything`);
  if (status >= 400) {
    breaches.push(...shapeProblems(reply));
    const told = `${text.replace(WITH_ITS_OWN_ID, '')}\n${JSON.stringify(headers)}`;
    breaches.push(
      ...INSIDE.filter(pattern => pattern.test(told)).map(pattern => `tells ${pattern}: ${told.slice(0, 300)}`),
    );
    if (changes.length > 0) breaches.push(`refused with ${status}, and yet changed: ${changes.join(', ')}`);
  }
  if (Object.keys(headers).some(name => name === 'set-cookie')) breaches.push('sets a cookie');
  if (Object.hasOwn(Object.prototype, 'fuzzed')) breaches.push('has changed the prototype of every object');
  return breaches;
};
