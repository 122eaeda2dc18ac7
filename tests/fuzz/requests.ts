import fc from 'fast-check';
import type * as z from 'zod';
import { sign } from '../../lib/kaleyra/signature.ts';
import { UserDetailsRequest } from '../../lib/schemas/kaleyra-events.ts';
import {
  CalendarOptions,
  CreateRequest,
  CredentialsRequest,
  LinkOptions,
  RequestedParticipant,
  UpdateRequest,
} from '../../lib/schemas/requests.ts';
import { UpdateSettingsRequest } from '../../lib/schemas/settings.ts';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import { formBodies, jsonBodies, noBodies, type SentBody } from './bodies.ts';
import { callerIds, hostileTexts, validFor } from './values.ts';

export const ISSUER = 'https://issuer.example/';
export const AUDIENCE = 'fuzz';

/** Requests: for each function what it takes, damaged in every part, from callers of every kind. */

/** What is sent to a function; whoever adds one with a route says here what that is. */
export interface Target {
  body?: 'form' | z.core.$ZodType | fc.Arbitrary<unknown>;
  query?: z.core.$ZodObject;
  /** Kaleyra's own calls: most of them are signed as it does. */
  signed?: boolean;
}

const isArbitrary = (body: z.core.$ZodType | fc.Arbitrary<unknown>): body is fc.Arbitrary<unknown> =>
  'generate' in body;

/** Kaleyra's room of one of the bookings that are there. */
const ROOM = '{{room}}';

const events = fc.record(
  {
    event: fc.constantFrom('on_session_started', 'on_session_ended', 'on_user_joined', 'on_recording_available', 'x'),
    event_version: fc.constantFrom<unknown>('1.0', '0.1', 1),
    room_id: fc.constantFrom(ROOM, 'room_0123456789ab'),
    data: fc.record({ room_id: fc.constantFrom(ROOM, 'room_0123456789ab'), user_id: fc.constant('usr_fuzz') }),
  },
  { requiredKeys: [] },
);

const names = fc.record({
  data: fc.record({ user_ids: fc.array(fc.constantFrom('usr_fuzz', ...['usr_0123456789abcdef0123456789abcdef'])) }),
});

export const TARGETS: Readonly<Record<string, Target>> = {
  createTeleconsultation: { body: CreateRequest },
  getTeleconsultation: { query: LinkOptions },
  getStatus: {},
  getCalendar: { query: CalendarOptions },
  updateTeleconsultation: { body: UpdateRequest },
  deleteTeleconsultation: {},
  addParticipantData: { body: RequestedParticipant },
  deleteUploads: {},
  createCredentials: { body: CredentialsRequest },
  getTranscription: {},
  getRecording: {},
  uploadBackgroundImage: { body: 'form' },
  listBackgroundImages: {},
  requestBackgroundUpload: {},
  updateSettings: { body: UpdateSettingsRequest },
  receiveWebhook: { body: events, signed: true },
  getUserDetails: { body: fc.oneof(names, validFor(UserDetailsRequest)), signed: true },
  health: {},
  documentation: {},
};

/** Of the path, by name; what stands in braces is one of the bookings that are there. */
const IDS = ['{{open}}', '{{future}}', '{{partial}}', '{{cancelled}}', ROOM];
const SESSION = '{{session}}';
const HOSTILE_SEGMENTS = [
  ...['0123456789abcdef01234567', '0123456789ABCDEF01234567', '01234567-89ab-cdef-0123-456789abcdef', 'null', '-', '0'],
  ...['..', '..%2f..%2f', '%2e%2e', '..%5c', '%2f', '%252e%252e%252f', '%00', '0123%00', '%0d%0aset-cookie:%20fuzz=1'],
  ...[
    '__proto__',
    'constructor',
    'toString',
    '%7B%7D',
    '%5B%5D',
    '*',
    '%25',
    '%ff',
    '%E0%A4',
    '%ed%a0%80',
    '%u0000',
    '%',
  ],
  ...[
    'a'.repeat(128),
    'a'.repeat(3000),
    '%D9%A0'.repeat(24),
    '%20',
    '+',
    ';a=b',
    'ext%23x',
    'record',
    'a%3fb%3dc',
    '~',
  ],
];

