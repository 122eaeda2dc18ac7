import type { GatewayIdentity } from '../schemas/identity.ts';
import { SHORTEST_GATEWAY_SECRET_BYTES } from '../schemas/secrets.ts';
import type { Secret } from '../secrets/secret.ts';
import { cameThroughGateway, type Headers } from './caller.ts';

/**
 * What a request in gateway mode is held against. A secret that nobody knows may be a new one, so that a rotation needs no new
 * deployment; how often that leads to a look into the store is for the secret itself to bound. What is too short to be one leads
 * to none.
 * @throws ServiceError when there is no telling what the secrets are
 */
export const gatewaySecretsFor = async (
  headers: Headers,
  { gatewaySecretHeader: header }: GatewayIdentity,
  secret: Secret<readonly string[]>,
): Promise<readonly string[]> => {
  const known = await secret.read();
  const isCandidate = Buffer.byteLength(headers[header] ?? '') >= SHORTEST_GATEWAY_SECRET_BYTES;
  if (!isCandidate || cameThroughGateway(headers, header, known)) return known;
  return (await secret.renew(known)) ?? known;
};
