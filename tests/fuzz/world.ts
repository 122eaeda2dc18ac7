import { request as httpRequest } from 'node:http';
import { fileURLToPath } from 'node:url';
import { inProcess, type PlainRequest } from '../../local/gateway/in-process.ts';
import { startGateway } from '../../local/gateway/index.ts';
import { readManifest } from '../../local/manifest.ts';
import type { Reply } from '../support/api.ts';
import { aBooking } from '../support/bookings.ts';
import type { Person } from '../support/people.ts';
import { openWorld, type World } from '../support/world.ts';
import { CLAIMS_HEADER, type Way } from './requests.ts';

/** A world with a few bookings in it, three ways into the service, and a count of everything that the service changes. */

export interface FuzzWorld {
  world: World;
  routes: readonly { functionKey: string; method: string; path: string }[];
  send(way: Way, request: PlainRequest): Promise<Reply>;
  ids(): Promise<Record<string, string>>;
  /** What was written and done since the last time this was asked. */
  changes(): Promise<string[]>;
  close(): Promise<void>;
}

const MANIFEST = fileURLToPath(new URL('../../serverless.yml', import.meta.url));
const doctor: Person = { userId: 'dr-fuzz', groups: ['doctor'], fullName: 'Dr Fuzz-Example' };
const patient: Person = { userId: 'mr-input', groups: ['patient'], fullName: 'Mr Input-Example' };
/** Under which most of the code is reached. */
const SETTINGS = { TELECONSULTATION_DELETE_UPLOADS: 'true', DEFAULT_RECORDING_TYPE: 'automatic', LOG_LEVEL: 'warn' };

const WRITES: readonly string[] = ['PutItem', 'UpdateItem', 'DeleteItem'];

type Event = { headers: Record<string, string>; requestContext: object };

/** As an authorizer leaves the event; whether anybody looks at it is for the identity mode to say. */
const authorized = ({ headers, requestContext, ...event }: Event): unknown => {
  const { [CLAIMS_HEADER]: sent, ...others } = headers;
  if (sent === undefined) return { ...event, headers, requestContext };
  const jwt = { claims: JSON.parse(decodeURIComponent(sent)), scopes: null };
  return { ...event, headers: others, requestContext: { ...requestContext, authorizer: { jwt } } };
};

const overHttp = (origin: string, { method, url, headers = {}, body }: PlainRequest): Promise<Reply> => {
  const { promise, resolve, reject } = Promise.withResolvers<Reply>();
  const { hostname, port } = new URL(origin);
  // Without a length, what follows a DELETE would be taken for the next request.
  const length = body === undefined || body.length === 0 ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  // As it is written: an address that is parsed would be cleaned of what makes it interesting.
  const outgoing = httpRequest(
    { hostname, port, method, path: url, headers: { ...(headers as Record<string, string>), ...length } },
    response => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const entries = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        const text = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: Object.fromEntries(entries), text, body: undefined });
      });
    },
  );
  outgoing.on('error', reject);
  outgoing.end(body);
  return promise;
};

export const openFuzzWorld = async (env: Record<string, string> = {}): Promise<FuzzWorld> => {
  const world = await openWorld({ env: { ...SETTINGS, ...env } });
  const manifest = await readManifest(MANIFEST, {
    stage: 'local',
    env: { PORT: '0', KALEYRA_PORT: '0', DYNAMODB_PORT: '0' },
  });
  const handlerFor = async (key: string) => (event: unknown) => world.invoke(key, authorized(event as Event));
  const gatewaySecret = { header: 'x-gateway-secret', value: manifest.environment.GATEWAY_SECRETS ?? '' };
  const gateway = await startGateway({ port: 0, manifest, handlerFor, gatewaySecret });
  const direct = {
    secret: inProcess({ manifest, handlerFor, gatewaySecret }),
    'no secret': inProcess({ manifest, handlerFor }),
  };

  let written: string[] = [];
  world.store.listen(({ operation, input, result }) => {
    if (!WRITES.includes(operation)) return;
    // Only what came to pass: a condition that failed changed nothing.
    result.then(
      () => written.push(`${operation} ${JSON.stringify(input.Key)}`),
      () => undefined,
    );
  });

  const book = (startsIn: string, expected = 2): Promise<string> =>
    aBooking(world, { startsIn, expected, participants: expected === 2 ? [doctor, patient] : [doctor] });
  /** What a fuzzed request has cancelled or filled up is made anew. */
  const bookings: Record<string, { make(): Promise<string>; id?: string }> = {
    open: { make: () => book('-1 minute') },
    future: { make: () => book('30 days') },
    partial: { make: () => book('30 days', 3) },
    cancelled: { make: () => book('30 days') },
  };
  let session = '';
  const { records } = world.scope();
  const renew = async (): Promise<void> => {
    for (const [name, booking] of Object.entries(bookings)) {
      const state = booking.id === undefined ? undefined : (await records.find(booking.id))?.state;
      if (state === 'PUBLIC' || (name === 'cancelled' && state === 'TRASH')) continue;
      booking.id = await booking.make();
      if (name === 'cancelled') await world.api.delete(`/teleconsultation/${booking.id}`);
      if (name === 'open') {
        const roomId = await roomOf(booking.id);
        session = (await world.simulator.playCall({ roomId, uploads: 1, transcription: 'said', webhooks: false }))
          .sessionId;
      }
    }
  };
  const roomOf = async (id = ''): Promise<string> => (await records.find(id))?.room?.id ?? 'room_0123456789ab';

  return {
    world,
    routes: Object.values(manifest.functions).flatMap(({ key, routes }) =>
      routes.map(({ method, path }) => ({ functionKey: key, method, path })),
    ),
    send: async (way, request) => {
      if (way === 'http') return overHttp(gateway.url, request);
      const { statusCode, headers, body } = await direct[way](request);
      const named = Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
      return { status: statusCode, headers: named, text: body.toString('utf8'), body: undefined };
    },
    ids: async () => {
      await renew();
      const ids = Object.entries(bookings).map(([name, { id = '' }]) => [name, id]);
      return { ...Object.fromEntries(ids), session, room: await roomOf(bookings.open?.id) };
    },
    changes: async () => {
      const asked = await world.simulator.requests();
      if (asked.length > 0) await world.simulator.forgetRequests();
      const done = asked.filter(({ method, status }) => method !== 'GET' && status < 400);
      const changes = [...written, ...done.map(({ method, path }) => `${method} ${path} at Kaleyra`)];
      written = [];
      return changes;
    },
    close: async () => {
      await gateway.close();
      await world.close();
    },
  };
};
