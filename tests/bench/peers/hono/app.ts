/** Hono with its adapter for Lambda and its validator for zod. */
import { zValidator } from '@hono/zod-validator';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import { Hono } from 'hono';
import { handle } from 'hono/aws-lambda';
import { HTTPException } from 'hono/http-exception';
import type * as z from 'zod';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import { open } from '../shared/open.ts';
import { BookingBody, LinkQuery } from '../shared/schemas.ts';
import type { Services } from '../shared/services.ts';

interface Env {
  Bindings: { event: APIGatewayProxyEventV2; lambdaContext: Context };
  Variables: { caller: Caller };
}

const refuse = (result: { success: boolean; error?: z.core.$ZodError }): void => {
  if (result.success) return;
  const details = (result.error?.issues ?? []).map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new HttpError(400, 'the request is not valid', details);
};

const createApp = (services: Services): Hono<Env> => {
  const app = new Hono<Env>();
  app.use(async (c, next) => {
    const startedAt = services.now();
    const requestId = requestIdOf(c.req.header('x-request-id'), c.env.lambdaContext.awsRequestId);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) c.header(name, value);
    c.header('x-request-id', requestId);
    await next();
    services.log({
      requestId,
      route: c.env.event.routeKey,
      id: c.env.event.pathParameters?.id,
      status: c.res.status,
      durationMs: services.now() - startedAt,
      callerId: c.get('caller')?.id,
    });
  });
  app.use(async (c, next) => {
    c.set('caller', callerOf(claimsIn(c.env.event), services.tokens));
    await next();
  });
  app.onError((thrown, c) => {
    // The validator's own, for a body that is no JSON.
    const error =
      thrown instanceof HTTPException ? new HttpError(400, 'the body must be valid JSON') : asHttpError(thrown);
    return c.json(errorBody(error), error.status as 400);
  });
  app.get('/teleconsultation/:id', zValidator('query', LinkQuery, refuse), async c =>
    c.json(await open(services, c.req.param('id'), c.get('caller'), c.req.valid('query'))),
  );
  app.post('/teleconsultation', zValidator('json', BookingBody, refuse), async c =>
    c.json({ roomId: await book(services, c.get('caller'), c.req.valid('json')) }, 201),
  );
  return app;
};

export const createHandler = (services: Services) => handle(createApp(services));
