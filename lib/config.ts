import * as z from 'zod/mini';
import { ServiceConfiguration } from './schemas/configuration.ts';
import { EnvironmentSchema, IGNORED_VARIABLES } from './schemas/environment.ts';
import { identityOf, identityProblems } from './schemas/identity.ts';
import { secretProblems, secretSourcesOf } from './schemas/secrets.ts';
import './schemas/words.ts';

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

/** An unset variable often arrives as an empty text (a template, a shell): both mean "not given". */
const withoutEmpty = (environment: Environment): Environment =>
  Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''));

const withAliases = (environment: Environment): Environment => ({
  ...(environment.CLIENT_TYPE_HEADER_KEY && { CLIENTTYPE_HEADER_KEY: environment.CLIENT_TYPE_HEADER_KEY }),
  ...environment,
});

const issuesOf = (error: z.core.$ZodError, prefix: string): string[] =>
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
    ? ['configuration.privileges.plus.groups: must name at least one group, or no room could ever be made']
    : [];

const RoomVariables = z.pick(EnvironmentSchema, {
  UNLIMITED_TELECONSULTATION: true,
  LIVE_TELECONSULTATION: true,
  IMMUTABLE_PERIOD_MS: true,
  DEFAULT_RECORDING_TYPE: true,
  TELECONSULTATION_DELETE_UPLOADS: true,
  UPLOADS_GRACE_MS: true,
  ROOM_CLOSE_GRACE_MS: true,
});

const roomRules = (env: z.output<typeof RoomVariables>) => ({
  unlimited: env.UNLIMITED_TELECONSULTATION,
  live: env.LIVE_TELECONSULTATION,
  immutablePeriodMs: env.IMMUTABLE_PERIOD_MS,
  recording: env.DEFAULT_RECORDING_TYPE,
  deleteUploads: env.TELECONSULTATION_DELETE_UPLOADS,
  uploadsGraceMs: env.UPLOADS_GRACE_MS,
  closeGraceMs: env.ROOM_CLOSE_GRACE_MS,
});

type AuthorizationVariables = Pick<z.output<typeof EnvironmentSchema>, 'AUTHORIZATION' | 'IDENTITY_MODE'>;

const authorizationMode = ({ AUTHORIZATION, IDENTITY_MODE }: AuthorizationVariables): 'rules' | 'gateway' =>
  AUTHORIZATION ?? (IDENTITY_MODE === 'gateway' ? 'gateway' : 'rules');

/** A setting that reads as if something were protected, while nobody asks for it, is worse than none. */
const contradictions = (env: z.output<typeof EnvironmentSchema>): string[] => {
  if (authorizationMode(env) === 'rules') return [];
  const without = (['ADMIN_GROUPS', 'MANAGER_GROUPS'] as const).filter(name => env[name].length > 0);
  return [
    ...(env.IDENTITY_MODE === 'gateway'
      ? []
      : ['AUTHORIZATION: must be rules where no gateway decides who may do what']),
    ...without.map(name => `${name}: needs AUTHORIZATION=rules`),
  ];
};

