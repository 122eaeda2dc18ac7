import { hearEvent } from '../lib/domain/hear-event.ts';
import { ok } from '../lib/http/answers.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { signedBody } from '../lib/http/signed-body.ts';
import { KaleyraEvent } from '../lib/schemas/kaleyra-events.ts';

/** `POST /webhooks/kaleyra` */
export const handler = endpoint(
  { open: true, reader: signedBody('body or room id'), body: KaleyraEvent },
  async (scope, { body }) => {
    await hearEvent(scope, body);
    // Exactly this status, or Kaleyra repeats the event.
    return ok({});
  },
);
