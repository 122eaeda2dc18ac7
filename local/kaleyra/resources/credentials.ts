// Access tokens for the vendor's SDKs.
import { createHmac } from 'node:crypto';
import * as z from 'zod';
import { ok } from '../exchange.ts';
import { type Route, route } from '../route.ts';
import { isoDate } from '../world.ts';
import { userOf } from './users.ts';

const Asked = z.strictObject({ user_id: z.string().min(1), expires_in: z.int().min(360).max(86_400).default(3600) });

const base64url = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

function signedToken(claims: Readonly<Record<string, unknown>>, key: string): string {
  const unsigned = `${base64url({ alg: 'HS256', typ: 'JWT' })}.${base64url(claims)}`;
  return `${unsigned}.${createHmac('sha256', key).update(unsigned).digest('base64url')}`;
}

export const credentialRoutes: readonly Route[] = [
  route('POST', '/v2/sdk/credentials', { body: Asked }, (world, { body }) => {
    const user = userOf(world, body.user_id);
    const { companyId } = world.state.company;
    const iat = Math.floor(world.clock() / 1000);
    const exp = iat + body.expires_in;
    const claims = {
      user: user.id,
      companyId,
      allowCamera: user.allowCamera,
      iat,
      exp,
      iss: '@switchboard-core',
      sub: `${user.id}#${companyId}`,
    };
    return ok({
      access_token: signedToken(claims, world.apiKey),
      expires_at: isoDate(exp * 1000),
      user_id: user.id,
    });
  }),
];
