/** No framework at all: the two endpoints by hand, in one function. */
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import { open } from '../shared/open.ts';
import type { Services } from '../shared/services.ts';
import { bookingOf, linkOptionsOf } from './validation.ts';

const jsonOf = ({ body, isBase64Encoded, headers }: APIGatewayProxyEventV2): unknown => {
  if (!headers['content-type']?.startsWith('application/json')) throw new HttpError(415, 'must be application/json');
  try {
    return JSON.parse(isBase64Encoded ? Buffer.from(body ?? '', 'base64').toString('utf8') : (body ?? ''));
  } catch {
    throw new HttpError(400, 'the body must be valid JSON');
  }
};

interface Answer {
  status: number;
  body: unknown;
}

const respond = async (services: Services, event: APIGatewayProxyEventV2, caller: Caller): Promise<Answer> => {
  if (event.requestContext.http.method === 'POST') {
    return { status: 201, body: { roomId: await book(services, caller, bookingOf(jsonOf(event))) } };
  }
  const options = linkOptionsOf(event.queryStringParameters);
  return { status: 200, body: await open(services, event.pathParameters?.id ?? '', caller, options) };
};

export const createHandler =
  (services: Services) =>
  async (event: APIGatewayProxyEventV2, context: Context): Promise<APIGatewayProxyStructuredResultV2> => {
    const startedAt = services.now();
    const requestId = requestIdOf(event.headers['x-request-id'], context.awsRequestId);
    let answer: Answer;
    let caller: Caller | undefined;
    try {
      caller = callerOf(claimsIn(event), services.tokens);
      answer = await respond(services, event, caller);
    } catch (thrown) {
      const error = asHttpError(thrown);
      answer = { status: error.status, body: errorBody(error) };
    }
    services.log({
      requestId,
      route: event.routeKey,
      id: event.pathParameters?.id,
      status: answer.status,
      durationMs: services.now() - startedAt,
      callerId: caller?.id,
    });
    return {
      statusCode: answer.status,
      headers: { ...SECURITY_HEADERS, 'x-request-id': requestId, 'content-type': 'application/json' },
      body: JSON.stringify(answer.body),
    };
  };
