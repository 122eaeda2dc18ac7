import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { conflict } from '../../../../lib/errors.ts';
import { type Answer, created, noContent, SECURITY_HEADERS } from '../../../../lib/http/answers.ts';
import { endpoint, type Request } from '../../../../lib/http/endpoint.ts';
import { GATEWAY_SECRET, OLDER_SECRET } from '../../../support/configs.ts';
import { aContext, anEvent, fromGateway, fromGatewayAsJson, REQUEST_ID } from '../../../support/invocations.ts';
import { someDeps } from '../../../support/scopes.ts';

const Path = z.object({ id: z.string().regex(/^\d+$/, 'must be a number') });
const Query = z.object({ loud: z.enum(['yes', 'no'], 'must be yes or no').optional() });
const Body = z.object({ text: z.string('must be a string') }, 'must be an object');
type Seen = Request<z.output<typeof Path>, z.output<typeof Query>, z.output<typeof Body>>;

/** One call of an endpoint whose use case is the test's; and whether it got as far as that. */
const calling = async (event: Partial<APIGatewayProxyEventV2>, useCase: (seen: Seen) => Answer = () => noContent()) => {
  const [lines, seen]: [string[], Seen[]] = [[], []];
  const handler = endpoint({ path: Path, query: Query, body: Body }, async (_, request) => {
    seen.push(request);
    return useCase(request);
  });
  const valid = { pathParameters: { id: '7' }, headers: fromGatewayAsJson, body: '{"text":"hello"}' };
  const response = await handler.with(someDeps(lines))(anEvent({ ...valid, ...event }), aContext());
  const body = response.body === undefined ? undefined : JSON.parse(response.body);
  return { ...response, body, seen, lines, log: lines.map(line => JSON.parse(line)) };
};

describe('an endpoint', () => {
  it('gives the use case what was sent, parsed, and answers with what it gives back', async () => {
    const { statusCode, headers, body, seen } = await calling(
      { headers: { ...fromGatewayAsJson, miauserid: 'dr-rossi' }, queryStringParameters: { loud: 'yes', other: 'x' } },
      ({ body: { text } }) => created({ echo: text }),
    );
    expect(seen).toEqual([
      {
        path: { id: '7' },
        query: { loud: 'yes' },
        body: { text: 'hello' },
        caller: { id: 'dr-rossi', groups: [], scopes: [], fullName: null },
        idempotencyKey: undefined,
        route: 'POST /things/{id}',
      },
    ]);
    expect({ statusCode, body }).toEqual({ statusCode: 201, body: { echo: 'hello' } });
    expect(headers).toEqual({ ...SECURITY_HEADERS, 'content-type': 'application/json', 'x-request-id': REQUEST_ID });
  });

  it('writes one line for what it did, with an id of ours and nothing else of the path', async () => {
    const id = 'f'.repeat(24);
    const anything = endpoint({}, async () => noContent());
    const lines: string[] = [];
    for (const pathParameters of [{ id }, { id: 'mr-bianchi' }, undefined]) {
      const event = anEvent({ headers: fromGateway, ...(pathParameters && { pathParameters }) });
      await anything.with(someDeps(lines))(event, aContext());
    }
    const done = { level: 'info', event: 'request.done', route: 'POST /things/{id}', status: 204, function: 'things' };
    const [ours, ...others] = lines.map(line => JSON.parse(line));
    expect(ours).toMatchObject({ ...done, requestId: REQUEST_ID, teleconsultationId: id });
    expect(others).toHaveLength(2);
    for (const other of others) expect(other).not.toHaveProperty('teleconsultationId');
    expect(lines.join()).not.toContain('bianchi');
  });

  it.each([
    [{ pathParameters: { id: 'x' } }, 'params.id', 'must be a number'],
    [{ queryStringParameters: { loud: 'perhaps' } }, 'querystring.loud', 'must be yes or no'],
    [{ body: '{"text":7}' }, 'body.text', 'must be a string'],
    [{ body: '[]' }, 'body', 'must be an object'],
    [{ body: 'null' }, 'body', 'must be an object'],
  ])('refuses %j by name', async (event, path, message) => {
    const { statusCode, body, seen, log } = await calling(event);
    const details = [{ path, message }];
    expect({ statusCode, body }).toEqual({
      statusCode: 400,
      body: { statusCode: 400, error: 'Bad Request', message: `${path} ${message}`, details },
    });
    expect(seen).toEqual([]);
    expect(log).toMatchObject([
      { event: 'request.refused', status: 400, code: 'invalid_input', requestId: REQUEST_ID },
    ]);
  });

  it('does not look at a body that it does not ask for', async () => {
    const handler = endpoint({}, async (_, { body }) => created({ body: body ?? 'none' }));
    const event = anEvent({ headers: { ...fromGateway, 'content-type': 'text/plain' }, body: 'Mr Ugo {' });
    expect((await handler.with(someDeps())(event, aContext())).body).toBe('{"body":"none"}');
  });
});