const shape = (env: z.output<typeof EnvironmentSchema>, file: ServiceConfiguration, ignored: readonly string[]) => ({
  kaleyra: {
    baseUrl: env.BANDYER_BASE_URL.replace(/\/+$/, ''),
    origins: env.VENDOR_ORIGINS,
  },
  /** Where each of them comes from; what they are is known to lib/secrets alone. */
  secrets: secretSourcesOf(env),
  table: env.TELECONSULTATIONS_TABLE,
  identity: identityOf(env, file),
  authorization: {
    /** `gateway`: whoever is let through in front may do everything but open what they take no part in. */
    mode: authorizationMode(env),
    /** Groups that may change the company's settings. */
    adminGroups: env.ADMIN_GROUPS,
    /** Groups that may book, change and cancel for anybody. */
    managerGroups: env.MANAGER_GROUPS,
  },
  rooms: roomRules(env),
  transcriptions: { largestBytes: env.TRANSCRIPTION_MAX_FILE_SIZE },
  webhooks: {
    /** Format 0.1, which signs nothing but the room's id. */
    allowRoomIdFormat: env.WEBHOOK_ALLOW_V01,
  },
  backgrounds: { bucket: env.BACKGROUND_UPLOADS_BUCKET, endpoint: env.AWS_ENDPOINT_URL_S3 },
  directory: {
    /** Its presence selects AUTH mode: names and groups come from there. */
    authService: env.AUTH_SERVICE,
    customIdsEndpoint: env.CUSTOM_ID_USERS_API_ENDPOINT,
    customUserId: file.customUserId,
    defaultClientType: env.DEFAULT_CLIENT_TYPE,
    headersToProxy: env.ADDITIONAL_HEADERS_TO_PROXY,
  },
  jobs: {
    callsAtOnce: env.KALEYRA_MAX_CONCURRENCY,
    callsPerMinute: env.KALEYRA_JOB_CALLS_PER_MINUTE,
    minimumAgeMs: env.RECONCILE_MINIMUM_AGE_MS,
    dryRun: env.CLEANUP_DRY_RUN,
    /** undefined: records of past teleconsultations stay. */
    retentionDays: env.RETENTION_DAYS,
  },
  idempotency: { byRequestId: env.IDEMPOTENCY_BY_REQUEST_ID },
  /** Whether anybody may read the description of the service. */
  documentation: env.DOCUMENTATION,
  privileges: file.privileges,
  groupsWithBackground: file.groupsWithBackgroundList,
  logLevel: env.LOG_LEVEL,
  logRetentionDays: env.LOG_RETENTION_DAYS,
  /** undefined: nobody wants metrics. */
  metricsNamespace: env.METRICS_NAMESPACE,
  /** What digests are made with: of people's ids for the log, of requests that may be repeated. */
  hashKey: env.HASH_KEY,
  /** Names of variables that were given and have no effect. */
  ignored,
});

export type Config = ReturnType<typeof shape>;

/**
 * @param environment the process environment
 * @param readText reads the configuration file (a parameter so that tests own the disk)
 * @throws ConfigurationError with every problem at once
 */
export const readConfig = (environment: Environment, readText: (path: string) => string): Config => {
  const given = withAliases(withoutEmpty(environment));
  const problems = secretProblems(given, given.IDENTITY_MODE === 'gateway');

  const env = EnvironmentSchema.safeParse(given);
  if (!env.success) problems.push(...issuesOf(env.error, ''));
  else problems.push(...contradictions(env.data));

  const path = given.TELECONSULTATION_SERVICE_CONFIG_PATH;
  const source = path === undefined ? { value: {} } : readFileProblems(path, readText);
  if (source.problem !== undefined) problems.push(source.problem);
  const file = ServiceConfiguration.safeParse(source.problem === undefined ? source.value : {});
  if (!file.success) problems.push(...issuesOf(file.error, 'configuration'));
  if (file.success) problems.push(...unusablePrivileges(file.data));
  if (env.success && file.success) problems.push(...identityProblems(env.data, file.data));
  if (given.CUSTOM_ID_USERS_API_ENDPOINT !== undefined && given.AUTH_SERVICE === undefined) {
    problems.push('CUSTOM_ID_USERS_API_ENDPOINT: needs AUTH_SERVICE');
  }

  if (!env.success || !file.success || problems.length > 0) throw new ConfigurationError(problems);
  return shape(
    env.data,
    file.data,
    IGNORED_VARIABLES.filter(name => given[name] !== undefined),
  );
};

/** How rooms are to be, for a command that needs neither secret nor vendor. @throws ConfigurationError */
export const readRoomRules = (environment: Environment): Config['rooms'] => {
  const env = RoomVariables.safeParse(withoutEmpty(environment));
  if (!env.success) throw new ConfigurationError(issuesOf(env.error, ''));
  return roomRules(env.data);
};
