import * as z from 'zod/mini';
import { commaList as list } from './comma-list.ts';
import { SECRET_VARIABLES } from './secrets.ts';

/** The environment variables of the service, by their names; every value is text, as an environment holds it. */

const HOUR_MS = 3_600_000;
const LONGEST_PERIOD_MS = 366 * 24 * HOUR_MS;

const boolean = (fallback: boolean) =>
  z._default(
    z.pipe(
      z.enum(['true', 'false'], 'must be true or false'),
      z.transform(value => value === 'true'),
    ),
    fallback,
  );

const milliseconds = (fallback: number) =>
  z._default(
    z
      .pipe(z.string().check(z.regex(/^\d{1,15}$/, 'must be a whole number of milliseconds')), z.transform(Number))
      .check(z.refine(value => value <= LONGEST_PERIOD_MS, `must be at most ${LONGEST_PERIOD_MS} (a year)`)),
    fallback,
  );

const wholeNumber = (fallback: number, most: number) =>
  z._default(
    z
      .pipe(z.string().check(z.regex(/^[1-9]\d{0,6}$/, 'must be a whole number of at least 1')), z.transform(Number))
      .check(z.refine(value => value <= most, `must be at most ${most}`)),
    fallback,
  );

const headerName = (fallback: string) =>
  z._default(
    z.pipe(
      z.string().check(z.regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header name')),
      z.transform(name => name.toLowerCase()),
    ),
    fallback,
  );

const claimName = z.string().check(z.regex(/^\S{1,200}$/, 'must be the name of a claim'));

const isOrigin = (value: string): boolean => /^https?:\/\/(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?$/.test(value);

const KaleyraBaseUrl = z.string('is required').check(
  z.refine(value => {
    const url = URL.canParse(value) ? new URL(value) : undefined;
    return (
      url !== undefined &&
      /^https?:$/.test(url.protocol) &&
      [url.username, url.password, url.search, url.hash].every(part => part === '')
    );
  }, 'must be a URL such as https://api.sandbox.eu.bandyer.com'),
);

/** No request can be made with such an address; and it would be a secret outside of where secrets are. */
const hasNoCredentials = (value: string): boolean =>
  !URL.canParse(value) || (new URL(value).username === '' && new URL(value).password === '');

/** A service of the same platform, by its name or with scheme and port: `auth0-client`, `http://auth0-client:8080`. */
const ServiceAddress = z.optional(
  z
    .pipe(
      z.string(),
      z.transform(value => (value.includes('://') ? value : `http://${value}`).replace(/\/+$/, '')),
    )
    .check(
      z.refine(
        value => URL.canParse(value) && /^https?:$/.test(new URL(value).protocol),
        'must be a host name or a URL',
      ),
      z.refine(hasNoCredentials, 'must not hold a user or a password'),
    ),
);

const UNITS: Record<string, number> = { B: 1, KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };

/** `50MB`, `512 kB`, `1000000`: as bytes. */
const size = (fallback: string) =>
  z.pipe(
    z._default(
      z.string().check(z.regex(/^\d{1,9}(\.\d{1,3})?\s*([KMG]?B)?$/i, 'must be a size such as 50MB')),
      fallback,
    ),
    z.transform(text => {
      const [, amount = '', , unit = 'B'] = /^(\d+(\.\d+)?)\s*([KMG]?B)?$/i.exec(text) ?? [];
      return Math.floor(Number(amount) * (UNITS[unit.toUpperCase()] ?? 1));
    }),
  );

export const EnvironmentSchema = z.object({
  ...SECRET_VARIABLES,
  BANDYER_BASE_URL: KaleyraBaseUrl,
  VENDOR_ORIGINS: z._default(
    list.check(
      z.refine(origins => origins.every(isOrigin), 'must be a comma list of origins such as https://*.bandyer.com'),
    ),
    ['https://*.bandyer.com'],
  ),
  TELECONSULTATIONS_TABLE: z.string('is required').check(z.minLength(3, 'must be the name of a table')),
  /** Without an authorizer in front, `jwt` lets nobody in: the safe one to forget. */
  IDENTITY_MODE: z._default(z.enum(['jwt', 'gateway'], 'must be jwt or gateway'), 'jwt'),
  /** What the authorizer in front has been told as well; given, the functions look at it once more. */
  JWT_ISSUER: z.optional(z.url({ protocol: /^https?$/, error: 'must be a URL' })),
  JWT_AUDIENCE: z.optional(list.check(z.refine(names => names.length > 0, 'must hold at least one audience'))),
  JWT_CLAIM_ID: z._default(claimName, 'sub'),
  JWT_CLAIM_GROUPS: z._default(claimName, 'groups'),
  /** The first that a token has. */
  JWT_CLAIM_SCOPES: z._default(list.check(z.refine(names => names.length > 0, 'must name at least one claim')), [
    'scope',
    'scp',
  ]),
  GATEWAY_SECRET_HEADER: headerName('x-gateway-secret'),
  USERID_HEADER_KEY: headerName('miauserid'),
  GROUPS_HEADER_KEY: headerName('miausergroups'),
  USER_PROPERTIES_HEADER_KEY: headerName('miauserproperties'),
  CLIENTTYPE_HEADER_KEY: headerName('client-type'),
  BACKOFFICE_HEADER_KEY: headerName('isbackoffice'),
  /** Unset, it follows the identity mode. */
  AUTHORIZATION: z.optional(z.enum(['rules', 'gateway'], 'must be rules or gateway')),
  ADMIN_GROUPS: z._default(list, []),
  MANAGER_GROUPS: z._default(list, []),
  UNLIMITED_TELECONSULTATION: boolean(true),
  LIVE_TELECONSULTATION: boolean(true),
  IMMUTABLE_PERIOD_MS: milliseconds(0),
  DEFAULT_RECORDING_TYPE: z._default(
    z.enum(['none', 'manual', 'automatic'], 'must be none, manual or automatic'),
    'none',
  ),
  TELECONSULTATION_DELETE_UPLOADS: boolean(false),
  TRANSCRIPTION_MAX_FILE_SIZE: size('50MB'),
  BACKGROUND_UPLOADS_BUCKET: z.optional(z.string().check(z.minLength(3, 'must be the name of a bucket'))),
  /** The SDK's own name for it; unset, S3 is where AWS has it. */
  AWS_ENDPOINT_URL_S3: z.optional(z.url({ protocol: /^https?$/, error: 'must be a URL' })),
  AUTH_SERVICE: ServiceAddress,
  CUSTOM_ID_USERS_API_ENDPOINT: z.optional(
    z
      .url({ protocol: /^https?$/, error: 'must be a URL' })
      .check(z.refine(hasNoCredentials, 'must not hold a user or a password')),
  ),
  WEBHOOK_ALLOW_V01: boolean(false),
  DEFAULT_CLIENT_TYPE: z.optional(z.string()),
  ADDITIONAL_HEADERS_TO_PROXY: z._default(
    z.pipe(
      list,
      z.transform(names => names.map(name => name.toLowerCase())),
    ),
    ['x-forwarded-for', 'x-request-id', 'x-forwarded-host', 'cookie', 'client-type'],
  ),
  UPLOADS_GRACE_MS: milliseconds(HOUR_MS),
  ROOM_CLOSE_GRACE_MS: milliseconds(24 * HOUR_MS),
  RECONCILE_MINIMUM_AGE_MS: milliseconds(15 * 60_000),
  KALEYRA_MAX_CONCURRENCY: wholeNumber(4, 50),
  KALEYRA_JOB_CALLS_PER_MINUTE: wholeNumber(300, 1_000_000),
  CLEANUP_DRY_RUN: boolean(false),
  RETENTION_DAYS: z.optional(
    z.pipe(
      z.string().check(z.regex(/^[1-9]\d{0,4}$/, 'must be a whole number of days, at least 1')),
      z.transform(Number),
    ),
  ),
  IDEMPOTENCY_BY_REQUEST_ID: boolean(false),
  DOCUMENTATION: boolean(true),
  /** The same for every instance of a deployment: by it they agree on what a repeated booking is. */
  HASH_KEY: z.string('is required').check(z.minLength(16, 'must be at least 16 characters long')),
  /** CloudWatch's namespace for metrics, one for each stage; without it the log holds none. */
  METRICS_NAMESPACE: z.optional(
    z.string().check(
      z.regex(/^[A-Za-z0-9][A-Za-z0-9._/#-]{0,254}$/, 'must be a namespace of CloudWatch'),
      z.refine(name => !name.startsWith('AWS/'), 'must not be a namespace of AWS itself'),
    ),
  ),
  /** How long CloudWatch keeps the log: an erasure states it. */
  LOG_RETENTION_DAYS: wholeNumber(30, 3653),
  LOG_LEVEL: z._default(
    z.enum(
      ['debug', 'info', 'warn', 'error', 'trace', 'fatal', 'silent'],
      'must be debug, info, warn, error or silent (trace and fatal are taken for debug and error)',
    ),
    'info',
  ),
});

/** Variables of the retired service that mean nothing here: taken without complaint, and named in the log at the start. */
export const IGNORED_VARIABLES = [
  'CRUD_SERVICE_URL',
  'CRUD_SERVICE',
  'TELECONSULTATIONS_CRUD_NAME',
  'USER_ID_MAP_CRUD_NAME',
  'USER_MAP_ID_CRUD_NAME',
  'MICROSERVICE_GATEWAY_SERVICE_NAME',
  'BANDYER_APP_ID',
  'HTTP_PORT',
] as const;
