/** Signature version 4, verified as S3 does: of requests that carry it in a header, and of the policies of forms. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { denied, S3Error } from './errors.ts';

export interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
}

export interface SignedRequest {
  readonly method: string;
  /** As sent, still percent-encoded. */
  readonly path: string;
  readonly query: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

const ALGORITHM = 'AWS4-HMAC-SHA256';
const SERVICE = 's3';
/** How far the clocks of client and server may be apart. */
const TOLERANCE_MS = 15 * 60_000;

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest();

function signatureOf({ secretAccessKey, region }: Account, date: string, text: string): Buffer {
  const key = [region, SERVICE, 'aws4_request'].reduce(hmac, hmac(`AWS4${secretAccessKey}`, date));
  return hmac(key, text);
}

function mustMatch(expected: Buffer, signature: string): void {
  const sent = Buffer.from(signature, 'hex');
  if (sent.length === expected.length && timingSafeEqual(sent, expected)) return;
  const message = 'The request signature we calculated does not match the signature you provided.';
  throw new S3Error(403, 'SignatureDoesNotMatch', message);
}

/** @returns the day that the credential is for */
function checkCredential(account: Account, credential: string): string {
  const [accessKeyId, date = '', region, service, end] = credential.split('/');
  if (accessKeyId !== account.accessKeyId) {
    throw new S3Error(403, 'InvalidAccessKeyId', 'The AWS Access Key Id you provided does not exist in our records.');
  }
  if (region !== account.region || service !== SERVICE || end !== 'aws4_request') {
    const message = `the credential must end in /${account.region}/${SERVICE}/aws4_request`;
    throw new S3Error(400, 'AuthorizationHeaderMalformed', message);
  }
  return date;
}

/** @param policy in base64, as it stands in the form */
export function verifyPolicySignature(account: Account, policy: string, field: (name: string) => string): void {
  if (field('x-amz-algorithm') !== ALGORITHM) throw denied(`x-amz-algorithm must be ${ALGORITHM}`);
  const date = checkCredential(account, field('x-amz-credential'));
  if (!field('x-amz-date').startsWith(date)) throw denied('x-amz-date is not of the day of the credential');
  mustMatch(signatureOf(account, date, policy), field('x-amz-signature'));
}

/** `20260504T090000Z` */
function instantOf(text: string): number {
  return Date.parse(text.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
}

function headerOf({ headers }: SignedRequest, name: string): string {
  const value = headers[name];
  return (Array.isArray(value) ? value.join(',') : (value ?? '')).trim().replace(/ +/g, ' ');
}

function canonicalQuery(query: string): string {
  const pairs = query.split('&').filter(pair => pair !== '');
  return pairs
    .map(pair => (pair.includes('=') ? pair : `${pair}=`))
    .toSorted()
    .join('&');
}

export function verifyRequest(account: Account, request: SignedRequest, now: number): void {
  const authorization = headerOf(request, 'authorization');
  if (authorization === '') throw denied('Access Denied');
  const [, credential = '', signedHeaders = '', signature = ''] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+), ?SignedHeaders=([^,]+), ?Signature=([0-9a-f]+)$/.exec(authorization) ?? [];
  const date = checkCredential(account, credential);
  const at = headerOf(request, 'x-amz-date');
  if (!(Math.abs(instantOf(at) - now) <= TOLERANCE_MS)) {
    const message = 'The difference between the request time and the current time is too large.';
    throw new S3Error(403, 'RequestTimeTooSkewed', message);
  }
  const names = signedHeaders.split(';');
  if (!names.includes('host')) throw denied('There were headers present in the request which were not signed');
  const payload = headerOf(request, 'x-amz-content-sha256');
  if (payload !== 'UNSIGNED-PAYLOAD' && payload !== sha256(request.body)) {
    const message = "The provided 'x-amz-content-sha256' header does not match what was computed.";
    throw new S3Error(400, 'XAmzContentSHA256Mismatch', message);
  }
  const canonical = [
    request.method,
    request.path,
    canonicalQuery(request.query),
    ...names.map(name => `${name}:${headerOf(request, name)}`),
    '',
    signedHeaders,
    payload,
  ].join('\n');
  const scope = `${date}/${account.region}/${SERVICE}/aws4_request`;
  mustMatch(signatureOf(account, date, [ALGORITHM, at, scope, sha256(canonical)].join('\n')), signature);
}
