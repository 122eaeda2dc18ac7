import { sign } from '../../lib/kaleyra/signature.ts';
import type { PlainRequest } from '../../local/gateway/in-process.ts';
import type { Reply } from './api.ts';
import type { World } from './world.ts';

/** What Kaleyra sends of its own accord. */

/** An event in format 1. */
export const anEvent = (event: string, data: Record<string, unknown>): Record<string, unknown> => ({
  event,
  event_version: '1.0',
  namespace: 'session',
  timestamp: 1_624_605_171_921,
  data,
});

export interface Signing {
  key?: string;
  /** What the signature says; the world's time unless given. */
  timestamp?: string;
}

/** A request with a body that is signed as the vendor does it. */
export const aSignedRequest = (
  world: Pick<World, 'clock' | 'env'>,
  url: string,
  body: unknown,
  { key = world.env.BANDYER_API_SECRET_KEY ?? '', timestamp }: Signing = {},
): PlainRequest & { headers: Record<string, string>; body: string } => {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const at = timestamp ?? String(Math.floor(world.clock.now() / 1000));
  const signature = sign(key, at, Buffer.from(text));
  return {
    method: 'POST',
    url,
    headers: { 'content-type': 'application/json', 'bandyer-signature': signature },
    body: text,
  };
};

export const sendSigned = (
  world: Pick<World, 'api' | 'clock' | 'env'>,
  url: string,
  body: unknown,
  signing: Signing = {},
): Promise<Reply> => world.api.raw(aSignedRequest(world, url, body, signing));
