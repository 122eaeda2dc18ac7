import { listBackgrounds } from '../lib/domain/list-backgrounds.ts';
import { ok } from '../lib/http/answers.ts';
import { toBackgroundsBody } from '../lib/http/bodies.ts';
import { endpoint } from '../lib/http/endpoint.ts';

/** `GET /settings/background-image`: the company's images, where whoever sent one through the bucket finds its alias. */
export const handler = endpoint({ person: true }, async scope => ok(toBackgroundsBody(await listBackgrounds(scope))));
