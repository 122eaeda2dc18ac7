/** The typed client, published as `teleconsultation-backend/client`. It needs `fetch` and nothing else. */
export { type CreateOptions, createClient, type TeleconsultationClient } from './client.ts';
export { type FailureKind, isTeleconsultationError, TeleconsultationError } from './error.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export type * from './types.ts';