/** @param usual what stands there in a request that means something */
const segmentsOf = (usual: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 8, arbitrary: fc.constantFrom(...usual) },
    { weight: 2, arbitrary: fc.constantFrom(...HOSTILE_SEGMENTS) },
    { weight: 1, arbitrary: fc.constantFrom(...IDS, SESSION) },
    { weight: 1, arbitrary: hostileTexts.map(text => encodeURIComponent(text.toWellFormed())) },
  );

const queriesOf = (schema: z.core.$ZodObject | undefined): fc.Arbitrary<string> => {
  const keys = [...Object.keys(schema?._zod.def.shape ?? {}), 'x', '__proto__', 'userId', '%00', ''];
  const valid = schema === undefined ? fc.constant({}) : (validFor(schema) as fc.Arbitrary<Record<string, unknown>>);
  const pairs = fc.tuple(
    fc.constantFrom(...keys),
    fc.oneof(
      hostileTexts.map(text => encodeURIComponent(text.toWellFormed())),
      fc.constantFrom('%', '%zz', '&', '=', ''),
    ),
  );
  const sound = valid.map(
    query => new URLSearchParams(Object.entries(query).map(([key, one]): [string, string] => [key, String(one)])),
  );
  return fc.oneof(
    { weight: 8, arbitrary: sound.map(String) },
    fc
      .tuple(sound.map(String), fc.array(pairs, { maxLength: 4 }))
      .map(([before, more]) => [before, ...more.map(([key, one]) => `${key}=${one}`)].filter(Boolean).join('&')),
    fc.constantFrom('?', '&&&', '=', '%', '#', 'language=it&language=en', 'a='.repeat(1000), `x=${'y'.repeat(9000)}`),
  );
};

type Headers = Record<string, string>;

/** What a header can hold on a wire: no line breaks, one byte per character. */
const wire = (text: string): string => [...text].filter(char => char >= ' ' && char <= 'ÿ' && char !== '\x7f').join('');

const HEADER_NAMES = [
  ...['miauserid', 'miausergroups', 'miauserproperties', 'client-type', 'isbackoffice', 'x-request-id', 'cookie'],
  ...[
    'authorization',
    'x-gateway-secret',
    'idempotency-key',
    'x-forwarded-for',
    'host',
    'content-encoding',
    'if-match',
  ],
  ...['bandyer-signature', 'room-id-hmac', 'accept', 'x-http-method-override', 'origin', '__proto__', 'constructor'],
];

const garbageHeaders: fc.Arbitrary<Headers> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...HEADER_NAMES),
      fc.oneof(
        hostileTexts.map(wire),
        fc.constantFrom(
          'null',
          'undefined',
          '{"fullName":{}}',
          '[]',
          '{"__proto__":1}',
          ','.repeat(500),
          'a'.repeat(11_000),
        ),
      ),
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map(list => Object.fromEntries(list));

const callers: fc.Arbitrary<Headers> = fc.oneof(
  { weight: 1, arbitrary: fc.constant({}) },
  { weight: 2, arbitrary: callerIds.map(miauserid => ({ miauserid, miausergroups: 'doctor' })) },
  { weight: 2, arbitrary: callerIds.map(miauserid => ({ miauserid, miausergroups: 'patient,ward-7' })) },
  { weight: 1, arbitrary: callerIds.map(miauserid => ({ miauserid })) },
  // Those who take part in the bookings that are there.
  { weight: 2, arbitrary: fc.constantFrom({ miauserid: 'dr-fuzz' }, { miauserid: 'mr-input' }) },
);

/** Where a world hands the claims of a plan to the functions, as an authorizer does. */
export const CLAIMS_HEADER = 'x-fuzz-claims';

/** Texts all of them, as an HTTP API renders them; most are those of a token that counts. */
const claims: fc.Arbitrary<Record<string, string>> = fc
  .tuple(
    fc.record({
      sub: callerIds,
      iss: fc.constant(ISSUER),
      aud: fc.constantFrom(AUDIENCE, `[x ${AUDIENCE}]`),
      groups: fc.constantFrom('[doctor]', '[patient]', 'doctor', '[patient ward-7]', '[]'),
      scope: fc.constantFrom('', 'openid', 'teleconsultation:manage', '[teleconsultation:manage x]'),
    }),
    fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      fc.dictionary(
        fc.constantFrom(
          'sub',
          'iss',
          'aud',
          'groups',
          'scope',
          'scp',
          'token_use',
          'typ',
          'name',
          'client_id',
          '__proto__',
        ),
        fc.oneof(
          hostileTexts,
          fc.constantFrom(
            '[',
            'map[',
            '[a b',
            'map[a:map[b:[c]]]',
            '[[[[',
            '{"a":',
            '[ ]',
            '[doctor,admin]',
            'map[:]',
            '[,]',
          ),
          fc.nat({ max: 3000 }).map(depth => '['.repeat(depth)),
          fc.nat({ max: 3000 }).map(depth => 'map[a:'.repeat(depth)),
        ),
        { maxKeys: 3 },
      ),
    ),
  )
  .map(([sound, damage]) => ({ ...sound, ...damage }));

