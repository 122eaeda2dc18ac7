import * as z from 'zod';
import { ServiceConfiguration } from './schemas/configuration.ts';

/**
 * The environment and the JSON configuration file as one validated object. Nothing else reads process.env.
 * Every problem is reported in one go, by the name of its key; a value that is a secret is never repeated.
 */

export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`the configuration is not valid:\n${problems.map(problem => `  ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Record<string, string | undefined>;

const HOUR_MS = 3_600_000;
const LONGEST_PERIOD_MS = 366 * 24 * HOUR_MS;

const boolean = (fallback: boolean) =>
  z
    .enum(['true', 'false'], 'must be true or false')
    .transform(value => value === 'true')
    .default(fallback);

const milliseconds = (fallback: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'must be a whole number of milliseconds')
    .transform(Number)
    .refine(value => value <= LONGEST_PERIOD_MS, `must be at most ${LONGEST_PERIOD_MS} (a year)`)
    .default(fallback);

const headerName = (fallback: string) =>
  z
    .string()
    .regex(/^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/, 'must be a header name')
    .transform(name => name.toLowerCase())
    .default(fallback);

const list = z.string().transform(value =>
  value
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== ''),
);

const isOrigin = (value: string): boolean => /^https?:\/\/(\*\.)?[A-Za-z0-9.-]+(:\d{1,5})?$/.test(value);

const KaleyraBaseUrl = z.string('is required').refine(value => {
  const url = URL.canParse(value) ? new URL(value) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.search === '';
}, 'must be a URL such as https://api.sandbox.eu.bandyer.com');

/** 32 bytes: what a brute force over the network cannot find. */
const SHORTEST_SECRET_BYTES = 32;

const GatewaySecrets = z
  .string('is required: without it anybody could send the identity headers')
  .pipe(list)
  .refine(secrets => secrets.length > 0, 'must hold at least one secret')
  .refine(
    secrets => secrets.every(secret => Buffer.byteLength(secret) >= SHORTEST_SECRET_BYTES),
    `must hold secrets of at least ${SHORTEST_SECRET_BYTES} bytes`,
  );

const EnvironmentSchema = z.object({
  BANDYER_API_SECRET_KEY: z.string('is required').min(1, 'is required'),
  BANDYER_BASE_URL: KaleyraBaseUrl,
  VENDOR_ORIGINS: list
    .refine(origins => origins.every(isOrigin), 'must be a comma list of origins such as https://*.bandyer.com')
    .default(['https://*.bandyer.com']),
  TELECONSULTATIONS_TABLE: z.string('is required').min(3, 'must be the name of a table'),
  IDENTITY_MODE: z.enum(['gateway'], 'must be gateway').default('gateway'),
  GATEWAY_SECRETS: GatewaySecrets,
  GATEWAY_SECRET_HEADER: headerName('x-gateway-secret'),
  USERID_HEADER_KEY: headerName('miauserid'),
  GROUPS_HEADER_KEY: headerName('miausergroups'),
  USER_PROPERTIES_HEADER_KEY: headerName('miauserproperties'),
  CLIENTTYPE_HEADER_KEY: headerName('client-type'),
  BACKOFFICE_HEADER_KEY: headerName('isbackoffice'),
  UNLIMITED_TELECONSULTATION: boolean(true),
  LIVE_TELECONSULTATION: boolean(true),
  IMMUTABLE_PERIOD_MS: milliseconds(0),
  DEFAULT_RECORDING_TYPE: z.enum(['none', 'manual', 'automatic'], 'must be none, manual or automatic').default('none'),
  TELECONSULTATION_DELETE_UPLOADS: boolean(false),
  UPLOADS_GRACE_MS: milliseconds(HOUR_MS),
  ROOM_CLOSE_GRACE_MS: milliseconds(24 * HOUR_MS),
  LOG_LEVEL: z
    .enum(
      ['debug', 'info', 'warn', 'error', 'trace', 'fatal', 'silent'],
      'must be debug, info, warn, error or silent (trace and fatal are taken for debug and error)',
    )
    .default('info'),
});

/** An unset variable often arrives as an empty text (a template, a shell): both mean "not given". */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));

