/** Fastify with its own adapter. */
import awsLambdaFastify from '@fastify/aws-lambda';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import type { Booking } from '../shared/items.ts';
import { open } from '../shared/open.ts';
import type { Services } from '../shared/services.ts';
import { bookingSchema, openedSchema } from './schemas.ts';

declare module 'fastify' {
  interface FastifyRequest {
    awsLambda: { event: APIGatewayProxyEventV2; context: Context };
    caller: Caller | null;
    startedAt: number;
  }
}

const toHttpError = (error: FastifyError | HttpError): HttpError => {
  if (error instanceof HttpError) return error;
  if (error.validation !== undefined) {
    const details = error.validation.map(({ instancePath, message = '' }) => ({ path: instancePath, message }));
    return new HttpError(400, 'the request is not valid', details);
  }
  return error.statusCode === 400 ? new HttpError(400, 'the body must be valid JSON') : asHttpError(error);
};

/** What a JSON schema cannot say. */
const refuseRepeatedPeople = ({ participants: { number, data } }: Booking): void => {
  const isRepeated = new Set(data.map(({ userId }) => userId)).size !== data.length;
  if (!isRepeated && data.length <= number) return;
  const message = isRepeated ? 'names a person twice' : 'must not be longer than number';
  throw new HttpError(400, 'the request is not valid', [{ path: 'participants.data', message }]);
};

const createApp = (services: Services): FastifyInstance => {
  const app = fastify({ logger: false, bodyLimit: 256 * 1024 });
  app.decorateRequest('caller', null);
  app.decorateRequest('startedAt', 0);
  app.addHook('onRequest', async (request, reply) => {
    request.startedAt = services.now();
    const { context, event } = request.awsLambda;
    const sent = request.headers['x-request-id'];
    const requestId = requestIdOf(Array.isArray(sent) ? sent[0] : sent, context.awsRequestId);
    reply.headers({ ...SECURITY_HEADERS, 'x-request-id': requestId });
    request.caller = callerOf(claimsIn(event), services.tokens);
  });
  app.addHook('onResponse', async (request, reply) => {
    services.log({
      requestId: String(reply.getHeader('x-request-id')),
      route: request.awsLambda.event.routeKey,
      id: request.awsLambda.event.pathParameters?.id,
      status: reply.statusCode,
      durationMs: services.now() - request.startedAt,
      callerId: request.caller?.id,
    });
  });
  app.setErrorHandler((thrown: FastifyError | HttpError, _request, reply) => {
    const error = toHttpError(thrown);
    return reply.status(error.status).send(errorBody(error));
  });
  app.get<{ Params: { id: string }; Querystring: { useBackground?: boolean; language?: string } }>(
    '/teleconsultation/:id',
    { schema: openedSchema },
    async ({ params, query, caller }) => {
      const { useBackground, language } = query;
      const known = language === 'it' || language === 'en' ? language : undefined;
      return open(services, params.id, caller as Caller, { useBackground, language: known });
    },
  );
  app.post<{ Body: Booking }>('/teleconsultation', { schema: bookingSchema }, async ({ body, caller }, reply) => {
    refuseRepeatedPeople(body);
    reply.status(201);
    return { roomId: await book(services, caller as Caller, body) };
  });
  return app;
};

export const createHandler = (services: Services) => {
  const proxy = awsLambdaFastify<APIGatewayProxyEventV2>(createApp(services), {
    decorateRequest: true,
  });
  return (event: APIGatewayProxyEventV2, context: Context) => proxy(event, context);
};
