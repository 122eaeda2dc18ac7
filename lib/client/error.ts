import type { Refusal } from './types.ts';

/** `refused`: the service, or the gateway in front of it, said no. The others have no answer that could be read. */
export type FailureKind = 'refused' | 'no_answer' | 'timeout' | 'unreadable';

export interface Failure {
  kind: FailureKind;
  /** As documented, e.g. `GET /teleconsultation/{id}`: never with what was put into it. */
  route: string;
  status?: number | undefined;
  /** The sentence that the retired service's clients know, or the reason of the status. */
  error?: string | undefined;
  message: string;
  details?: Refusal['details'];
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/**
 * Everything that goes wrong with a call, except what the caller did: an abort of theirs is thrown on as their own reason. It has no
 * `cause`, and a text with an address in it is left out: whatever happens, nobody's link gets into a log by way of an error.
 */
export class TeleconsultationError extends Error {
  override readonly name = 'TeleconsultationError';
  readonly kind: FailureKind;
  readonly route: string;
  readonly status: number | undefined;
  readonly error: string | undefined;
  /** Every field that is wrong, for a 400 about the input. */
  readonly details: readonly { path: string; message: string }[];
  /** By which the service's log finds the request. */
  readonly requestId: string | undefined;
  /** After this long, trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(failure: Failure) {
    super(`${failure.route}: ${withoutAddress(failure.message)}`);
    this.kind = failure.kind;
    this.route = failure.route;
    this.status = failure.status;
    this.error = failure.error === undefined ? undefined : withoutAddress(failure.error);
    this.details = (failure.details ?? []).map(one => ({
      path: withoutAddress(one.path),
      message: withoutAddress(one.message),
    }));
    this.requestId = failure.requestId;
    this.retryAfterSeconds = failure.retryAfterSeconds;
  }
}

/** Also across two copies of this module, such as a page's and a library's. */
export const isTeleconsultationError = (error: unknown): error is TeleconsultationError =>
  error instanceof Error && error.name === 'TeleconsultationError' && 'kind' in error;

const withoutAddress = (text: string): string => (text.includes('://') ? '(a text with an address, left out)' : text);
