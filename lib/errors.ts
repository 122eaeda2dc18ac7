/**
 * The closed family of errors. Each carries a machine `code`, the HTTP `status` it becomes, and two texts that are safe to
 * show: `sentence` (the `error` field of the body; the retired service's literal sentences live here) and `message`.
 * Nothing in an error of this family may hold a name, a link, a token or a body: it is what callers and logs see.
 */
export type ErrorCode =
  | 'invalid_input'
  | 'unsupported_media_type'
  | 'unauthorized'
  | 'forbidden'
  | 'not_found'
  | 'refused_by_rule'
  | 'too_large'
  | 'not_configured'
  | 'key_used_before'
  | 'conflict'
  | 'deadline'
  | 'directory_refused'
  | 'directory_throttled'
  | 'directory_timeout'
  | 'directory_unavailable'
  | 'directory_unreadable'
  | 'kaleyra_refused'
  | 'kaleyra_throttled'
  | 'kaleyra_timeout'
  | 'kaleyra_unavailable'
  | 'kaleyra_unreadable'
  | 'secret_unavailable'
  | 'secret_unusable'
  | 'store_unavailable'
  | 'store_unreadable';

/**
 * One thing wrong with the input: `path` as `body.participants.data.0.userId`, `message` without the value itself, unless it is
 * an id that nobody has: a caller with a list of them has to know which.
 */
export interface Problem {
  path: string;
  message: string;
}

export interface ErrorOptions {
  sentence?: string;
  details?: readonly Problem[];
  /** Seconds after which trying again makes sense; becomes the `Retry-After` header. */
  retryAfter?: number | undefined;
  cause?: unknown;
}

const REASONS: Record<number, string> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  413: 'Payload Too Large',
  414: 'URI Too Long',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  431: 'Request Header Fields Too Large',
  500: 'Internal Server Error',
  501: 'Not Implemented',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

/** The HTTP reason that stands in `error` where no documented sentence does. */
export const reasonOf = (status: number): string => REASONS[status] ?? 'Error';

export class ServiceError extends Error {
  override readonly name: string = 'ServiceError';
  readonly code: ErrorCode;
  readonly status: number;
  readonly sentence: string;
  readonly details: readonly Problem[] | undefined;
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, status: number, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = status;
    this.sentence = options.sentence ?? reasonOf(status);
    this.details = options.details;
    this.retryAfter = options.retryAfter;
  }
}

/** 400 for input whose shape or values are wrong; the first problem makes the message, all are in `details`. */
export const invalidInput = (problems: readonly Problem[]): ServiceError => {
  const [first] = problems;
  const message = first ? `${first.path} ${first.message}` : 'the request is not valid';
  return new ServiceError('invalid_input', 400, message, { details: problems });
};

/** 400 for input that a rule of teleconsultations refuses; `operation` is as the retired service wrote it. */
export const refusedByRule = (operation: string, rule: string, details?: readonly Problem[]): ServiceError => {
  const sentence = `Failed ${operation}: ${rule}`;
  return new ServiceError('refused_by_rule', 400, sentence, { sentence, ...(details && { details }) });
};

/** 404 of the read route: the sentence that the old frontend knows. */
export const roomNotFound = (id: string): ServiceError => {
  const sentence = `Room with id ${id} not found on CRUD`;
  return new ServiceError('not_found', 404, sentence, { sentence });
};

/** 404 of the routes that change something: the store's own shape, with the read route's sentence as the message. */
export const recordNotFound = (id: string): ServiceError =>
  new ServiceError('not_found', 404, `Room with id ${id} not found on CRUD`, { sentence: 'not found' });

/** 404 of something that belongs to a teleconsultation and is not there. */
export const notThere = (message: string): ServiceError => new ServiceError('not_found', 404, message);

export const tooLarge = (message: string): ServiceError => new ServiceError('too_large', 413, message);

export const noBucket = (): ServiceError =>
  new ServiceError('not_configured', 501, 'this deployment has no bucket for large images');

export const unauthorizedUser = (): ServiceError =>
  new ServiceError('unauthorized', 401, 'Unauthorized user', { sentence: 'Unauthorized user' });

/** 403 for what the caller may not do; what it says is no secret to them: they know that the thing is there. */
export const forbidden = (message: string): ServiceError => new ServiceError('forbidden', 403, message);

/** 422, as the Idempotency-Key header's specification has it. */
export const keyUsedBefore = (): ServiceError =>
  new ServiceError('key_used_before', 422, 'this Idempotency-Key was used for a request with another content');

/** 422 for a repeat of what nobody can compare any more: somebody it named was erased since. */
export const keyForgotten = (): ServiceError =>
  new ServiceError('key_used_before', 422, 'what was booked under this Idempotency-Key is not kept any more');

export const conflict = (message: string, retryAfter: number): ServiceError =>
  new ServiceError('conflict', 409, message, { retryAfter });

/** Whoever of the people named it is: the sentence must not tell. */
export const beingErased = (): ServiceError => conflict('a participant is being erased, nothing was changed', 60);

export const deadlinePassed = (): ServiceError =>
  new ServiceError('deadline', 504, 'the request could not be finished in time', { retryAfter: 5 });

export const storeUnavailable = (cause: unknown): ServiceError =>
  new ServiceError('store_unavailable', 503, 'the data store did not answer', { retryAfter: 2, cause });

export const storeUnreadable = (cause: unknown): ServiceError =>
  new ServiceError('store_unreadable', 500, 'a stored item could not be read', { cause });

/** @param variable names which one, to those who see the cause; callers are not told */
export const secretUnavailable = (variable: string): ServiceError =>
  new ServiceError('secret_unavailable', 503, 'the keys of this service cannot be read at the moment', {
    retryAfter: 5,
    cause: new Error(`${variable}: the store that it names did not answer`),
  });

export const secretUnusable = (variable: string): ServiceError =>
  new ServiceError('secret_unusable', 500, 'a key of this service is not set up', {
    cause: new Error(`${variable}: what it names is not there, or cannot be used`),
  });

/** What went wrong with a call to Kaleyra. The vendor's own texts and bodies never travel further than here. */
export interface KaleyraFailure extends ErrorOptions {
  /** Kaleyra's HTTP status, where there was an answer. */
  vendorStatus?: number;
  /** Kaleyra's error code, where it gave a readable one. */
  vendorCode?: string;
  /** The call may have had its effect although it failed. */
  maybeDone?: boolean;
  /** Nobody was asked: too many calls before this one had no answer. */
  assumed?: boolean;
  /** A room that exists now but cannot be used. */
  madeRoomId?: string;
}

export class KaleyraError extends ServiceError {
  override readonly name = 'KaleyraError';
  readonly vendorStatus: number | undefined;
  readonly vendorCode: string;
  readonly maybeDone: boolean;
  readonly madeRoomId: string | undefined;
  readonly assumed: boolean;

  constructor(code: ErrorCode, status: number, message: string, failure: KaleyraFailure = {}) {
    super(code, status, message, failure);
    this.vendorStatus = failure.vendorStatus;
    this.vendorCode = failure.vendorCode ?? 'unknown';
    this.maybeDone = failure.maybeDone ?? false;
    this.madeRoomId = failure.madeRoomId;
    this.assumed = failure.assumed ?? false;
  }
}

export const isKaleyraError = (error: unknown): error is KaleyraError => error instanceof KaleyraError;
