/** An answer is timed only if it is right: what each contender has to answer before any of its figures counts. */
import { isDeepStrictEqual } from 'node:util';
import { drRossi, mrBianchi, msNeri } from '../../support/people.ts';
import { BOOKING, contextOf, type Event, EXPECTED_OPENED, events } from './situation.ts';

export interface Response {
  statusCode: number;
  headers?: Record<string, unknown>;
  body?: string;
}

export type Handler = (event: Event, context: ReturnType<typeof contextOf>) => Promise<Response>;

interface Case {
  name: string;
  event: Event;
  status: number;
  body?: (body: unknown) => boolean;
}

const isBooked = (body: unknown): boolean => /^[0-9a-f]{24}$/.test(String((body as { roomId?: string }).roomId));

const isRefusal =
  (status: number) =>
  (body: unknown): boolean => {
    const { statusCode, message } = body as { statusCode?: number; message?: unknown };
    return statusCode === status && typeof message === 'string';
  };

const refused = (name: string, status: number, event: Event): Case => ({
  name,
  event,
  status,
  body: isRefusal(status),
});

const twoPatients = { ...BOOKING, participants: { number: 2, data: [mrBianchi, msNeri] } };

const CASES: readonly Case[] = [
  { name: 'opens', event: events.get(), status: 200, body: body => isDeepStrictEqual(body, EXPECTED_OPENED) },
  { name: 'books', event: events.post(), status: 201, body: isBooked },
  refused('opening without a token', 401, events.of(undefined)),
  refused('opening by a stranger', 404, events.of(msNeri)),
  refused('opening what is not there', 404, events.of(mrBianchi, undefined, 'f'.repeat(24))),
  refused('booking without a token', 401, events.of(undefined, BOOKING)),
  refused('booking by a patient', 403, events.of(mrBianchi, BOOKING)),
  refused(
    'booking for others',
    403,
    events.of(drRossi, {
      ...BOOKING,
      participants: { number: 2, data: [{ ...drRossi, userId: 'dr-other' }, mrBianchi] },
    }),
  ),
  refused('a body that is no JSON', 400, events.of(drRossi, '{"start_date":')),
  refused('no end', 400, events.of(drRossi, { ...BOOKING, end_date: undefined })),
  refused('an end before the start', 400, events.of(drRossi, { ...BOOKING, end_date: '2030-01-31T09:00:00.000Z' })),
  refused('a list of one', 400, events.of(drRossi, { ...BOOKING, participants: { number: 1, data: [drRossi] } })),
  refused(
    'somebody twice',
    400,
    events.of(drRossi, { ...BOOKING, participants: { number: 2, data: [drRossi, drRossi] } }),
  ),
  refused(
    'an unknown group',
    400,
    events.of(drRossi, {
      ...BOOKING,
      participants: { number: 2, data: [drRossi, { ...mrBianchi, groups: ['pirates'] }] },
    }),
  ),
  refused('nobody who leads', 400, events.of({ userId: 'mr-bianchi', groups: ['doctor'] }, twoPatients)),
];

const headerOf = ({ headers = {} }: Response, name: string): unknown =>
  Object.entries(headers).find(([one]) => one.toLowerCase() === name)?.[1];

const problemsOf = ({ event, status, body }: Case, response: Response): string[] => {
  const problems: string[] = [];
  if (response.statusCode !== status) problems.push(`status ${response.statusCode} in place of ${status}`);
  if (!String(headerOf(response, 'content-type')).startsWith('application/json')) problems.push('no JSON');
  if (headerOf(response, 'cache-control') !== 'no-store') problems.push('may be cached');
  if (headerOf(response, 'x-request-id') === undefined) problems.push('no request id');
  if (body !== undefined && !body(JSON.parse(response.body ?? 'null'))) problems.push(`body ${response.body}`);
  return problems.map(problem => `${event.routeKey}: ${problem}`);
};

/** @throws Error that names every answer that is not right */
export const passGate = async (name: string, handlers: { get: Handler; post: Handler }): Promise<void> => {
  const problems: string[] = [];
  for (const one of CASES) {
    const handler = one.event.requestContext.http.method === 'GET' ? handlers.get : handlers.post;
    const response = await handler(structuredClone(one.event), contextOf('gate'));
    problems.push(...problemsOf(one, response).map(problem => `${name}, ${one.name}: ${problem}`));
  }
  if (problems.length > 0) throw new Error(`not right, so not measured:\n${problems.join('\n')}`);
};
