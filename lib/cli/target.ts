import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createDocumentClient } from '../store/document-client.ts';
import { CommandError } from './command.ts';

/**
 * Where a command works: the stack that runs on this machine, or a stage on AWS when one is named. It never falls back from
 * one to the other.
 */
export interface Target {
  /** For the first line that the command prints. */
  label: string;
  table: string;
  connect(): DynamoDBDocumentClient;
}

export type Environment = Readonly<Record<string, string | undefined>>;

export const SERVICE = 'teleconsultation';
const LOCAL = 'local';

/** How many calls may wait for an answer at once; more would only queue at the table. */
const CONNECTIONS = 64;
const REQUEST_TIMEOUT_MS = 30_000;
/** A port without a stack refuses at once; a stack on a busy machine takes its time. */
const HEALTH_TIMEOUT_MS = 5000;

const SETTINGS = {
  maxAttempts: 8,
  requestHandler: {
    connectionTimeout: 5000,
    requestTimeout: REQUEST_TIMEOUT_MS,
    throwOnRequestTimeout: true,
    httpsAgent: { maxSockets: CONNECTIONS },
    httpAgent: { maxSockets: CONNECTIONS },
  },
};

const portFrom = (env: Environment, variable: string, otherwise: number): number => {
  const text = env[variable] ?? '';
  if (text === '') return otherwise;
  if (/^\d{1,5}$/.test(text) && Number(text) > 0 && Number(text) <= 65_535) return Number(text);
  throw new CommandError(`${variable} must be the port of a running stack, a number from 1 to 65535`);
};

/** An answer with a gateway's request id is a stack's; anything else on that port is somebody else's. */
const isStack = async (api: string): Promise<boolean> => {
  try {
    const answer = await fetch(`${api}/-/healthz`, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) });
    return answer.headers.has('apigw-requestid');
  } catch {
    return false;
  }
};

export interface LocalApi {
  api: string;
  /** @throws CommandError when no stack runs there */
  check(): Promise<void>;
}

/** The API of the stack that runs on this machine. */
export const localApi = (env: Environment): LocalApi => {
  const api = `http://127.0.0.1:${portFrom(env, 'PORT', 3000)}`;
  return {
    api,
    check: async () => {
      if (!(await isStack(api))) throw new CommandError(`no stack is running at ${api}: run \`npm start\` first`);
    },
  };
};

const onThisMachine = (env: Environment): Target & { check(): Promise<void> } => {
  const { api, check } = localApi(env);
  const dynamodb = `http://127.0.0.1:${portFrom(env, 'DYNAMODB_PORT', 3002)}`;
  const table = `${SERVICE}-${LOCAL}`;
  return {
    label: `local stack at ${api}, table ${table} at ${dynamodb}`,
    table,
    // Keys of its own: nothing that this machine knows of AWS is used.
    connect: () =>
      createDocumentClient(dynamodb, {
        ...SETTINGS,
        region: 'eu-west-1',
        credentials: { accessKeyId: LOCAL, secretAccessKey: LOCAL },
      }),
    check,
  };
};

/**
 * @param service as the SDK's own variables write it
 * @throws CommandError when it is not clear which stage is meant, or when something leads away from AWS
 */
export const regionOf = (stage: string, env: Environment, service: 'DYNAMODB' | 'LAMBDA'): string => {
  if (stage === LOCAL) throw new CommandError('the local stack is the target when no stage is named');
  if (!/^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(stage)) throw new CommandError('--stage must be the name of a stage');
  const elsewhere = [`AWS_ENDPOINT_URL_${service}`, 'AWS_ENDPOINT_URL'].find(name => (env[name] ?? '') !== '');
  if (elsewhere !== undefined) throw new CommandError(`${elsewhere} leads away from AWS: unset it to work on a stage`);
  const region = env.AWS_REGION || env.AWS_DEFAULT_REGION;
  if (!region) throw new CommandError('AWS_REGION must say in which region the stage is');
  return region;
};

const onAws = (stage: string, env: Environment): Target & { check(): Promise<void> } => {
  const region = regionOf(stage, env, 'DYNAMODB');
  const table = `${SERVICE}-${stage}`;
  return {
    label: `AWS, stage ${stage}, table ${table} in ${region}`,
    table,
    connect: () => createDocumentClient(undefined, { ...SETTINGS, region }),
    check: async () => undefined,
  };
};

/**
 * Says where the command is about to work before anything else, then makes sure that somebody is there.
 * @throws CommandError when it is not clear where to work, or when nothing runs there
 */
export const findTarget = async (
  stage: string | undefined,
  env: Environment,
  print: (line: string) => void,
): Promise<Target> => {
  const { check, ...target } = stage === undefined ? onThisMachine(env) : onAws(stage, env);
  print(`target: ${target.label}`);
  await check();
  return target;
};
