import middy from '@middy/core';
import httpErrorHandler from '@middy/http-error-handler';
import httpJsonBodyParser from '@middy/http-json-body-parser';
import type { APIGatewayProxyEventV2, Context } from 'aws-lambda';
import * as z from 'zod/mini';
import { withDeadline } from '../deadline.ts';
import { type Deps, getDeps, NOBODY, openScope } from '../deps.ts';
import type { Caller, Scope } from '../domain/ports.ts';
import { invalidInput, unauthorizedUser } from '../errors.ts';
import type { LogFields } from '../log.ts';
import { isRecordId } from '../schemas/fields.ts';
import { parseOrRefuse } from '../schemas/problems.ts';
import { usually } from '../schemas/usual.ts';
import { type Answer, type HttpResponse, toResponse } from './answers.ts';
import type { BodyReader } from './body-bytes.ts';
import { identifyCaller, isPerson } from './caller.ts';
import { answerTo } from './failures.ts';
import { gatewaySecretsFor } from './gateway-secrets.ts';
import { idempotencyKeyOf } from './idempotency-key.ts';
import { refuseHeavyJson } from './json-limits.ts';
import { plainJsonIn } from './plain-json.ts';
import { headersOf } from './request-headers.ts';
import { refuseOversized } from './request-limits.ts';

/**
 * The one middy stack of every HTTP function: identity, body, schemas, use case, answer; errors to answers.
 */

interface Schemas<Path extends z.ZodMiniType, Query extends z.ZodMiniType, Body extends z.ZodMiniType> {
  path?: Path;
  query?: Query;
  /** Only endpoints that have one read the body. */
  body?: Body;
  /** No body, or an empty one, stands for `{}`, with whatever content type it comes. */
  optionalBody?: boolean;
  /** Open routes take anybody: neither a token nor the gateway's secret nor a user is asked for. */
  open?: boolean;
  /** Only for people: a caller who is nobody in particular gets 401. */
  person?: boolean;
  /** Takes an `Idempotency-Key`. */
  repeatable?: boolean;
  /** Reads a body that is no plain JSON of a caller; `body` then checks what it gives. See multipart.ts, signed-body.ts. */
  reader?: BodyReader;
  /** Further headers of every answer, failures included. */
  headers?: (event: APIGatewayProxyEventV2) => Record<string, string>;
}

export interface Request<Path, Query, Body> {
  path: Path;
  query: Query;
  body: Body;
  caller: Caller;
  /** Where the endpoint is `repeatable`, and the client has given one. */
  idempotencyKey: string | undefined;
  /** As API Gateway names it, e.g. `GET /teleconsultation/{id}`. */
  route: string;
}

type Handler = (event: APIGatewayProxyEventV2, context: Context) => Promise<HttpResponse>;

/** A Lambda handler; `with` gives the same one on other dependencies than the process's own. */
export type EndpointHandler = Handler & { with(deps: Deps): Handler };

/** The function answers before API Gateway (30 s) and Lambda (28 s) stop waiting. */
const LONGEST_REQUEST_MS = 25_000;

const KEPT_REQUEST_ID = /^[A-Za-z0-9._-]{1,64}$/;

/** What no schema describes is nobody's to look at. */
const ANYTHING = z.unknown();
usually(ANYTHING, value => value);

type IdentifiedEvent = APIGatewayProxyEventV2 & { caller: Caller };

const requestIdOf = (event: APIGatewayProxyEventV2, context: Context): string => {
  const sent = headersOf(event)['x-request-id'];
  return sent !== undefined && KEPT_REQUEST_ID.test(sent) ? sent : context.awsRequestId;
};

/** For the log; whatever else stood in the path is not an id of ours and not written down. */
const idOf = (event: APIGatewayProxyEventV2): { teleconsultationId?: string } => {
  const id = event.pathParameters?.id ?? event.pathParameters?.roomId;
  return id !== undefined && isRecordId(id) ? { teleconsultationId: id } : {};
};

/** What every line about the outcome of a request says of it; a request that proved nothing is nobody's. */
const subjectOf = (event: APIGatewayProxyEventV2 & { caller?: Caller }, deps: Pick<Deps, 'hashUser'>): LogFields => {
  const callerId = event.caller?.id;
  return {
    route: event.routeKey,
    ...idOf(event),
    ...(callerId !== undefined && { userHash: deps.hashUser(callerId) }),
  };
};

