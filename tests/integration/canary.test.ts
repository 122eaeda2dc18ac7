import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Reply } from '../support/api.ts';
import { aFutureOne, anOpenOne, bookingOf, doctor, hashOf, patient, RUNS, stranger } from '../support/canary-runs.ts';
import { CANARY_ENV, type CanaryStack, startCanaryStack } from '../support/canary-stack.ts';
import { manifestRoutes } from '../support/routes.ts';
import { textOf } from '../support/sources.ts';

/**
 * The whole service as a process of its own, while everything that belongs to a person or to the deployment says "canary": every
 * function runs, happily and with everything around it failing, every route refuses everything that it refuses, and nothing of
 * it is in an answer, a header, the log, or whatever else the process writes. What an answer may hold stands beside each run.
 */
const manifest = parse(textOf('serverless.yml'), { merge: true, logLevel: 'silent' }) as {
  functions: Record<string, { events?: Record<string, unknown>[] }>;
  provider: { logs?: { httpApi?: boolean | { format?: string } } };
};
const ROUTES = await manifestRoutes();
const WITH_ROUTE = new Set(
  Object.entries(manifest.functions).flatMap(([key, { events = [] }]) =>
    events.some(one => 'httpApi' in one) ? [key] : [],
  ),
);

let stack: CanaryStack;
beforeAll(async () => {
  stack = await startCanaryStack();
}, 90_000);
afterAll(() => stack.close());

const leaks: string[] = [];
const examine = (asked: string, reply: Reply, mayHold: readonly string[] = []): void => {
  for (const leak of stack.leaksOf(reply, mayHold)) leaks.push(`${asked} -> ${reply.status}: ${leak}`);
};

/** Lines of the service's own log. */
const logged = (): Record<string, unknown>[] =>
  stack
    .printed()
    .split('\n')
    .filter(line => line.startsWith('{'))
    .map(line => JSON.parse(line));

const everythingIsKept = async (): Promise<void> => {
  await stack.noteLinks();
  expect(leaks.splice(0)).toEqual([]);
  expect(stack.printedLeaks()).toEqual([]);
};

describe('every function', () => {
  it('has a run here', () => {
    expect(Object.keys(RUNS).sort()).toEqual(Object.keys(manifest.functions).sort());
  });

  it.each(Object.entries(RUNS))('%s tells what belongs into its answer, and nothing else', async (key, run) => {
    const prepared = await run.prepare(stack);
    const reply = await run.ask(stack, prepared);
    expect([reply.status, reply.text.slice(0, 200)]).toEqual([run.status, expect.any(String)]);
    const mayHold = (await run.mayHold?.(reply, stack)) ?? [];
    const whole = `${JSON.stringify(reply.headers)}\n${reply.text}`;
    expect(mayHold.filter(text => !whole.includes(text))).toEqual([]);
    examine(key, reply, mayHold);
    await everythingIsKept();
  });

  const told = (): string => `canary-vendor ${doctor.fullName} ${patient.userId} ${CANARY_ENV.BANDYER_API_SECRET_KEY}`;
  const VENDOR_FAULTS: [string, () => Record<string, unknown>][] = [
    ...[400, 401, 404, 429, 500].map((status): [string, () => Record<string, unknown>] => [
      `Kaleyra answers ${status}`,
      () => ({ status, body: { status, code: told(), name: told(), message: told(), link: told(), error: told() } }),
    ]),
    [
      'Kaleyra says what nobody can read',
      () => ({ status: 200, body: [told(), { id: told(), participants: told() }] }),
    ],
    ['Kaleyra cuts connections', () => ({ drop: true })],
  ];

  /** Everything is prepared, then everything fails: first what has a caller, all at once, then one job after the other. */
  const runAll = async (name: string, fail: () => Promise<void>, heal: () => Promise<void>): Promise<object> => {
    await stack.forgetFailures();
    const prepared = await Promise.all(
      Object.entries(RUNS).map(async ([key, run]) => ({ key, run, ready: await run.prepare(stack) })),
    );
    const statuses: Record<string, number> = {};
    const play = async ({ key, run, ready }: (typeof prepared)[number]): Promise<void> => {
      const reply = await run.ask(stack, ready);
      statuses[key] = reply.status;
      examine(`${key}, while ${name}`, reply, reply.status < 400 ? await run.mayHold?.(reply, stack) : []);
    };
    const isJob = ({ key }: { key: string }): boolean => !WITH_ROUTE.has(key);
    await fail();
    await Promise.all(prepared.filter(one => !isJob(one)).map(play));
    await heal();
    for (const one of prepared.filter(isJob)) {
      await stack.forgetFailures();
      await fail();
      await play(one);
      await heal();
    }
    return statuses;
  };

  it.each(VENDOR_FAULTS)('while %s keeps to itself what failed', async (name, fault) => {
    const statuses = await runAll(
      name,
      () => stack.simulator.fault({ path: '/v2/', times: 500, ...fault() }),
      () => stack.simulator.clearFaults(),
    );
    const failed = expect.toSatisfy((status: number) => status >= 400);
    expect(statuses).toMatchObject({
      createTeleconsultation: failed,
      uploadBackgroundImage: failed,
      getTranscription: failed,
    });
    await everythingIsKept();
  });

  it.each(['error500', 'cut'])('while DynamoDB fails (%s) keeps to itself what failed', async kind => {
    const statuses = await runAll(
      `the store answers ${kind}`,
      () => stack.breakStore({ kind, times: 200 }),
      () => stack.breakStore(undefined),
    );
    expect(statuses).toMatchObject({ createTeleconsultation: 503, getTeleconsultation: 503, cleanupUploads: 500 });
    await everythingIsKept();
  });
});

