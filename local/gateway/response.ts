/** What a function returned as an HTTP response, by the rules of payload format 2.0. Pure. */
import { validateHeaderName, validateHeaderValue } from 'node:http';
import type { GatewayResponse, HeaderList } from './types.ts';

/** The gateway sets these itself, whatever a function says. */
const OWN_HEADERS = new Set(['connection', 'content-length', 'keep-alive', 'transfer-encoding', 'upgrade']);

/** An answer of the gateway itself. */
export function messageResponse(statusCode: number, message: string): GatewayResponse {
  return jsonResponse(statusCode, { message });
}

/** @param challenge what the client is told of the token that it sent, or did not send */
export function unauthorized(challenge: string): GatewayResponse {
  const { headers, ...response } = messageResponse(401, 'Unauthorized');
  return { ...response, headers: [...headers, ['www-authenticate', challenge]] };
}

export function jsonResponse(statusCode: number, value: unknown): GatewayResponse {
  return {
    statusCode,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify(value ?? null)),
  };
}

/** An HTTP API tells the id of the request with every answer. */
export function withRequestId(response: GatewayResponse, requestId: string): GatewayResponse {
  return { ...response, headers: [...response.headers, ['apigw-requestid', requestId]] };
}

/**
 * @param result what the function returned, after it travelled as JSON
 * @throws when the gateway could not make a response of it
 */
export function toResponse(result: unknown): GatewayResponse {
  if (typeof result === 'string') {
    return { statusCode: 200, headers: [['content-type', 'application/json']], body: Buffer.from(result) };
  }
  if (!isRecord(result) || result.statusCode === undefined) return jsonResponse(200, result);
  const body = toBody(result.body, result.isBase64Encoded);
  const headers = [...toHeaders(result.headers), ...toSetCookies(result.cookies)];
  if (body.length > 0 && !headers.some(([name]) => name.toLowerCase() === 'content-type')) {
    headers.push(['content-type', 'text/plain;charset=UTF-8']);
  }
  return { statusCode: toStatus(result.statusCode), headers, body };
}

function toStatus(status: unknown): number {
  const code = typeof status === 'string' && /^\d{3}$/.test(status) ? Number(status) : status;
  if (typeof code === 'number' && Number.isInteger(code) && code >= 200 && code <= 599) return code;
  throw new Error(`statusCode ${JSON.stringify(status)} is not an HTTP status`);
}

function toBody(body: unknown, isBase64Encoded: unknown): Buffer {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body !== 'string') throw new Error('body is not a string');
  return Buffer.from(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

function toHeaders(headers: unknown): [string, string][] {
  if (headers === undefined || headers === null) return [];
  if (!isRecord(headers)) throw new Error('headers is not a map');
  return Object.entries(headers)
    .filter(([name]) => !OWN_HEADERS.has(name.toLowerCase()))
    .map(([name, value]) => {
      if (typeof value === 'object') throw new Error(`header ${name} is not text`);
      return validated(name, String(value));
    });
}

function toSetCookies(cookies: unknown): HeaderList {
  if (cookies === undefined || cookies === null) return [];
  if (!Array.isArray(cookies)) throw new Error('cookies is not a list');
  return cookies.map(cookie => validated('set-cookie', String(cookie)));
}

function validated(name: string, value: string): [string, string] {
  validateHeaderName(name);
  validateHeaderValue(name, value);
  return [name, value];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
