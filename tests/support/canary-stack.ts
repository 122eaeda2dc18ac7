import { request as httpRequest } from 'node:http';
import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../../lib/store/document-client.ts';
import { circuitKey, pauseKey } from '../../lib/store/keys.ts';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import { parseBody, type Reply } from './api.ts';
import { begin, FREE_PORTS } from './commands.ts';
import { leaksIn } from './leaks.ts';
import type { Person } from './people.ts';
import { controlSimulator, type SimulatedRoom, type Simulator } from './simulator.ts';

/**
 * The stack as the process that `npm start` is, with everything that it writes: standard output and standard error, the
 * service's log and the gateway's lines among them. Nothing of this process stands between the service and what it tells.
 */

/** What the deployment knows, unmistakably. */
export const CANARY_ENV = {
  BANDYER_API_SECRET_KEY: 'ak_test_canary0123456789abcdef',
  GATEWAY_SECRETS: 'canary-secret-of-the-gateway-one-0001,canary-secret-of-the-gateway-two-0002',
  WEBHOOK_KEYS: 'canary-key-of-webhooks-0001,ak_test_canary0123456789abcdef',
  HASH_KEY: 'canary-key-of-hashes-0001',
  LOG_LEVEL: 'debug',
  METRICS_NAMESPACE: 'clinic/test',
  TELECONSULTATION_DELETE_UPLOADS: 'true',
  DEFAULT_RECORDING_TYPE: 'automatic',
  KALEYRA_JOB_CALLS_PER_MINUTE: '100000',
  RETENTION_DAYS: '30',
};

/** With every request, whoever sends it. */
const CARRIED = {
  authorization: 'Bearer canary.bearer.token',
  cookie: 'sid=canary-cookie; other=canary-cookie-too',
  'user-agent': 'canary-agent',
  'x-forwarded-for': '203.0.113.7, canary-host',
  miauserproperties: JSON.stringify({ name: 'Canaryname of the caller', email: 'canary@clinic.example' }),
};

/** Who says who calls: headers of a gateway, or a token that says as much of its bearer as tokens of issuers do. */
export type Entrance = 'gateway' | 'jwt';

export interface CanaryStack {
  api: string;
  simulator: Simulator;
  send(request: PlainRequest): Promise<Reply>;
  /** What tells the service that it is this person. @param claims of their token, beside the usual ones or instead of them */
  identified(who: Person, claims?: Record<string, unknown>): Promise<Record<string, string>>;
  /** With JSON, unless the body is a text. */
  ask(
    who: Person | undefined,
    method: string,
    url: string,
    body?: unknown,
    headers?: Record<string, string>,
  ): Promise<Reply>;
  /** Runs a function without a route. */
  invoke(functionKey: string, event: unknown): Promise<Reply>;
  /** The next calls to DynamoDB fail; undefined: none does. */
  breakStore(order: Record<string, unknown> | undefined): Promise<void>;
  /** Jobs do not wait and nobody is spared a call because of what failed before. */
  forgetFailures(): Promise<void>;
  /** From here on this must not be found anywhere. */
  guard(...secrets: readonly (string | undefined)[]): void;
  /** Guards the links that rooms have now; gives back the rooms. */
  noteLinks(): Promise<readonly SimulatedRoom[]>;
  /** What must not be told and stands in an answer all the same, once what it may hold is taken out of it. */
  leaksOf(reply: Reply, mayHold?: readonly string[]): string[];
  /** Everything printed so far. */
  printed(): string;
  /** What of the guarded was printed since the last time this was asked; `whole`: in all that was ever printed. */
  printedLeaks(extent?: 'whole'): string[];
  close(): Promise<void>;
}

const READY = /^ready (http:\/\/127\.0\.0\.1:\d+)$/m;
const STARTED_WITHIN_MS = 60_000;

const soon = async (printed: () => string): Promise<string> => {
  const until = Date.now() + STARTED_WITHIN_MS;
  for (;;) {
    const [, api] = READY.exec(printed()) ?? [];
    if (api !== undefined) return api;
    if (Date.now() > until) throw new Error(`the stack did not start:\n${printed()}`);
    await new Promise(resolve => setTimeout(resolve, 20));
  }
};

const sendTo = (origin: string, { method, url, headers = {}, body }: PlainRequest): Promise<Reply> => {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const { hostname, port } = new URL(origin);
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  const all = { ...(headers as Record<string, string>), ...length };
  const outgoing = httpRequest({ hostname, port, method, path: url, headers: all }, response => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const named = Object.fromEntries(Object.entries(response.headers).map(([name, value]) => [name, String(value)]));
      const bytes = Buffer.concat(chunks);
      const text = bytes.toString('utf8');
      const type = named['content-type'];
      resolve({ status: response.statusCode ?? 0, headers: named, text, bytes, body: parseBody(text, type) });
    });
  });
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
};

