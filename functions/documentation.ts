import { documentation } from '../lib/http/documentation.ts';
import { endpoint } from '../lib/http/endpoint.ts';

/** `GET /documentation` (a page to read and try it), `GET /documentation/json` (OpenAPI 3.1) */
export const handler = endpoint({ open: true }, async (scope, { route }) => documentation(scope.config, route));
