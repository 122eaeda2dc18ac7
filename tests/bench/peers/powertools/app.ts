/** The event handler of Powertools for AWS Lambda, with its own validation by Standard Schema. */
import { Router } from '@aws-lambda-powertools/event-handler/http';
import type { RequestContext } from '@aws-lambda-powertools/event-handler/types';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import { open } from '../shared/open.ts';
import { BookingBody, LinkQuery } from '../shared/schemas.ts';
import type { Services } from '../shared/services.ts';

const json = (status: number, body: unknown): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } });

const toHttpError = (thrown: Error): HttpError => {
  if (thrown instanceof HttpError) return thrown;
  if (thrown.name === 'RequestValidationError') {
    const issues = (thrown as Error & { details?: { issues?: { path?: PropertyKey[]; message: string }[] } }).details;
    const details = (issues?.issues ?? []).map(({ path, message }) => ({ path: (path ?? []).join('.'), message }));
    return new HttpError(400, 'the request is not valid', details);
  }
  return thrown instanceof SyntaxError ? new HttpError(400, 'the body must be valid JSON') : asHttpError(thrown);
};

const createApp = (services: Services): Router => {
  const app = new Router();
  const callers = new WeakMap<object, Caller>();
  const callerIn = ({ event }: { event: unknown }): Caller => {
    const caller = callers.get(event as object);
    if (caller === undefined) throw new HttpError(401, 'the caller is not known');
    return caller;
  };
  const startedAt = new WeakMap<object, number>();
  const finish = ({ req, context, event }: RequestContext, { headers, status }: Response): void => {
    const requestId = requestIdOf(req.headers.get('x-request-id') ?? undefined, context.awsRequestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) headers.set(name, value);
    headers.set('x-request-id', requestId);
    services.log({
      requestId,
      route: (event as APIGatewayProxyEventV2).routeKey,
      id: (event as APIGatewayProxyEventV2).pathParameters?.id,
      status,
      durationMs: services.now() - (startedAt.get(event) ?? 0),
      callerId: callers.get(event)?.id,
    });
  };
  app.use(async ({ reqCtx, next }) => {
    startedAt.set(reqCtx.event, services.now());
    await next();
    finish(reqCtx, reqCtx.res);
  });
  app.use(async ({ reqCtx, next }) => {
    callers.set(reqCtx.event, callerOf(claimsIn(reqCtx.event), services.tokens));
    await next();
  });
  app.errorHandler(Error, async (thrown, reqCtx) => {
    const error = toHttpError(thrown);
    const refusal = json(error.status, errorBody(error));
    finish(reqCtx, refusal);
    return refusal;
  });
  app.get(
    '/teleconsultation/:id',
    async reqCtx => open(services, reqCtx.params.id ?? '', callerIn(reqCtx), reqCtx.valid.req.query) as Promise<never>,
    { validation: { req: { query: LinkQuery } } },
  );
  app.post(
    '/teleconsultation',
    async reqCtx => {
      const roomId = await book(services, callerIn(reqCtx), reqCtx.valid.req.body);
      return json(201, { roomId });
    },
    { validation: { req: { body: BookingBody } } },
  );
  return app;
};

export const createHandler = (services: Services) => {
  const app = createApp(services);
  return (event: APIGatewayProxyEventV2, context: Context) => app.resolve(event, context);
};
