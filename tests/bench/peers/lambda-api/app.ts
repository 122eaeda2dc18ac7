/** lambda-api: a router made for functions. */
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import lambdaApi, {
  type API,
  type ErrorHandlingMiddleware,
  type Middleware,
  type Request,
  type Response,
} from 'lambda-api';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf } from '../shared/identity.ts';
import { open } from '../shared/open.ts';
import { BookingBody, LinkQuery, parse } from '../shared/schemas.ts';
import type { Services } from '../shared/services.ts';

/** Its types describe the CommonJS build, in which the function stands one level deeper. */
const createAPI = lambdaApi as unknown as typeof lambdaApi.default;

type Identified = Request & { caller?: Caller; startedAt?: number };

const claimsOf = ({ requestContext }: Request): Record<string, unknown> | undefined =>
  (requestContext as unknown as { authorizer?: { jwt?: { claims?: Record<string, unknown> } } }).authorizer?.jwt
    ?.claims;

const callerIn = (request: Identified): Caller => {
  if (request.caller === undefined) throw new HttpError(401, 'the caller is not known');
  return request.caller;
};

/** The router hands over a body that is no JSON as the text that it is. */
const jsonIn = ({ body }: Request): unknown => {
  if (typeof body === 'string') throw new HttpError(400, 'the body must be valid JSON');
  return body;
};

const createApp = (services: Services): API => {
  const api = createAPI({ logger: false });
  const setHeaders = ({ headers, context }: Request, response: Response): void => {
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) response.header(name, value);
    response.header('x-request-id', requestIdOf(headers['x-request-id'], context.awsRequestId));
  };
  const begin: Middleware = (request: Identified, response, next) => {
    request.startedAt = services.now();
    setHeaders(request, response);
    request.caller = callerOf(claimsOf(request), services.tokens);
    next();
  };
  // The router has dropped the headers of the answer that was not given.
  const answerErrors: ErrorHandlingMiddleware = (thrown, request, response, next) => {
    const error = asHttpError(thrown);
    setHeaders(request, response);
    response.status(error.status).json(errorBody(error));
    next();
  };
  api.use(begin);
  api.use(answerErrors);
  api.finally((request: Identified, response: Response) => {
    services.log({
      requestId: String(response.getHeader('x-request-id')),
      route: `${request.method} ${request.route}`,
      id: request.params.id,
      status: (response as unknown as { _statusCode: number })._statusCode,
      durationMs: services.now() - (request.startedAt ?? 0),
      callerId: request.caller?.id,
    });
  });
  api.get('/teleconsultation/:id', async (request: Identified) =>
    open(services, request.params.id ?? '', callerIn(request), parse(LinkQuery, request.query)),
  );
  api.post('/teleconsultation', async (request: Identified, response: Response) => {
    response.status(201);
    return { roomId: await book(services, callerIn(request), parse(BookingBody, jsonIn(request))) };
  });
  return api;
};

export const createHandler = (services: Services) => {
  const api = createApp(services);
  return (event: APIGatewayProxyEventV2, context: Context) => api.run(event, context);
};