/** @param env beside the canaries */
export const startCanaryStack = async (
  env: Record<string, string> = {},
  entrance: Entrance = 'gateway',
): Promise<CanaryStack> => {
  const options = entrance === 'jwt' ? ['--jwt'] : [];
  const command = begin('local/start.ts', options, {
    ...FREE_PORTS,
    ...CANARY_ENV,
    IDENTITY_MODE: entrance,
    ...env,
  });
  const api = await soon(command.printed).catch(error => {
    command.child.kill('SIGKILL');
    throw error;
  });
  const [, kaleyra = ''] = /Kaleyra simulator +(\S+)/.exec(command.printed()) ?? [];
  const [, dynamodb = ''] = /DynamoDB +(\S+)/.exec(command.printed()) ?? [];
  const simulator = controlSimulator(kaleyra);
  const client = createDocumentClient(dynamodb);
  const secrets = new Set(
    Object.values(CANARY_ENV).flatMap(value => (value.includes('canary') ? value.split(',') : [])),
  );
  const links = new Set<string>();
  const guarded = { secrets, links };
  let searchedTo = 0;

  const send = (request: PlainRequest): Promise<Reply> =>
    sendTo(api, { ...request, headers: { ...CARRIED, ...request.headers } });
  const local = (method: string, path: string, body?: unknown): Promise<Reply> =>
    sendTo(api, { method, url: `/_local/${path}`, ...(body !== undefined && { body: JSON.stringify(body) }) });

  const bearer = async ({ userId, groups, fullName }: Person, claims: Record<string, unknown>): Promise<string> => {
    const told = { email: 'canary@clinic.example', 'https://clinic.example/ward': ['canary-ward'] };
    const order = { sub: userId, groups, name: fullName, claims: { ...told, ...claims } };
    const { token } = (await local('POST', 'token', order)).body as { token: string };
    // Its first part is the same in every token, those that the start prints among them.
    for (const part of token.split('.').slice(1)) secrets.add(part);
    return `Bearer ${token}`;
  };
  const identified: CanaryStack['identified'] = async (who, claims = {}) =>
    entrance === 'jwt'
      ? { authorization: await bearer(who, claims), miauserid: 'canary-pretender', miausergroups: 'doctor' }
      : { miauserid: who.userId, miausergroups: who.groups.join(',') };

  return {
    api,
    simulator,
    send,
    identified,
    ask: async (who, method, url, body, headers = {}) =>
      send({
        method,
        url,
        headers: {
          ...(body !== undefined && { 'content-type': 'application/json' }),
          ...(who && (await identified(who))),
          ...headers,
        },
        ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      }),
    invoke: (functionKey, event) => local('POST', `invoke/${functionKey}`, event),
    breakStore: async order => {
      await local('DELETE', 'store-faults');
      if (order === undefined) return;
      const { status, text } = await local('POST', 'store-faults', order);
      if (status !== 201) throw new Error(`the fault was not taken: ${text}`);
    },
    forgetFailures: async () => {
      for (const Key of [circuitKey, pauseKey]) {
        await client.send(new DeleteCommand({ TableName: 'teleconsultation-local', Key }));
      }
    },
    guard: (...texts) => {
      for (const text of texts) if (text !== undefined && text !== '') secrets.add(text);
    },
    noteLinks: async () => {
      const { rooms } = await simulator.state();
      for (const { access_link } of rooms.flatMap(room => room.participants)) {
        if (typeof access_link === 'string') links.add(access_link);
      }
      return rooms;
    },
    leaksOf: ({ text, headers }, mayHold = []) => {
      const rest = mayHold.reduce(
        (left, allowed) => left.replaceAll(allowed, ''),
        `${JSON.stringify(headers)}\n${text}`,
      );
      return leaksIn(rest, guarded);
    },
    printed: command.printed,
    printedLeaks: extent => {
      const printed = command.printed();
      // Whole lines, so that nothing hides where one look ends and the next begins.
      const begin = extent === 'whole' ? 0 : searchedTo;
      const end = printed.lastIndexOf('\n') + 1;
      searchedTo = Math.max(searchedTo, end);
      return leaksIn(printed.slice(begin, end), guarded);
    },
    close: async () => {
      client.destroy();
      command.child.kill('SIGTERM');
      await command.ended;
    },
  };
};
