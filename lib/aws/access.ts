/**
 * Where AWS is and what proves who we are, from the variables that Lambda sets; read at every call, because a session token
 * runs out. Nothing else is looked at: no file, no profile, no metadata address.
 */

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken: string | undefined;
}

export type Service = 'dynamodb' | 'ssm' | 'secretsmanager' | 's3';

/** As the SDK's own variables write them. */
const VARIABLES: Readonly<Record<Service, string>> = {
  dynamodb: 'AWS_ENDPOINT_URL_DYNAMODB',
  ssm: 'AWS_ENDPOINT_URL_SSM',
  secretsmanager: 'AWS_ENDPOINT_URL_SECRETS_MANAGER',
  s3: 'AWS_ENDPOINT_URL_S3',
};

/** Regions whose addresses end otherwise than in `amazonaws.com`. */
const DOMAINS: readonly [region: RegExp, domain: string][] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^us-iso-/, 'c2s.ic.gov'],
  [/^us-isob-/, 'sc2s.sgov.gov'],
  [/^eu-isoe-/, 'cloud.adc-e.uk'],
  [/^us-isof-/, 'csp.hci.ic.gov'],
];

const required = (environment: Environment, name: string): string => {
  const value = environment[name];
  if (value === undefined || value === '') throw new Error(`${name} is not set`);
  return value;
};

/** @throws Error naming the variable that is not set */
export const regionFrom = (environment: Environment): string => required(environment, 'AWS_REGION');

/** @throws Error naming the variable that is not set */
export const credentialsFrom = (environment: Environment): Credentials => ({
  accessKeyId: required(environment, 'AWS_ACCESS_KEY_ID'),
  secretAccessKey: required(environment, 'AWS_SECRET_ACCESS_KEY'),
  sessionToken: environment.AWS_SESSION_TOKEN || undefined,
});

/** Where somebody wants a service to be, if anywhere in particular. */
export const endpointFrom = (environment: Environment, service: Service): URL | undefined => {
  const text = environment[VARIABLES[service]] || environment.AWS_ENDPOINT_URL;
  return text ? new URL(text) : undefined;
};

/** `dynamodb.eu-west-1.amazonaws.com` */
export const hostOf = (service: Service, region: string): string => {
  const [, domain] = DOMAINS.find(([pattern]) => pattern.test(region)) ?? [undefined, 'amazonaws.com'];
  return `${service}.${region}.${domain}`;
};
