import { findFailing, findUnready } from '../lib/domain/health.ts';
import { toStatusBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';

/** `GET /-/healthz` (this function runs), `GET /-/ready` (the table answers), `GET /-/check-up` (Kaleyra answers too) */
export const handler = endpoint({ open: true }, async (scope, { route }) => {
  const checks = route.endsWith('/-/ready')
    ? await findUnready(scope)
    : route.endsWith('/-/check-up')
      ? await findFailing(scope)
      : [];
  return { status: checks.length === 0 ? 200 : 503, body: toStatusBody(checks) };
});