const build = <Path extends z.ZodMiniType, Query extends z.ZodMiniType, Body extends z.ZodMiniType>(
  schemas: Schemas<Path, Query, Body>,
  handle: (scope: Scope, request: Request<z.output<Path>, z.output<Query>, z.output<Body>>) => Promise<Answer>,
  deps: Deps,
): Handler => {
  const { path = ANYTHING, query = ANYTHING, body = ANYTHING } = schemas;

  const withHeaders = (answer: Answer, event: APIGatewayProxyEventV2): Answer =>
    schemas.headers === undefined ? answer : { ...answer, headers: { ...schemas.headers(event), ...answer.headers } };

  const run = async (event: IdentifiedEvent, context: Context): Promise<HttpResponse> => {
    const requestId = requestIdOf(event, context);
    const request = {
      path: parseOrRefuse(path, event.pathParameters ?? {}, 'params') as z.output<Path>,
      query: parseOrRefuse(query, event.queryStringParameters ?? {}, 'querystring') as z.output<Query>,
      body: parseOrRefuse(body, schemas.body ? event.body : undefined, 'body') as z.output<Body>,
      caller: event.caller,
      idempotencyKey: schemas.repeatable ? idempotencyKeyOf(headersOf(event), deps.config.idempotency) : undefined,
      route: event.routeKey,
    };
    return withDeadline(context, LONGEST_REQUEST_MS, async signal => {
      const startedAt = deps.clock.now();
      const headers = { ...headersOf(event), 'x-request-id': requestId };
      const scope = openScope(deps, signal, { requestId, function: context.functionName }, headers, event.caller);
      const answer = await handle(scope, request);
      scope.log.info('request.done', {
        ...subjectOf(event, deps),
        status: answer.status,
        durationMs: deps.clock.now() - startedAt,
      });
      return toResponse(withHeaders(answer, event), requestId);
    });
  };

  const identify = async (event: APIGatewayProxyEventV2): Promise<Caller> => {
    const { identity } = deps.config;
    const { gatewaySecrets: secret } = deps.secrets;
    const secrets = identity.mode === 'gateway' ? await gatewaySecretsFor(headersOf(event), identity, secret) : [];
    return identifyCaller(event, identity, secrets);
  };

  const hasBody = (event: APIGatewayProxyEventV2): boolean => event.body !== undefined && event.body !== '';
  const stack = middy<IdentifiedEvent, HttpResponse>(run, { timeoutEarlyInMillis: 0 });

  stack.use(httpErrorHandler({ logger: false }));
  stack.onError(request => {
    const requestId = requestIdOf(request.event, request.context);
    const log = deps.log.child({ requestId, function: request.context.functionName });
    const answer = answerTo(request.error, log, subjectOf(request.event, deps));
    // In the form that the error handler turns into a response: it writes the message as the body.
    request.error = Object.assign(new Error(JSON.stringify(answer.body)), {
      statusCode: answer.status,
      expose: true,
      headers: toResponse(withHeaders({ ...answer, body: undefined }, request.event), requestId).headers,
    });
  });
  // Before anything of the request is looked at: a stranger learns nothing, not even that the body is malformed.
  stack.before(async request => {
    request.event.caller = schemas.open ? NOBODY : await identify(request.event);
    if (schemas.person === true && !isPerson(request.event.caller)) throw unauthorizedUser();
  });
  stack.before(request => refuseOversized(request.event));
  const { reader } = schemas;
  if (reader !== undefined) {
    stack.before(async request => {
      Object.assign(request.event, { body: await reader(request.event, deps) });
    });
  } else if (schemas.body !== undefined) {
    const parser = httpJsonBodyParser();
    stack.before(request => {
      if (hasBody(request.event)) {
        refuseHeavyJson(request.event);
        const plain = plainJsonIn(request.event);
        if (plain === undefined) return parser.before?.(request);
        Object.assign(request.event, { body: plain });
        return;
      }
      if (schemas.optionalBody !== true) throw invalidInput([{ path: 'body', message: 'must be an object' }]);
      Object.assign(request.event, { body: {} });
    });
  }
  return (event, context) => stack(event as IdentifiedEvent, context);
};

/**
 * Takes the process's own configuration at once, while the module loads: a wrong one stops the cold start with all its
 * problems, instead of failing one request after the other.
 */
export const endpoint = <Path extends z.ZodMiniType, Query extends z.ZodMiniType, Body extends z.ZodMiniType>(
  schemas: Schemas<Path, Query, Body>,
  handle: (scope: Scope, request: Request<z.output<Path>, z.output<Query>, z.output<Body>>) => Promise<Answer>,
): EndpointHandler => {
  const bind = (deps: Deps): Handler => build(schemas, handle, deps);
  return Object.assign(bind(getDeps()), { with: bind });
};
