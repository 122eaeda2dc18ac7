/** NestJS on Express, through the adapter that its documentation recommends for functions. */
import 'reflect-metadata';
import { configure, getCurrentInvoke } from '@codegenie/serverless-express';
import {
  type ArgumentMetadata,
  type ArgumentsHost,
  Body,
  type CanActivate,
  Catch,
  Controller,
  type DynamicModule,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpException,
  Inject,
  Injectable,
  Module,
  Param,
  type PipeTransform,
  Post,
  Query,
  Req,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, NestFactory } from '@nestjs/core';
import type { APIGatewayProxyEventV2, Callback, Context } from 'aws-lambda';
import type { NextFunction, Request, Response } from 'express';
import type * as z from 'zod';
import { requestIdOf, SECURITY_HEADERS } from '../shared/answers.ts';
import { book } from '../shared/book.ts';
import { asHttpError, errorBody, HttpError } from '../shared/errors.ts';
import { type Caller, callerOf, claimsIn } from '../shared/identity.ts';
import type { Booking } from '../shared/items.ts';
import { open } from '../shared/open.ts';
import type { LinkOptions } from '../shared/rules.ts';
import { BookingBody, LinkQuery, parse } from '../shared/schemas.ts';
import type { Services } from '../shared/services.ts';

const SERVICES = Symbol('services');

type Identified = Request & { caller: Caller };

class ZodPipe<Output> implements PipeTransform<unknown, Output> {
  readonly #schema: z.ZodType<Output>;
  constructor(schema: z.ZodType<Output>) {
    this.#schema = schema;
  }
  transform(value: unknown, _metadata: ArgumentMetadata): Output {
    return parse(this.#schema, value);
  }
}

@Injectable()
class IdentityGuard implements CanActivate {
  readonly #services: Services;
  constructor(@Inject(SERVICES) services: Services) {
    this.#services = services;
  }
  canActivate(context: ExecutionContext): boolean {
    const { event } = getCurrentInvoke() as { event: APIGatewayProxyEventV2 };
    context.switchToHttp().getRequest<Identified>().caller = callerOf(claimsIn(event), this.#services.tokens);
    return true;
  }
}

@Catch()
class ErrorFilter implements ExceptionFilter {
  catch(thrown: unknown, host: ArgumentsHost): void {
    const isParser = thrown instanceof HttpException && thrown.getStatus() === 400;
    const error = isParser ? new HttpError(400, 'the body must be valid JSON') : asHttpError(thrown);
    host.switchToHttp().getResponse<Response>().status(error.status).json(errorBody(error));
  }
}

@Controller('teleconsultation')
class TeleconsultationController {
  readonly #services: Services;
  constructor(@Inject(SERVICES) services: Services) {
    this.#services = services;
  }

  @Get(':id')
  open(
    @Param('id') id: string,
    @Query(new ZodPipe(LinkQuery)) options: LinkOptions,
    @Req() { caller }: Identified,
  ): Promise<Record<string, unknown>> {
    return open(this.#services, id, caller, options);
  }

  @Post()
  async book(
    @Body(new ZodPipe(BookingBody)) body: Booking,
    @Req() { caller }: Identified,
  ): Promise<{ roomId: string }> {
    return { roomId: await book(this.#services, caller, body) };
  }
}

@Module({})
class AppModule {
  static over(services: Services): DynamicModule {
    return {
      module: AppModule,
      controllers: [TeleconsultationController],
      providers: [
        { provide: SERVICES, useValue: services },
        { provide: APP_GUARD, useClass: IdentityGuard },
        { provide: APP_FILTER, useClass: ErrorFilter },
      ],
    };
  }
}

const withHeadersAndLog =
  (services: Services) =>
  (req: Request, res: Response, next: NextFunction): void => {
    const startedAt = services.now();
    const { event, context } = getCurrentInvoke() as { event: APIGatewayProxyEventV2; context: Context };
    const requestId = requestIdOf(req.get('x-request-id'), context.awsRequestId);
    res.set({ ...SECURITY_HEADERS, 'x-request-id': requestId });
    res.on('finish', () => {
      const durationMs = services.now() - startedAt;
      const callerId = (req as Partial<Identified>).caller?.id;
      const { routeKey: route, pathParameters } = event;
      services.log({ requestId, route, id: pathParameters?.id, status: res.statusCode, durationMs, callerId });
    });
    next();
  };

const start = async (services: Services) => {
  const app = await NestFactory.create(AppModule.over(services), { logger: false });
  app.use(withHeadersAndLog(services));
  app.getHttpAdapter().getInstance().disable('x-powered-by');
  app.getHttpAdapter().getInstance().disable('etag');
  await app.init();
  return configure({ app: app.getHttpAdapter().getInstance() });
};

export const createHandler = (services: Services) => {
  const started = start(services);
  return async (event: APIGatewayProxyEventV2, context: Context) =>
    (await started)(event, context, (() => undefined) as Callback);
};
