// What the vendor does whenever it has to show a name: asks the company's own service for it, signed.
import * as z from 'zod';
import { misused } from '../errors.ts';
import { askForNames } from '../names.ts';
import { strictControl } from '../strict.ts';
import type { World } from '../world.ts';

const Question = z.strictObject({ userIds: z.array(z.string().min(1)).min(1) });

export async function askUserDetails(world: World, body: unknown): Promise<{ status: number; body: unknown }> {
  const { userIds } = strictControl(Question, body, 'question field');
  const url = world.state.company.userDetailsProviderUrl;
  if (url === null) throw misused('the company has no user_details_provider_url', 409);
  try {
    const { status, text } = await askForNames(world, url, userIds);
    return { status, body: parsed(text) };
  } catch (error) {
    throw misused(`${url} did not answer: ${error instanceof Error ? error.message : 'unknown failure'}`, 502);
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