describe('every route', () => {
  const canary = JSON.stringify(bookingOf());
  const json = { 'content-type': 'application/json' };
  /** With ids that are there, or that say "canary". */
  const urlOf = (path: string, id: string, sessionId = 'session_0123456789ab'): string =>
    path.replace(/\{(?:id|roomId)\}/, id).replace('{sessionId}', sessionId);

  const REFUSALS: [string, (route: { method: string; path: string; id: string }) => Promise<Reply>][] = [
    ['nobody', ({ method, path, id }) => stack.ask(undefined, method, urlOf(path, id), canary)],
    ['a stranger', ({ method, path, id }) => stack.ask(stranger, method, urlOf(path, id), canary)],
    [
      'text that is no JSON',
      ({ method, path, id }) => stack.ask(doctor, method, urlOf(path, id), `${canary.slice(0, -9)}canary`),
    ],
    [
      'another content type',
      ({ method, path, id }) => stack.ask(doctor, method, urlOf(path, id), canary, { 'content-type': 'text/canary' }),
    ],
    [
      'a form without an end',
      ({ method, path, id }) =>
        stack.ask(doctor, method, urlOf(path, id), '--x\r\ncanary', {
          'content-type': 'multipart/form-data; boundary=x',
        }),
    ],
    [
      'values of another kind',
      ({ method, path, id }) =>
        stack.ask(doctor, method, urlOf(path, id), {
          participants: { number: 'canary', data: ['canary', { userId: { canary: 1 } }] },
          start_date: 'canary',
          userId: ['canary'],
          background_alias: { canary: 1 },
          expiresIn: 'canary',
        }),
    ],
    [
      'a body that is too large',
      ({ method, path, id }) => stack.ask(doctor, method, urlOf(path, id), { note: 'canary '.repeat(60_000) }),
    ],
    [
      'a body that is too deep',
      ({ method, path, id }) =>
        stack.ask(doctor, method, urlOf(path, id), `${'{"canary":'.repeat(500)}1${'}'.repeat(500)}`),
    ],
    [
      'a key that replaces a prototype',
      ({ method, path, id }) => stack.ask(doctor, method, urlOf(path, id), '{"__proto__":{"canary":"canary"}}'),
    ],
    [
      'a query',
      ({ method, path, id }) =>
        stack.ask(patient, method, `${urlOf(path, id)}?language=canary&useBackground=canary&canary=canary`, canary),
    ],
    [
      'a query that is too long',
      ({ method, path, id }) => stack.ask(patient, method, `${urlOf(path, id)}?x=${'canary'.repeat(600)}`, canary),
    ],
    [
      'headers',
      ({ method, path, id }) =>
        stack.ask(doctor, method, urlOf(path, id), canary, {
          ...json,
          'idempotency-key': 'canary key',
          'x-request-id': 'canary id',
          'bandyer-signature': 't=1,v0=canary',
          'room-id-hmac': 'canary',
          miauserproperties: '{"canary":',
        }),
    ],
    [
      'headers that are too large',
      ({ method, path, id }) =>
        stack.ask(doctor, method, urlOf(path, id), canary, { 'x-canary': 'canary'.repeat(2000) }),
    ],
    [
      'a method that it does not have',
      ({ path, id }) => stack.ask(doctor, 'PUT', `${urlOf(path, id)}/canary?canary=canary`, canary),
    ],
  ];

  it.each(REFUSALS)('refuses %s without a word of it', async (name, ask) => {
    const [open, future] = [await anOpenOne(stack), await aFutureOne(stack)];
    await Promise.all(
      ROUTES.map(async route => {
        const [method = '', path = ''] = route.split(' ');
        // What is going on can only be read, what is to come can only be changed: both refuse the other.
        const { id } = method === 'PATCH' || method === 'DELETE' ? open : future;
        const reply = await ask({ method, path, id });
        const own = method === 'GET' && reply.status === 200 && path === '/teleconsultation/{id}';
        examine(`${route} with ${name}`, reply, own ? [doctor.fullName, patient.fullName] : []);
      }),
    );
    await everythingIsKept();
  });

  it('repeats an id to whoever sent it, in the one sentence that the retired service had for it', async () => {
    const routes = ROUTES.filter(route => route.includes('{'));
    const replies = await Promise.all(
      routes.map(async route => {
        const [method = '', path = ''] = route.split(' ');
        const reply = await stack.ask(doctor, method, urlOf(path, 'canary%20id', 'canary'), bookingOf());
        examine(route, reply, reply.status === 404 ? ['Room with id canary id not found on CRUD'] : []);
        return reply;
      }),
    );
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([400, 404]));
    await everythingIsKept();
  });

  it('and the gateway in front refuse a body that no function could receive', async () => {
    const reply = await stack.ask(doctor, 'POST', '/teleconsultation', { note: 'canary '.repeat(1_000_000) });
    expect(reply.status).toBe(413);
    examine('7 MB', reply);
    await everythingIsKept();
  });
});

