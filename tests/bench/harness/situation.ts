/**
 * The one situation that tables 2 and 3 measure: a doctor and a patient whom everybody knows, a consultation of theirs that is
 * open, and another one to be booked. What lies in the table, what Kaleyra answers, and the events as API Gateway makes them.
 */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { drRossi, mrBianchi } from '../../support/people.ts';

export type Item = Record<string, unknown>;

const RECORD_ID = '0123456789abcdef01234567';
const ROOM_ID = 'room_0123456789abcdef';
const DOCTOR = `usr_${'d'.repeat(32)}`;
const PATIENT = `usr_${'e'.repeat(32)}`;

const TOKENS = { issuer: 'https://issuer.example/', audience: 'bench' };
const HASH_KEY = 'the-same-for-everybody-who-is-measured';
const TABLE = 'bench';
/** As Lambda tells it, in the environment and with each event. */
const FUNCTION = 'bench';

/** As on AWS, but for the secret, which everybody is given in the environment, and metrics, which only we would write. */
export const environmentOf = ({
  dynamodb,
  kaleyra,
}: {
  dynamodb: string;
  kaleyra: string;
}): Record<string, string> => ({
  IDENTITY_MODE: 'jwt',
  JWT_ISSUER: TOKENS.issuer,
  JWT_AUDIENCE: TOKENS.audience,
  TELECONSULTATIONS_TABLE: TABLE,
  BANDYER_BASE_URL: kaleyra,
  BANDYER_API_SECRET_KEY: 'ak_test_0123456789abcdef01234567',
  HASH_KEY,
  LOG_LEVEL: 'info',
  AWS_LAMBDA_FUNCTION_NAME: FUNCTION,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: 'none',
  AWS_SECRET_ACCESS_KEY: 'none',
  AWS_EC2_METADATA_DISABLED: 'true',
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
});

export const SETTINGS = { tokens: TOKENS, hashKey: HASH_KEY, functionName: FUNCTION };

const MINUTE_MS = 60_000;
const iso = (instant: number): string => new Date(instant).toISOString();

const details = {
  recording: 'none',
  recordingStatus: 'stopped',
  callType: 'audio_video',
  description: RECORD_ID,
  status: 'NOT_RUNNING',
  disabled: false,
  creationDate: '2026-01-31T08:00:00.000Z',
  durationInSeconds: 0,
  durationUsedInSeconds: 0,
  live: true,
};

const linkOf = (kaleyraId: string): string => `https://clinic.bandyer.com/direct-rest-call-handler/${kaleyraId}`;

const participants = [
  { externalId: drRossi.userId, kaleyraId: DOCTOR, groups: ['doctor'], fullName: drRossi.fullName, language: null },
  {
    externalId: mrBianchi.userId,
    kaleyraId: PATIENT,
    groups: ['patient'],
    fullName: mrBianchi.fullName,
    language: 'it',
  },
];

/** Every item of the table. */
export const itemsAt = (now: number): Item[] => [
  {
    pk: RECORD_ID,
    sk: 'record',
    id: RECORD_ID,
    state: 'PUBLIC',
    startDate: iso(now - 5 * MINUTE_MS),
    endDate: iso(now + 55 * MINUTE_MS),
    expected: 2,
    participants,
    room: {
      id: ROOM_ID,
      specHash: '0'.repeat(32),
      links: [DOCTOR, PATIENT].map(kaleyraId => ({ kaleyraId, url: linkOf(kaleyraId) })),
      details,
    },
    claim: null,
    owed: [],
    upkeep: null,
    formerRooms: [],
    formerPeople: [],
    booking: null,
    creatorId: drRossi.userId,
    createdAt: iso(now - 600 * MINUTE_MS),
    updaterId: drRossi.userId,
    updatedAt: iso(now - 600 * MINUTE_MS),
    revision: 1,
    version: 2,
    op: '0123456789abcdef',
    workShard: RECORD_ID.slice(0, 1),
    workDue: now + 1495 * MINUTE_MS,
  },
  ...participants.map(({ externalId, kaleyraId, groups }) => ({
    pk: `ext#${externalId}`,
    sk: 'person',
    kaleyraId,
    role: groups.includes('doctor') ? 'plus' : 'basic',
    confirmedAt: iso(now - 600 * MINUTE_MS),
  })),
];

const roomFacts = (description: string): Item => ({
  recording: 'none',
  recording_status: 'stopped',
  call_type: 'audio_video',
  description,
  status: 'NOT_RUNNING',
  disabled: false,
  creation_date: details.creationDate,
  duration: 0,
  duration_used: 0,
  live: true,
});

/** What Kaleyra says: nothing is kept, the same question has the same answer. */
export const vendorAnswer = (method: string, path: string, body: unknown): Item => {
  if (method === 'POST' && path === 'rooms') {
    const asked = body as { description: string; participants: { user_id: string }[] };
    return {
      id: ROOM_ID,
      ...roomFacts(asked.description),
      participants: asked.participants.map(({ user_id }) => ({ user_id, access_link: linkOf(user_id) })),
    };
  }
  if (method === 'POST' && path === 'users') return { ...(body as Item), creation_date: details.creationDate };
  if (method === 'GET' && path === `rooms/${ROOM_ID}`)
    return { id: ROOM_ID, ...roomFacts(RECORD_ID), participants: [] };
  throw new Error(`nobody was to ask for ${method} ${path}`);
};

