import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Deps } from '../deps.ts';

/** The body as its sender wrote it: API Gateway hands over what it does not take for text as base64. */
export const bytesOf = ({
  body = '',
  isBase64Encoded,
}: Pick<APIGatewayProxyEventV2, 'body' | 'isBase64Encoded'>): Buffer =>
  Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');

/** Reads a body that is no plain JSON of a caller; gives what the endpoint's schema then checks. */
export type BodyReader = (
  event: APIGatewayProxyEventV2,
  deps: Pick<Deps, 'config' | 'clock' | 'secrets'>,
) => Promise<unknown>;
