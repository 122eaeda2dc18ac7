import { timingSafeEqual } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Caller } from '../domain/ports.ts';
import { unauthorizedUser } from '../errors.ts';
import type { Personal } from '../personal.ts';
import type { GatewayIdentity, Identity } from '../schemas/identity.ts';
import { headersOf } from './request-headers.ts';
import { callerOfClaims } from './token-caller.ts';
import { asId, asName, parseJson, property } from './values.ts';

/**
 * Who calls. In jwt mode the claims of a verified token say it, see token-caller.ts. In gateway mode a trusted gateway has
 * authenticated the person and says so in headers; the request proves with the shared secret that it came through that gateway.
 */

/** Header names in lower case; what they hold says who somebody is, or lets in whoever sends it. */
export type Headers = Readonly<Record<string, Personal | undefined>>;

const sameText = (one: Buffer, other: Buffer): boolean => one.length === other.length && timingSafeEqual(one, other);

/** Every secret is compared, so that the time taken does not tell which of them is close. */
export const cameThroughGateway = (headers: Headers, header: string, secrets: readonly string[]): boolean => {
  const sent = Buffer.from(headers[header] ?? '');
  return secrets.map(secret => sameText(sent, Buffer.from(secret))).some(Boolean);
};

/** Follows `userIdPathInRequest`. The name that directly follows `headers` is a header's, so its case does not count. */
const valueAt = (headers: Headers, steps: GatewayIdentity['userIdPath']): unknown =>
  steps.reduce<unknown>(
    (value, { from, extract }, index) => {
      if (from === 'json') return property(parseJson(value), extract);
      if (from === 'array') return Array.isArray(value) ? value[Number(extract)] : undefined;
      return property(value, index === 1 ? String(extract).toLowerCase() : extract);
    },
    { headers },
  );

/** The caller's own name, in the spellings that user properties have. */
const fullNameOf = (headers: Headers, identity: GatewayIdentity): string | null => {
  const properties = parseJson(headers[identity.userPropertiesHeader]);
  const names = ['fullName', 'name', 'nickname'].map(key => asName(property(properties, key)));
  return names.find(name => name !== undefined) ?? null;
};

const callerOfHeaders = (headers: Headers, identity: GatewayIdentity, gatewaySecrets: readonly string[]): Caller => {
  if (!cameThroughGateway(headers, identity.gatewaySecretHeader, gatewaySecrets)) throw unauthorizedUser();
  const groups = (headers[identity.groupsHeader] ?? '').split(',').filter(group => group !== '');
  const id = asId(valueAt(headers, identity.userIdPath));
  return { id, groups, scopes: [], fullName: fullNameOf(headers, identity) };
};

type Event = Pick<APIGatewayProxyEventV2, 'headers' | 'cookies'> & { requestContext?: unknown };

/** Only an authorizer of API Gateway writes there. */
const claimsOf = ({ requestContext }: Event): unknown =>
  property(property(property(requestContext, 'authorizer'), 'jwt'), 'claims');

/**
 * @param gatewaySecrets any of which proves that a request came through the gateway; not looked at in jwt mode
 * @throws ServiceError 401 without a verified token, or for a request that did not come through the gateway
 */
export const identifyCaller = (event: Event, identity: Identity, gatewaySecrets: readonly string[]): Caller =>
  identity.mode === 'jwt'
    ? callerOfClaims(claimsOf(event), identity)
    : callerOfHeaders(headersOf(event), identity, gatewaySecrets);

/** What careless clients write for "nobody" is nobody. */
export const isPerson = (caller: Caller): caller is Caller & { id: string } =>
  caller.id !== undefined && caller.id !== 'null' && caller.id !== 'undefined';

/** Who is written down as the author of a change: as the old store did, `public` where nobody is named. */
export const auditId = (caller: Caller): Personal => (isPerson(caller) ? caller.id : 'public');
