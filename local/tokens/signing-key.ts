/** The key pair that signs the embedded stack's tokens. It is made for this process and cannot be taken out of it. */
import { CompactSign, calculateJwkThumbprint, exportJWK, generateKeyPair, type JSONWebKeySet } from 'jose';

/** The only kind that an HTTP API takes, see verify.ts. */
export const ALGORITHM = 'RS256';

export interface SigningKey {
  /** What is published: the public half. */
  readonly published: JSONWebKeySet;
  sign(claims: Readonly<Record<string, unknown>>): Promise<string>;
}

export async function createSigningKey(): Promise<SigningKey> {
  const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { extractable: false });
  const jwk = await exportJWK(publicKey);
  const kid = await calculateJwkThumbprint(jwk);
  return {
    published: { keys: [{ ...jwk, kid, alg: ALGORITHM, use: 'sig' }] },
    sign: claims =>
      new CompactSign(Buffer.from(JSON.stringify(claims)))
        .setProtectedHeader({ alg: ALGORITHM, kid, typ: 'JWT' })
        .sign(privateKey),
  };
}