/** `secret`: through the trusted gateway; `no secret`: past it; `http`: the same as the first, over a socket. */
export type Way = 'secret' | 'no secret' | 'http';

export interface Plan {
  method: string;
  /** With what stands for a booking still in braces. */
  url: string;
  headers: Headers;
  /** Of a token that an authorizer has verified; none in gateway mode, where they must not count. */
  claims: Record<string, string> | undefined;
  body: SentBody;
  signing: 'none' | 'right' | 'other key' | 'stale' | 'garbage';
  way: Way;
}

export const plansFor = (functionKey: string, method: string, path: string): fc.Arbitrary<Plan> => {
  const target = TARGETS[functionKey];
  if (target === undefined) throw new Error(`the fuzzer knows nothing of ${functionKey}: give it a row in TARGETS`);
  const { body, query, signed = false } = target;
  const parameters = path.split('/').filter(segment => segment.startsWith('{'));
  const bodies =
    body === undefined
      ? noBodies
      : body === 'form'
        ? fc.oneof({ weight: 5, arbitrary: formBodies }, noBodies)
        : jsonBodies(isArbitrary(body) ? body : validFor(body));
  return fc
    .record({
      ids: fc.tuple(...parameters.map(name => segmentsOf(name === '{sessionId}' ? [SESSION] : IDS))),
      query: queriesOf(query),
      caller: callers,
      garbage: fc.oneof({ weight: 6, arbitrary: fc.constant<Headers>({}) }, garbageHeaders),
      claims: fc.option(claims, { freq: 8, nil: undefined }),
      body: bodies,
      signing: signed
        ? fc.oneof(
            { weight: 6, arbitrary: fc.constant('right' as const) },
            fc.constantFrom('none' as const, 'other key' as const, 'stale' as const, 'garbage' as const),
          )
        : fc.constant('none' as const),
      way: fc.oneof(
        { weight: 14, arbitrary: fc.constant('secret' as const) },
        fc.constantFrom('no secret' as const, 'http' as const),
      ),
    })
    .map(({ ids, query: asked, caller, garbage, ...others }) => {
      const left = [...ids];
      const filled = path.replace(/\{\w+\}/g, () => left.shift() ?? '');
      return {
        ...others,
        method,
        url: asked === '' ? filled : `${filled}?${asked}`,
        headers: { ...caller, ...garbage },
      };
    });
};

export interface Known {
  /** What the words in braces stand for now. */
  ids: Readonly<Record<string, string>>;
  /** Kaleyra's, and what time it is. */
  key: string;
  now: number;
}

/** The request itself. */
export const requestOf = (
  { method, url, headers, claims, body, signing }: Plan,
  { ids, key, now }: Known,
): PlainRequest => {
  const fill = (text: string): string => text.replace(/\{\{(\w+)\}\}/g, (_, name: string) => ids[name] ?? name);
  const text = body.bytes.toString('latin1');
  const bytes = text.includes('{{') ? Buffer.from(fill(text), 'latin1') : body.bytes;
  const at = Math.floor(now / 1000) - (signing === 'stale' ? 3600 : 0);
  const signature =
    signing === 'garbage' ? 't=1,v1=zz,v1=,t=' : sign(signing === 'other key' ? 'ak_other' : key, String(at), bytes);
  return {
    method,
    url: fill(url),
    headers: {
      ...(body.contentType !== undefined && { 'content-type': wire(body.contentType) }),
      ...(signing !== 'none' && { 'bandyer-signature': signature }),
      ...headers,
      ...(claims && { [CLAIMS_HEADER]: encodeURIComponent(JSON.stringify(claims)) }),
    },
    body: bytes,
  };
};
