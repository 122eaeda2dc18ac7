// Failures as the vendor words them: status, name, code and message. Which envelope they travel in is the dialect's affair.

export class VendorError extends Error {
  override readonly name: string;
  readonly status: number;
  readonly code: string;

  constructor(status: number, name: string, code: string, message: string) {
    super(message);
    this.status = status;
    this.name = name;
    this.code = code;
  }
}

/** 422: a parameter that the vendor does not accept; most have a code of their own. */
export const invalid = (message: string, code = 'validation_error') =>
  new VendorError(422, 'validation_error', code, message);

/** 400: well formed, but it cannot be done. */
export const refused = (code: string, message: string) => new VendorError(400, 'invalid_request_error', code, message);

/** 404: no such thing. */
export const missing = (code: string, message: string) => new VendorError(404, 'invalid_request_error', code, message);

/** What a control of the simulator answers when it was misused; never in the vendor's words. */
export const misused = (message: string, status = 400) =>
  new VendorError(status, 'simulator_error', 'simulator_error', message);

export function errorBody(error: VendorError, envelope: 'flat' | 'nested') {
  const flat = { status: error.status, name: error.name, code: error.code, message: error.message };
  return envelope === 'nested' ? { error: flat } : flat;
}

const NAMES: Readonly<Record<number, readonly [name: string, code: string]>> = {
  400: ['invalid_request_error', 'invalid_request_error'],
  401: ['invalid_api_key', 'invalid_api_key'],
  404: ['invalid_request_error', 'not_found'],
  422: ['validation_error', 'validation_error'],
  429: ['rate_limit_error', 'too_many_requests'],
};

/** The body of a failure of which only the status is known: what an injected fault answers. */
export function errorOfStatus(status: number): VendorError {
  const [name, code] = NAMES[status] ?? ['General error', 'internal_server_error'];
  return new VendorError(status, name, code, `Injected failure ${status}`);
}
