import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import { ServiceError } from '../errors.ts';
import { headersOf } from './request-headers.ts';

/**
 * How large a request may be beside its body. API Gateway stops at 10,240 bytes for address and headers together, whatever they
 * are made of; these are the limits of each part, and of how many there are.
 */

const MOST_HEADERS = 100;
const LONGEST_HEADER = 8192;
/** Decoded. Ids are 24 to 128 characters; what is longer than this has nothing of ours at its end. */
const LONGEST_PATH = 2048;
const LONGEST_QUERY = 2048;
const MOST_PARAMETERS = 32;

type Envelope = Pick<
  APIGatewayProxyEventV2,
  'headers' | 'cookies' | 'rawPath' | 'rawQueryString' | 'queryStringParameters'
>;

const refuseAddress = (message: string): never => {
  throw new ServiceError('too_large', 414, message);
};

const refuseHeaders = (message: string): never => {
  throw new ServiceError('too_large', 431, message);
};

/** @throws ServiceError 414 for the address, 431 for the headers */
export const refuseOversized = (event: Envelope): void => {
  const { rawPath = '', rawQueryString = '', queryStringParameters } = event;
  if (rawPath.length > LONGEST_PATH) refuseAddress(`the path is longer than ${LONGEST_PATH} characters`);
  if (rawQueryString.length > LONGEST_QUERY) refuseAddress(`the query is longer than ${LONGEST_QUERY} characters`);
  if (Object.keys(queryStringParameters ?? {}).length > MOST_PARAMETERS) {
    refuseAddress(`the query has more than ${MOST_PARAMETERS} parameters`);
  }
  const headers = Object.values(headersOf(event));
  if (headers.length > MOST_HEADERS) refuseHeaders(`there are more than ${MOST_HEADERS} headers`);
  if (headers.some(value => (value ?? '').length > LONGEST_HEADER)) {
    refuseHeaders(`a header is longer than ${LONGEST_HEADER} characters`);
  }
};
