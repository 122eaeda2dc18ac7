import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { invalidInput, tooLarge } from '../errors.ts';
import { bytesOf } from './body-bytes.ts';

/**
 * What a JSON body may be at most, looked at in its text: before the parser, which goes down one call for each level, and
 * before the schemas, which visit every value.
 */

/** 25 people with 20 groups each, every text as long as it may be, are a third of this. */
const LARGEST_BYTES = 256 * 1024;
/** The deepest body that means something has five levels; what callers send beside it is ignored, but not without end. */
const DEEPEST = 32;
const MOST_VALUES = 5000;

/** Known without decoding it, base64 or not. */
const sizeOf = ({ body = '', isBase64Encoded }: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): number =>
  Buffer.byteLength(body, isBase64Encoded ? 'base64' : 'utf8');

const refuse = (message: string): never => {
  throw invalidInput([{ path: 'body', message }]);
};

/** One walk over the text: brackets and commas outside of strings. Whether it is JSON at all is for the parser to say. */
const refuseDeepOrMany = (text: string): void => {
  let depth = 0;
  let values = 1;
  let quoted = false;
  for (let at = 0; at < text.length; at += 1) {
    const char = text[at];
    if (quoted) {
      if (char === '\\') at += 1;
      else if (char === '"') quoted = false;
    } else if (char === '"') quoted = true;
    else if (char === '}' || char === ']') depth -= 1;
    else if (char === '{' || char === '[') {
      depth += 1;
      values += 1;
      if (depth > DEEPEST) refuse(`must not be nested deeper than ${DEEPEST} levels`);
    } else if (char === ',') values += 1;
    if (values > MOST_VALUES) refuse(`must not hold more than ${MOST_VALUES} values`);
  }
};

/** @throws ServiceError 413 for a body that is too large, 400 for one that is too deep or holds too much */
export const refuseHeavyJson = (event: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): void => {
  if (sizeOf(event) > LARGEST_BYTES) throw tooLarge(`a JSON body may have at most ${LARGEST_BYTES} bytes`);
  refuseDeepOrMany(event.isBase64Encoded ? bytesOf(event).toString('utf8') : (event.body ?? ''));
};
