/** Express with serverless-http: the habit of whoever moves a server into a function. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import express, { type Application, type ErrorRequestHandler, type RequestHandler } from 'express';
import serverless from 'serverless-http';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import { open } from '../shared/open.ts';
import { BookingBody, LinkQuery, parse } from '../shared/schemas.ts';
import type { Services } from '../shared/services.ts';

declare global {
  namespace Express {
    interface Request {
      event: APIGatewayProxyEventV2;
      context: Context;
      caller: Caller;
    }
  }
}

const withHeadersAndLog =
  (services: Services): RequestHandler =>
  (req, res, next) => {
    const startedAt = services.now();
    const requestId = requestIdOf(req.get('x-request-id'), req.context.awsRequestId);
    res.set({ ...SECURITY_HEADERS, 'x-request-id': requestId });
    res.on('finish', () => {
      const durationMs = services.now() - startedAt;
      const { caller, event } = req;
      const { routeKey: route, pathParameters } = event;
      const { statusCode: status } = res;
      services.log({ requestId, route, id: pathParameters?.id, status, durationMs, callerId: caller?.id });
    });
    next();
  };

const identified =
  (services: Services): RequestHandler =>
  (req, _res, next) => {
    req.caller = callerOf(claimsIn(req.event), services.tokens);
    next();
  };

/** The body parser has words and a status of its own. */
const toHttpError = (error: unknown): HttpError =>
  (error as { type?: string }).type === 'entity.parse.failed'
    ? new HttpError(400, 'the body must be valid JSON')
    : asHttpError(error);

const answerErrors: ErrorRequestHandler = (thrown, _req, res, _next) => {
  const error = toHttpError(thrown);
  res.status(error.status).json(errorBody(error));
};

const createApp = (services: Services): Application => {
  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(withHeadersAndLog(services));
  app.use(identified(services));
  app.use(express.json({ limit: '256kb' }));
  app.get('/teleconsultation/:id', async (req, res) => {
    res.json(await open(services, req.params.id, req.caller, parse(LinkQuery, req.query)));
  });
  app.post('/teleconsultation', async (req, res) => {
    res.status(201).json({ roomId: await book(services, req.caller, parse(BookingBody, req.body)) });
  });
  app.use(answerErrors);
  return app;
};

export const createHandler = (services: Services) =>
  serverless(createApp(services), {
    request: (req: Express.Request, event: APIGatewayProxyEventV2, context: Context) => {
      req.event = event;
      req.context = context;
    },
  });
