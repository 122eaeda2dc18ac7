/** What only the embedded stack can tell or do: its settings, tokens, what happened at the simulator, jobs out of turn. */
import type { InventedPerson } from '../../people.ts';
import type { PageSettings } from '../settings.ts';

export type Person = InventedPerson;
export type Settings = PageSettings;

export interface Happening {
  readonly at: string;
  readonly what: 'room_made' | 'room_disabled' | 'room_deleted' | 'file_shared' | 'file_deleted' | 'webhook';
  readonly roomId: string;
  readonly userId?: string;
  readonly event?: string;
  readonly status?: number;
}

export interface SharedFile {
  readonly key: string;
  readonly user_id: string;
  readonly creation_date: string;
  readonly deleted: boolean;
}

export interface Story {
  readonly rooms: readonly { readonly id: string; readonly alive: boolean; readonly inCall: readonly string[] }[];
  readonly uploads: readonly SharedFile[];
  readonly happenings: readonly Happening[];
}

export interface Cleaned {
  readonly deleted: number;
  readonly failed: number;
  readonly left: number;
}

async function asked<T>(path: string, body?: unknown): Promise<T> {
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  const response = await fetch(path, body === undefined ? {} : post);
  if (!response.ok) throw new Error(`${path} answers ${response.status}`);
  return (await response.json()) as T;
}

export const readSettings = (): Promise<Settings> => asked('/_local/page/settings');

export const readStory = (id: string): Promise<Story> => asked(`/_local/page/story/${id}`);

/** The scheduled job, at once and without the time that it leaves to files. */
export const cleanUp = (): Promise<Cleaned> => asked('/_local/invoke/cleanupUploads', { graceMs: 0 });

export const tokenFor = async ({ userId, group, fullName }: Person): Promise<string> => {
  const wish = { sub: userId, groups: [group], name: fullName };
  return (await asked<{ token: string }>('/_local/token', wish)).token;
};