/** The answer to the patient's question. */
export const EXPECTED_OPENED: Item = {
  bandyerUserId: PATIENT,
  accessLinkURL: `${linkOf(PATIENT)}?language=it`,
  participantsBandyerCall: participants.map(({ kaleyraId, fullName }) => ({ bandyerUserId: kaleyraId, fullName })),
  details,
  teleconsultationState: 'scheduled',
  sessions: [],
};

interface Person {
  userId: string;
  groups: readonly string[];
}

export type Event = APIGatewayProxyEventV2;

const textOf = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

const eventOf = (method: string, route: string, path: string, caller: Person | undefined, body?: unknown): Event =>
  ({
    version: '2.0',
    routeKey: `${method} ${route}`,
    rawPath: path,
    rawQueryString: '',
    headers: {
      accept: 'application/json',
      'accept-encoding': 'gzip, deflate, br',
      authorization: `Bearer ${'t'.repeat(800)}`,
      host: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
      'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36',
      'x-amzn-trace-id': 'Root=1-65a1b2c3-0123456789abcdef01234567',
      'x-forwarded-for': '192.0.2.10',
      'x-forwarded-port': '443',
      'x-forwarded-proto': 'https',
      ...(body !== undefined && {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(textOf(body))),
      }),
    },
    requestContext: {
      accountId: '000000000000',
      apiId: 'abcdefghij',
      domainName: 'abcdefghij.execute-api.eu-west-1.amazonaws.com',
      domainPrefix: 'abcdefghij',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 'Mozilla/5.0' },
      requestId: 'JKJaXmPLvHcESHA=',
      routeKey: `${method} ${route}`,
      stage: '$default',
      time: '31/Jan/2026:09:30:00 +0000',
      timeEpoch: 1_769_851_800_000,
      ...(caller && {
        authorizer: {
          principalId: '',
          integrationLatency: 0,
          jwt: {
            claims: {
              sub: caller.userId,
              groups: `[${caller.groups.join(' ')}]`,
              iss: TOKENS.issuer,
              aud: TOKENS.audience,
              exp: '1769855400',
              iat: '1769851800',
              scope: 'openid profile',
              token_use: 'access',
            },
            scopes: null,
          },
        },
      }),
    },
    ...(path !== route && { pathParameters: { id: path.split('/')[2] } }),
    ...(body !== undefined && { body: textOf(body) }),
    isBase64Encoded: false,
  }) as unknown as Event;

export const BOOKING = {
  start_date: '2030-01-31T09:30:00.000Z',
  end_date: '2030-01-31T10:30:00.000Z',
  participants: { number: 2, data: [drRossi, mrBianchi] },
};

const ONE = '/teleconsultation/{id}';
const ALL = '/teleconsultation';

export const events = {
  get: (): Event => eventOf('GET', ONE, `${ALL}/${RECORD_ID}`, mrBianchi),
  post: (): Event => eventOf('POST', ALL, ALL, drRossi, BOOKING),
  of: (caller: Person | undefined, body?: unknown, id = RECORD_ID): Event =>
    body === undefined ? eventOf('GET', ONE, `${ALL}/${id}`, caller) : eventOf('POST', ALL, ALL, caller, body),
};

export const contextOf = (requestId: string): Context =>
  ({
    callbackWaitsForEmptyEventLoop: true,
    functionName: FUNCTION,
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:000000000000:function:bench',
    memoryLimitInMB: '1024',
    awsRequestId: requestId,
    logGroupName: '/aws/lambda/bench',
    logStreamName: 'bench',
    getRemainingTimeInMillis: () => 28_000,
    done: () => undefined,
    fail: () => undefined,
    succeed: () => undefined,
  }) as Context;

/** What whoever opens the consultation leaves in the log, but for the time and how long it took. */
export const LINE_OF_GET: Item = {
  level: 'info',
  event: 'request.done',
  requestId: 'gate',
  function: FUNCTION,
  status: 200,
  teleconsultationId: RECORD_ID,
  // HMAC-SHA256 of `log:mr-bianchi` under the key above.
  userHash: '3642d0fce8169200',
};

const TOOLS = ['chat', 'screen_sharing', 'file_upload', 'whiteboard', 'snapshot', 'live_edit', 'live_pointer'];
const tools = Object.fromEntries([...TOOLS, 'present_to_everyone'].map(name => [name, true]));

/** What Kaleyra is asked for whoever books, but for the description. */
export const ROOM_OF_POST: Item = {
  participants: [
    { user_id: DOCTOR, is_admin: true, tools },
    { user_id: PATIENT, is_admin: false, tools },
  ],
  recording: 'none',
  live: true,
};
