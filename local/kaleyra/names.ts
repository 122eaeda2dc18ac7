// The names of people, which only the company knows: its own service is asked for them, signed.
import * as z from 'zod';
import type { World } from './world.ts';

const Named = z.looseObject({
  user_ids: z.array(z.looseObject({ user_id: z.string(), display_name: z.string() })),
});

export function askForNames(
  world: World,
  url: string,
  userIds: readonly string[],
): Promise<{ status: number; text: string }> {
  const request = {
    event: 'user_details_request',
    event_version: '1.0',
    namespace: 'user_details_provider',
    data: { user_ids: userIds },
  };
  return world.deliveries.ask(url, JSON.stringify(request));
}

/** Those that the company names; nobody where it is not asked, does not answer, or not in this shape. */
export async function namesOf(world: World, userIds: readonly string[]): Promise<Map<string, string>> {
  const url = world.state.company.userDetailsProviderUrl;
  if (url === null) return new Map();
  try {
    const { text } = await askForNames(world, url, userIds);
    return new Map(Named.parse(JSON.parse(text)).user_ids.map(person => [person.user_id, person.display_name]));
  } catch {
    return new Map();
  }
}