describe('the body of a request', () => {
  const refused = (statusCode: number, error: string, message: string, details?: unknown[]) => ({
    statusCode,
    body: { statusCode, error, message, ...(details && { details }) },
    seen: [],
  });
  const base64 = (text: string) => Buffer.from(text).toString('base64');

  it.each(['{"text":"Ugo', 'Ugo', '{"text":"a"}}'])(
    'that is not proper JSON, as %j, is a 400 that repeats nothing of it',
    async text => {
      const details = [{ path: 'body', message: 'must be valid JSON' }];
      for (const event of [{ body: text }, { body: base64(text), isBase64Encoded: true }]) {
        const reply = await calling(event);
        expect(reply).toMatchObject(refused(400, 'Bad Request', 'body must be valid JSON', details));
        expect(JSON.stringify(reply)).not.toContain('Ugo');
      }
    },
  );

  it.each(['{"__proto__":{"text":"Ugo"}}', '[{"a":{"constructor":{"prototype":{"text":"Ugo"}}}}]'])(
    'with a key that would replace a prototype, as %j, is a 400 that says so',
    async text => {
      const message = 'must not have a key that replaces a prototype';
      const reply = await calling({ body: text });
      expect(reply).toMatchObject(refused(400, 'Bad Request', `body ${message}`, [{ path: 'body', message }]));
      expect(JSON.stringify(reply)).not.toContain('Ugo');
      expect(Object.hasOwn(Object.prototype, 'text')).toBe(false);
    },
  );

  it.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''])(
    'of type %j is a 415',
    async type => {
      const reply = await calling({ headers: { ...fromGateway, 'content-type': type } });
      expect(reply).toMatchObject(refused(415, 'Unsupported Media Type', 'the body must be sent as application/json'));
    },
  );

  it('without a type is a 415', async () => {
    expect((await calling({ headers: fromGateway })).statusCode).toBe(415);
  });

  it.each(['application/json; charset=utf-8', 'application/merge-patch+json'])('may be of type %s', async type => {
    expect((await calling({ headers: { ...fromGateway, 'content-type': type } })).statusCode).toBe(204);
  });

  it('that is missing is a 400, whatever its type would be', async () => {
    const details = [{ path: 'body', message: 'must be an object' }];
    const expected = refused(400, 'Bad Request', 'body must be an object', details);
    const { body: _, ...bodiless } = anEvent({ pathParameters: { id: '7' }, headers: fromGateway });
    const handler = endpoint({ body: Body }, async () => noContent());
    const response = await handler.with(someDeps())(bodiless, aContext());
    expect({ ...response, body: JSON.parse(response.body ?? ''), seen: [] }).toMatchObject(expected);
    expect(await calling({ body: '' })).toMatchObject(expected);
  });

  it('may come in base64, and is UTF-8 then', async () => {
    const { seen } = await calling({ body: base64('{"text":"Niccolò"}'), isBase64Encoded: true });
    expect(seen.map(({ body }) => body)).toEqual([{ text: 'Niccolò' }]);
  });
});

describe('an endpoint that can do without a body', () => {
  const handler = endpoint(
    { body: z.object({ text: z.string().default('none') }), optionalBody: true },
    async (_, { body }) => created(body),
  );
  const answerTo = async (event: Partial<APIGatewayProxyEventV2>) => {
    const { statusCode, body } = await handler.with(someDeps())(anEvent(event), aContext());
    return [statusCode, JSON.parse(body ?? '')];
  };

  it('takes none, or an empty one of any type, for an empty object', async () => {
    expect(await answerTo({})).toEqual([201, { text: 'none' }]);
    expect(await answerTo({ body: '', headers: { ...fromGateway, 'content-type': 'text/plain' } })).toEqual([
      201,
      { text: 'none' },
    ]);
  });

  it('reads one that is there as strictly as any other', async () => {
    expect(await answerTo({ body: '{"text":"hello"}', headers: fromGatewayAsJson })).toEqual([201, { text: 'hello' }]);
    expect(await answerTo({ body: '{', headers: fromGatewayAsJson })).toMatchObject([400, { error: 'Bad Request' }]);
    expect(await answerTo({ body: '{}' })).toMatchObject([415, { error: 'Unsupported Media Type' }]);
  });
});

describe('who may call', () => {
  const strange = { 'content-type': 'application/json', 'x-gateway-secret': 'not the secret' };

  it.each([
    ['a proper request', {}],
    ['a malformed body', { body: '{' }],
    ['a missing body', { body: '' }],
    ['another type of content', { headers: { 'content-type': 'text/plain' } }],
    ['a wrong path', { pathParameters: { id: 'x' } }],
    ['a wrong query', { queryStringParameters: { loud: 'perhaps' } }],
    ['no header at all', { headers: {} }],
  ])('is asked before anything else: without the secret, %s is a 401', async (_, event) => {
    const { statusCode, body, seen, headers } = await calling({ headers: strange, ...event });
    expect({ statusCode, body, seen }).toEqual({
      statusCode: 401,
      body: { statusCode: 401, error: 'Unauthorized user', message: 'Unauthorized user' },
      seen: [],
    });
    expect(headers).toMatchObject(SECURITY_HEADERS);
  });

  it('is also asked when the event has no headers, as one written by hand may not', async () => {
    const { headers: _, ...bare } = anEvent();
    const handler = endpoint({}, async () => noContent());
    const response = await handler.with(someDeps())(bare as APIGatewayProxyEventV2, aContext());
    expect(response.statusCode).toBe(401);
  });

  it.each([GATEWAY_SECRET, OLDER_SECRET])(
    'is whoever comes with a secret of the gateway, the older one too',
    async secret => {
      expect((await calling({ headers: { ...strange, 'x-gateway-secret': secret } })).statusCode).toBe(204);
    },
  );

  it('is anybody on an open route, and nobody by name', async () => {
    const callers: unknown[] = [];
    const handler = endpoint({ open: true }, async (_, { caller }) => {
      callers.push(caller);
      return noContent();
    });
    const event = anEvent({ headers: { miauserid: 'dr-rossi', miausergroups: 'doctor' } });
    expect((await handler.with(someDeps())(event, aContext())).statusCode).toBe(204);
    expect(callers).toEqual([{ id: undefined, groups: [], scopes: [], fullName: null }]);
  });

  it('is told when to try again', async () => {
    const reply = await calling({}, () => {
      throw conflict('busy', 7);
    });
    expect(reply).toMatchObject({ statusCode: 409, headers: { 'retry-after': '7' }, body: { message: 'busy' } });
  });
});
