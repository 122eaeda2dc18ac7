/** What a caller is told; every framework turns it into a response in its own place for errors. */
export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly details: readonly Problem[] | undefined;

  constructor(status: number, message: string, details?: readonly Problem[]) {
    super(message);
    this.status = status;
    this.details = details;
  }
}

export interface Problem {
  path: string;
  message: string;
}

const REASONS: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  409: 'Conflict',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
};

export const errorBody = (error: HttpError): Record<string, unknown> => ({
  statusCode: error.status,
  error: REASONS[error.status] ?? 'Error',
  message: error.message,
  ...(error.details && { details: error.details }),
});

/** Anything that nobody expected says nothing of itself. */
export const asHttpError = (error: unknown): HttpError =>
  error instanceof HttpError ? error : new HttpError(500, 'Something went wrong');
