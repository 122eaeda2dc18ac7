import { ok } from '../lib/http/answers.ts';
import { toNamesBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { signedBody } from '../lib/http/signed-body.ts';
import { UserDetailsRequest } from '../lib/schemas/kaleyra-events.ts';

/** `POST /user-details`: Kaleyra asks what the people in a call are called, so that it need not know. */
export const handler = endpoint(
  { open: true, reader: signedBody('body'), body: UserDetailsRequest },
  async (scope, { body }) => ok(toNamesBody(await scope.people.findNames(body.kaleyraIds))),
);