const withAliases = (environment: Environment): Environment => ({
  ...(environment.CLIENT_TYPE_HEADER_KEY && { CLIENTTYPE_HEADER_KEY: environment.CLIENT_TYPE_HEADER_KEY }),
  ...environment,
});

const issuesOf = (error: z.ZodError, prefix: string): string[] =>
  error.issues.map(issue => {
    const key = [...(prefix ? [prefix] : []), ...issue.path.map(String)].join('.');
    return `${key}: ${issue.message}`;
  });

/** The file's content as an object, or the reason why it cannot be one. */
const readFileProblems = (path: string, readText: (path: string) => string): { value?: unknown; problem?: string } => {
  let text: string;
  try {
    text = readText(path);
  } catch {
    return { problem: `TELECONSULTATION_SERVICE_CONFIG_PATH: no file can be read at ${path}` };
  }
  try {
    return { value: JSON.parse(text) };
  } catch {
    return { problem: `TELECONSULTATION_SERVICE_CONFIG_PATH: ${path} is not valid JSON` };
  }
};

const unusablePrivileges = (configuration: ServiceConfiguration): string[] =>
  configuration.privileges.plus.groups.length === 0
    ? ['privileges.plus.groups: must name at least one group, or no room could ever be made']
    : [];

const shape = (env: z.output<typeof EnvironmentSchema>, file: ServiceConfiguration) => ({
  kaleyra: {
    apiKey: env.BANDYER_API_SECRET_KEY,
    baseUrl: env.BANDYER_BASE_URL.replace(/\/+$/, ''),
    origins: env.VENDOR_ORIGINS,
  },
  table: env.TELECONSULTATIONS_TABLE,
  identity: {
    mode: env.IDENTITY_MODE,
    gatewaySecrets: env.GATEWAY_SECRETS,
    gatewaySecretHeader: env.GATEWAY_SECRET_HEADER,
    userIdHeader: env.USERID_HEADER_KEY,
    groupsHeader: env.GROUPS_HEADER_KEY,
    userPropertiesHeader: env.USER_PROPERTIES_HEADER_KEY,
    clientTypeHeader: env.CLIENTTYPE_HEADER_KEY,
    backofficeHeader: env.BACKOFFICE_HEADER_KEY,
    userIdPath: file.userIdPathInRequest ?? [
      { from: 'object' as const, extract: 'headers' },
      { from: 'object' as const, extract: env.USERID_HEADER_KEY },
    ],
  },
  rooms: {
    unlimited: env.UNLIMITED_TELECONSULTATION,
    live: env.LIVE_TELECONSULTATION,
    immutablePeriodMs: env.IMMUTABLE_PERIOD_MS,
    recording: env.DEFAULT_RECORDING_TYPE,
    deleteUploads: env.TELECONSULTATION_DELETE_UPLOADS,
    uploadsGraceMs: env.UPLOADS_GRACE_MS,
    closeGraceMs: env.ROOM_CLOSE_GRACE_MS,
  },
  privileges: file.privileges,
  groupsWithBackground: file.groupsWithBackgroundList,
  logLevel: env.LOG_LEVEL,
});

export type Config = ReturnType<typeof shape>;

/**
 * @param environment the process environment
 * @param readText reads the configuration file (a parameter so that tests own the disk)
 * @throws ConfigurationError with every problem at once
 */
export const readConfig = (environment: Environment, readText: (path: string) => string): Config => {
  const given = withAliases(withoutEmpty(environment));
  const problems: string[] = [];

  const env = EnvironmentSchema.safeParse(given);
  if (!env.success) problems.push(...issuesOf(env.error, ''));

  const path = given.TELECONSULTATION_SERVICE_CONFIG_PATH;
  const source = path === undefined ? { value: {} } : readFileProblems(path, readText);
  if (source.problem !== undefined) problems.push(source.problem);
  const file = ServiceConfiguration.safeParse(source.value ?? {});
  if (!file.success) problems.push(...issuesOf(file.error, 'configuration'));
  if (file.success) problems.push(...unusablePrivileges(file.data));

  if (!env.success || !file.success || problems.length > 0) throw new ConfigurationError(problems);
  return shape(env.data, file.data);
};
