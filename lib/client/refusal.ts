import { TeleconsultationError } from './error.ts';
import type { Refusal } from './types.ts';

/** An answer that says no, as an error: in the service's own form, or in that of the gateway in front of it. */

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const isProblem = (value: unknown): value is { path: string; message: string } => {
  const { path, message } = (value ?? {}) as Record<string, unknown>;
  return typeof path === 'string' && typeof message === 'string';
};

/** API Gateway's answers have no `details`, and those of somebody else's proxy may be anything. */
const bodyOf = async (response: Response): Promise<Partial<Refusal>> => {
  try {
    const { error, message, details } = JSON.parse(await response.text()) as Record<string, unknown>;
    const problems = Array.isArray(details) ? details.filter(isProblem) : [];
    const [sentence, text] = [textOf(error), textOf(message)];
    return {
      ...(sentence !== undefined && { error: sentence }),
      ...(text !== undefined && { message: text }),
      ...(problems.length > 0 && { details: problems }),
    };
  } catch {
    return {};
  }
};

const secondsOf = (header: string | null): number | undefined =>
  header !== null && /^\d+$/.test(header) ? Number(header) : undefined;

export const refusalOf = async (route: string, response: Response): Promise<TeleconsultationError> => {
  const { error, message, details } = await bodyOf(response);
  return new TeleconsultationError({
    kind: 'refused',
    route,
    status: response.status,
    error,
    message: message ?? error ?? `answered ${response.status}`,
    details,
    requestId: response.headers.get('x-request-id') ?? response.headers.get('apigw-requestid') ?? undefined,
    retryAfterSeconds: secondsOf(response.headers.get('retry-after')),
  });
};
