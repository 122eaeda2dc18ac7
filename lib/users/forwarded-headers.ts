import type { Config } from '../config.ts';

/**
 * Which headers of a request travel on to the platform's own services, as the retired service repeated them. None of them goes
 * anywhere else.
 */

/** Of a request, names in lower case. */
export type Headers = Readonly<Record<string, string | undefined>>;

const ALWAYS = ['x-request-id', 'x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host'];

/**
 * Never, also when the variable lists them: what proves who somebody is to this service is not for another one, and what
 * describes the connection or the body would be wrong for ours.
 */
const NEVER = [
  'authorization',
  'proxy-authorization',
  'host',
  'connection',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
  'accept',
  'accept-encoding',
  'content-type',
  'content-length',
  'content-encoding',
];

/** HTTP carries bytes: a text that API Gateway has decoded is written as UTF-8 again. */
const asSent = (value: string): string => {
  const isBytes = Buffer.from(value, 'latin1').toString('latin1') === value;
  return isBytes ? value : Buffer.from(value, 'utf8').toString('latin1');
};

/** What a client refuses to send would make the call fail; no header that came over HTTP holds it. */
const isSendable = (value: string | undefined): value is string =>
  value !== undefined && value !== '' && /^[\t\x20-\x7e\x80-\xff]+$/.test(asSent(value));

type Settings = Pick<Config, 'identity'> & {
  directory: Pick<Config['directory'], 'headersToProxy' | 'defaultClientType'>;
};

/** Where no gateway has written them, headers that say who somebody is are only what a client claims. */
const fromGateway = (identity: Config['identity']): { vouchedFor: string[]; secret: string[] } => {
  if (identity.mode === 'jwt') return { vouchedFor: [], secret: [] };
  const { userIdHeader, groupsHeader, userPropertiesHeader, backofficeHeader, gatewaySecretHeader } = identity;
  return {
    vouchedFor: [userIdHeader, groupsHeader, userPropertiesHeader, backofficeHeader],
    secret: [gatewaySecretHeader],
  };
};

/** The headers for calls to a directory, names in lower case. */
export const forwardedHeaders = (headers: Headers, { identity, directory }: Settings): Record<string, string> => {
  const { vouchedFor, secret } = fromGateway(identity);
  const names = new Set([...vouchedFor, identity.clientTypeHeader, ...ALWAYS, ...directory.headersToProxy]);
  for (const name of [...NEVER, ...secret]) names.delete(name);
  const known: Headers = { [identity.clientTypeHeader]: directory.defaultClientType, ...withoutEmpty(headers) };
  return Object.fromEntries(
    [...names].flatMap(name => {
      const value = known[name];
      return isSendable(value) ? [[name, asSent(value)]] : [];
    }),
  );
};

const withoutEmpty = (headers: Headers): Headers =>
  Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined && value !== ''));
