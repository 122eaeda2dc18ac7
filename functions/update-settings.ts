import { updateSettings } from '../lib/domain/update-settings.ts';
import { ok } from '../lib/http/answers.ts';
import { toCompanyBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';
import { UpdateSettingsRequest } from '../lib/schemas/settings.ts';

/** `PATCH /settings/update` */
export const handler = endpoint({ person: true, body: UpdateSettingsRequest }, async (scope, { body }) =>
  ok(toCompanyBody(await updateSettings(scope, body.background_alias))),
);
