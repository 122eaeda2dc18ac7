import type { APIGatewayProxyEventV2 } from 'aws-lambda';

/**
 * The parser of the stack calls a function for each value, to find keys that would become an object's prototype. They can only
 * be in a text that spells them, or that writes letters as escapes. Any other body of the usual type has the same value
 * without it.
 */
const MAY_HOLD_FORBIDDEN_KEYS = /__proto__|constructor|\\u/;

const USUAL_TYPE = /^application\/json(;|$)/i;

type Sent = Pick<APIGatewayProxyEventV2, 'headers' | 'body' | 'isBase64Encoded'>;

/** @returns undefined where the parser has to look, and to say what is wrong */
export const plainJsonIn = ({ headers, body = '', isBase64Encoded }: Sent): unknown => {
  if (isBase64Encoded || !USUAL_TYPE.test(headers?.['content-type'] ?? '')) return undefined;
  if (MAY_HOLD_FORBIDDEN_KEYS.test(body)) return undefined;
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
};
