import { isKaleyraError, reasonOf, ServiceError } from '../errors.ts';
import { type LogFields, type Logger, traceOf } from '../log.ts';
import type { Answer } from './answers.ts';

/**
 * The one place where an error becomes an answer and a log line. The body holds what our own error family says, never what an
 * unknown error, the vendor or the store said.
 */

const asAnswer = (error: ServiceError): Answer => ({
  status: error.status,
  body: {
    statusCode: error.status,
    error: error.sentence,
    message: error.message,
    ...(error.details !== undefined && { details: error.details }),
  },
  ...(error.retryAfter !== undefined && { headers: { 'retry-after': String(error.retryAfter) } }),
});

const unexpected = (): Answer => ({
  status: 500,
  body: { statusCode: 500, error: reasonOf(500), message: 'Something went wrong' },
});

/** `__proto__` anywhere, or a `constructor` with a `prototype`: valid JSON, which the parser refuses in these words. */
const isForbiddenKey = (error: unknown): boolean =>
  error instanceof Error && error.message === 'Forbidden key in JSON body';

/**
 * What the JSON body parser throws: an error with a status, whose cause holds the body itself and is therefore dropped. Errors
 * of anybody else stay what they are, whatever status they carry.
 */
const asServiceError = (error: unknown): unknown => {
  const { statusCode, cause } = (error ?? {}) as { statusCode?: unknown; cause?: { package?: unknown } };
  if (error instanceof ServiceError || cause?.package !== '@middy/http-json-body-parser') return error;
  if (statusCode === 415) {
    return new ServiceError('unsupported_media_type', 415, 'the body must be sent as application/json');
  }
  const message = isForbiddenKey(error) ? 'must not have a key that replaces a prototype' : 'must be valid JSON';
  return new ServiceError('invalid_input', 400, `body ${message}`, { details: [{ path: 'body', message }] });
};

export const answerTo = (thrown: unknown, log: Logger, fields: LogFields): Answer => {
  const error = asServiceError(thrown);
  if (!(error instanceof ServiceError)) {
    log.error('request.failed', { ...fields, status: 500, code: 'unexpected', ...traceOf(error) });
    return unexpected();
  }
  const vendor = isKaleyraError(error) ? { vendorCode: error.vendorCode } : {};
  const known = { ...fields, ...vendor, status: error.status, code: error.code };
  if (error.status < 500) log.info('request.refused', known);
  else log.error('request.failed', known);
  return asAnswer(error);
};
