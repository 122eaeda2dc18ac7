/** The quotas of an HTTP API in front of Lambda, and the requests they refuse. */
import { isDecodable } from './paths.ts';
import { messageResponse } from './response.ts';
import type { GatewayRequest, GatewayResponse } from './types.ts';

/** A Lambda request or answer; the event, with base64 and JSON escapes, has to fit. The HTTP API's own 10 MB never bind. */
export const MAX_PAYLOAD_BYTES = 6 * 1024 * 1024;

/** Request line and header values together. */
const MAX_HEADER_BYTES = 10_240;

/** Longest wait for a function, whatever its own timeout. */
export const MAX_INTEGRATION_MS = 30_000;

export const TOO_LARGE = messageResponse(413, 'Request Entity Too Large');
export const HEADERS_TOO_LARGE = messageResponse(431, 'Request Header Fields Too Large');
const BAD_REQUEST = messageResponse(400, 'Bad Request');

/** The answer to a request that no function gets to see; `undefined` when it may pass. */
export function refusalOf(request: GatewayRequest): GatewayResponse | undefined {
  if (headerBytes(request) > MAX_HEADER_BYTES) return HEADERS_TOO_LARGE;
  if (!request.rawPath.startsWith('/') || !isDecodable(request.rawPath)) return BAD_REQUEST;
  if (request.body.length > MAX_PAYLOAD_BYTES) return TOO_LARGE;
  return undefined;
}

export function exceedsPayload(json: string): boolean {
  return Buffer.byteLength(json) > MAX_PAYLOAD_BYTES;
}

function headerBytes({ method, rawPath, rawQuery, headers }: GatewayRequest): number {
  const requestLine = `${method} ${rawPath}${rawQuery && `?${rawQuery}`} HTTP/1.1`;
  return headers.reduce((bytes, [, value]) => bytes + Buffer.byteLength(value), Buffer.byteLength(requestLine));
}
