import { createCredentials } from '../lib/domain/create-credentials.ts';
import { created } from '../lib/http/answers.ts';
import { toCredentialsBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { CredentialsRequest } from '../lib/schemas/requests.ts';

/** `POST /credentials` */
export const handler = endpoint({ body: CredentialsRequest, optionalBody: true }, async (scope, { body }) =>
  created(toCredentialsBody(await createCredentials(scope, body.expiresIn))),
);
