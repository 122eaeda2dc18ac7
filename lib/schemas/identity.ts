import type * as z from 'zod/mini';
import type { ExtractionStep, ServiceConfiguration } from './configuration.ts';
import type { EnvironmentSchema } from './environment.ts';

/** How a caller is recognised: by the claims of a verified token, or by the headers of a trusted gateway. */

type Environment = z.output<typeof EnvironmentSchema>;

export interface TokenIdentity {
  mode: 'jwt';
  /** Given, a token of another issuer counts as none, whoever has let it through. */
  issuer: string | undefined;
  audience: readonly string[] | undefined;
  /** From `claims` to the claim that says who calls. */
  userIdPath: readonly ExtractionStep[];
  /** The claim itself, or a way into one: `realm_access.roles`. */
  groupsClaim: string;
  /** The first that a token has. */
  scopesClaims: readonly string[];
  clientTypeHeader: string;
  /** The configuration key that names an id which its owner can change; undefined: none does. */
  writableId: 'JWT_CLAIM_ID' | 'userIdPathInRequest' | undefined;
}

export interface GatewayIdentity {
  mode: 'gateway';
  gatewaySecretHeader: string;
  userIdHeader: string;
  groupsHeader: string;
  userPropertiesHeader: string;
  clientTypeHeader: string;
  backofficeHeader: string;
  /** From `headers` to the value that says who calls. */
  userIdPath: readonly ExtractionStep[];
}

export type Identity = TokenIdentity | GatewayIdentity;

const step = (extract: string): ExtractionStep => ({ from: 'object', extract });

export const identityOf = (env: Environment, file: ServiceConfiguration): Identity => {
  const clientTypeHeader = env.CLIENTTYPE_HEADER_KEY;
  if (env.IDENTITY_MODE === 'jwt') {
    const userIdPath = file.userIdPathInRequest ?? [step('claims'), step(env.JWT_CLAIM_ID)];
    const key = file.userIdPathInRequest === undefined ? 'JWT_CLAIM_ID' : 'userIdPathInRequest';
    return {
      mode: 'jwt',
      issuer: env.JWT_ISSUER,
      audience: env.JWT_AUDIENCE,
      userIdPath,
      groupsClaim: env.JWT_CLAIM_GROUPS,
      scopesClaims: env.JWT_CLAIM_SCOPES,
      clientTypeHeader,
      writableId: userIdPath.some(({ extract }) => isWritable(extract)) ? key : undefined,
    };
  }
  return {
    mode: 'gateway',
    gatewaySecretHeader: env.GATEWAY_SECRET_HEADER,
    userIdHeader: env.USERID_HEADER_KEY,
    groupsHeader: env.GROUPS_HEADER_KEY,
    userPropertiesHeader: env.USER_PROPERTIES_HEADER_KEY,
    clientTypeHeader,
    backofficeHeader: env.BACKOFFICE_HEADER_KEY,
    userIdPath: file.userIdPathInRequest ?? [step('headers'), step(env.USERID_HEADER_KEY)],
  };
};

/** What people write about themselves at an issuer: whoever can change such a claim can become somebody else. */
const WRITABLE = [
  'email',
  'name',
  'given_name',
  'family_name',
  'middle_name',
  'nickname',
  'preferred_username',
  'profile',
  'website',
  'picture',
  'gender',
  'birthdate',
  'zoneinfo',
  'locale',
  'phone_number',
  'address',
  'upn',
  'unique_name',
  'user_metadata',
];

/** Cognito's own attributes as well: an application's users may write them unless that is taken from it. */
const isWritable = (claim: string | number): boolean =>
  String(claim)
    .toLowerCase()
    .split('.')
    .some(part => WRITABLE.includes(part) || part.startsWith('custom:'));

/** An HTTP API writes a list as `[a b]`: a name with one of these in it could be two names, or none. */
const UNREADABLE = /[\s,[\]]/;

/** @param groups by the key that configures them */
const unreadableGroups = (groups: Readonly<Record<string, readonly string[]>>): string[] =>
  Object.entries(groups)
    .filter(([, names]) => names.some(name => UNREADABLE.test(name)))
    .map(
      ([key]) =>
        `${key}: must not name a group with blanks, commas or brackets where IDENTITY_MODE is jwt: a claim cannot tell it apart`,
    );

const START_OF_PATH = { jwt: 'claims', gateway: 'headers' } as const;

/** What does not go together in the two sources of the configuration. */
export const identityProblems = (env: Environment, file: ServiceConfiguration): string[] => {
  const mode = env.IDENTITY_MODE;
  const problems: string[] = [];
  const [first] = file.userIdPathInRequest ?? [];
  if (first !== undefined && first.extract !== START_OF_PATH[mode]) {
    problems.push(
      `configuration.userIdPathInRequest.0.extract: must be ${START_OF_PATH[mode]} where IDENTITY_MODE is ${mode}`,
    );
  }
  if (mode === 'gateway') return problems;
  return [
    ...problems,
    ...unreadableGroups({
      'configuration.privileges.plus.groups': file.privileges.plus.groups,
      'configuration.privileges.basic.groups': file.privileges.basic.groups,
      'configuration.groupsWithBackgroundList': file.groupsWithBackgroundList,
      ADMIN_GROUPS: env.ADMIN_GROUPS,
      MANAGER_GROUPS: env.MANAGER_GROUPS,
    }),
  ];
};
