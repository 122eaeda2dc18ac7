// The company's key is replaced, as its owner can do at the vendor: calls must bring the new one, callbacks are signed with it.
import * as z from 'zod';
import { strictControl } from '../strict.ts';
import type { World } from '../world.ts';

const Change = z.strictObject({ apiKey: z.string().min(1) });

export function changeKey(world: World, body: unknown): void {
  world.apiKey = strictControl(Change, body, 'key field').apiKey;
}