describe('what is written down', () => {
  it('holds nothing of all that is known by now', async () => {
    await stack.noteLinks();
    expect(stack.printed().length).toBeGreaterThan(100_000);
    expect(stack.printedLeaks('whole')).toEqual([]);
  });

  it('follows a person by their hash alone', () => {
    const requests = logged().filter(({ event }) => String(event).startsWith('request.'));
    const outcomes = ['request.done', 'request.refused', 'request.failed'];
    for (const outcome of outcomes) {
      const ofDoctor = requests.filter(({ event, userHash }) => event === outcome && userHash === hashOf(doctor));
      expect(ofDoctor.length, outcome).toBeGreaterThan(0);
    }
    expect(new Set(requests.map(({ userHash }) => userHash ?? 'nobody'))).toEqual(
      new Set([hashOf(doctor), hashOf(patient), hashOf(stranger), 'nobody']),
    );
  });

  it('is there for every function', () => {
    const functions = new Set(logged().map(line => String(line.function).replace(/^.*-/, '')));
    expect(Object.keys(RUNS).filter(key => !functions.has(key))).toEqual([]);
  });

  it('by API Gateway names nothing but what it knows by itself', () => {
    const format = manifest.provider.logs?.httpApi;
    const text = typeof format === 'object' ? (format.format ?? '') : '';
    // The default format of the framework holds the caller's address; none at all holds nothing.
    expect(format === undefined || format === false || text !== '').toBe(true);
    const allowed =
      /^\$context\.(?:requestId|routeKey|status|responseLength|responseLatency|integrationLatency|integrationStatus|integration\.(?:status|latency|requestId|error)|requestTimeEpoch|requestTime|error\.responseType|protocol|httpMethod|stage|apiId)$/;
    expect((text.match(/\$context(?:\.\w+)+/g) ?? []).filter(variable => !allowed.test(variable))).toEqual([]);
  });
});

describe('a leak', () => {
  /** Writes a header of every request somewhere, before the service has seen it. */
  const planted = (statement: string): string =>
    `data:text/javascript,${encodeURIComponent(`
      import { Server } from 'node:http';
      const emit = Server.prototype.emit;
      Server.prototype.emit = function (name, request, response) {
        if (name === 'request' && request.headers.miauserid) { ${statement} }
        return emit.apply(this, arguments);
      };
    `)}`;

  it('on standard output and on standard error is found', async () => {
    const statements =
      'console.log("served", request.headers.miauserid); process.stderr.write(request.headers.authorization + "\\n");';
    const leaky = await startCanaryStack({ NODE_OPTIONS: `--import ${planted(statements)}` });
    try {
      const reply = await leaky.ask(doctor, 'GET', '/teleconsultation/0123456789abcdef01234567');
      expect(reply.status).toBe(404);
      for (const found of ['auth0|canary-doctor', 'Bearer canary.bearer.token']) {
        await expect.poll(() => leaky.printedLeaks('whole')).toContainEqual(expect.stringContaining(found));
      }
    } finally {
      await leaky.close();
    }
  });

  it('in an answer is found, in its body and in its headers, unless it belongs there', async () => {
    const { id } = await anOpenOne(stack);
    const reply = await stack.ask(patient, 'GET', `/teleconsultation/${id}`);
    const link = String((reply.body as { accessLinkURL: string }).accessLinkURL);
    const names = [doctor.fullName, patient.fullName];
    expect(stack.leaksOf(reply, [...names, link])).toEqual([]);
    expect(stack.leaksOf(reply, names).join()).toContain('direct-rest-call-handler');
    expect(stack.leaksOf(reply, [link]).join()).toContain('Canaryname');
    const plain = { ...reply, headers: {}, text: '{}' };
    expect(stack.leaksOf({ ...plain, headers: { 'x-user': doctor.userId } })).toHaveLength(1);
    for (const secret of Object.values(CANARY_ENV).filter(value => value.includes('canary'))) {
      expect(stack.leaksOf({ ...plain, text: `{"message":"${secret}"}` }), secret).not.toEqual([]);
    }
  });
});
