// What the simulated company owns. What is deleted stays, marked, so that a test can still ask what became of it.
import { randomUUID } from 'node:crypto';

type Role = 'basic' | 'plus';
export type Tools = Record<string, boolean | Record<string, boolean>>;

interface Company {
  /** Only seen inside access tokens. */
  companyId: string;
  name: string;
  defaultLanguage: string;
  defaultBackground: string | null;
  endCallRedirectUrl: string | null;
  endCallRedirectTimeoutMs: number;
  userDetailsProviderUrl: string | null;
  /** Names of stored images. */
  logoLight: string | null;
  logoDark: string | null;
}

interface ThemeMode {
  primary_color: string;
  accent_color: string;
}

interface Theme {
  light: ThemeMode | null;
  dark: ThemeMode | null;
}

interface Kept {
  readonly id: string;
  deleted: boolean;
  /** Epoch milliseconds. */
  readonly created: number;
}

export interface Background extends Kept {
  /** Name of the stored image. */
  readonly file: string;
}

export interface User extends Kept {
  role: Role;
  allowCamera: boolean;
  language: string;
  /** Name of the stored image. */
  avatar: string | null;
}

export interface Participant {
  readonly userId: string;
  isAdmin: boolean;
  tools: Tools;
  /** Last segment of the personal link: who holds it is let in. */
  readonly token: string;
}

export interface Room extends Kept {
  readonly recording: 'none' | 'manual' | 'automatic';
  /** Seconds; null is unlimited. */
  readonly duration: number | null;
  readonly callType: string;
  readonly live: boolean;
  readonly description: string | null;
  readonly offlineTranscription: boolean;
  durationUsed: number;
  /** The time is used up. */
  closed: boolean;
  disabled: boolean;
  /** Somebody pressed record in a room with manual recording. */
  recordingOn: boolean;
  runningSession: string | null;
  participants: Participant[];
}

export interface Session extends Kept {
  readonly roomId: string;
  /** Whoever was in it. */
  readonly connected: string[];
  /** Who is in it now. */
  present: string[];
  /** Seconds; null while it runs. */
  duration: number | null;
  /** Seconds of it that are already part of the room's used time. */
  counted: number;
  recorded: boolean;
  recording: 'none' | 'available' | 'deleted';
  /** What the call control gave for a transcription, until the call ends. */
  spoken: string | null;
  transcription: string | null;
}

export interface Upload extends Kept {
  readonly userId: string;
  readonly roomId: string;
  readonly sessionId: string;
  readonly uploadType: 'file_upload' | 'snapshot';
}

export interface Webhook extends Kept {
  event: string;
  url: string;
  version: '0.1' | '1' | '2';
}

/** In order of creation; ids lead to what is not deleted. */
export class Collection<T extends Kept> {
  readonly #items: T[];
  readonly #live: Map<string, T>;

  constructor(items: readonly T[] = []) {
    this.#items = [...items];
    this.#live = new Map(items.filter(item => !item.deleted).map(item => [item.id, item]));
  }

  add(item: T): T {
    this.#items.push(item);
    this.#live.set(item.id, item);
    return item;
  }

  get(id: string): T | undefined {
    return this.#live.get(id);
  }

  delete(item: T): void {
    item.deleted = true;
    this.#live.delete(item.id);
  }

  /** Every one there ever was, oldest first. */
  all(): readonly T[] {
    return this.#items;
  }

  /** The order of the vendor's lists. A call that is played with a length begins in the past, so age is not order of arrival. */
  newestFirst(): T[] {
    return [...this.#live.values()].reverse().sort((one, other) => other.created - one.created);
  }

  toJSON(): readonly T[] {
    return this.#items;
  }
}

export interface State {
  readonly company: Company;
  readonly theme: Theme;
  readonly backgrounds: Collection<Background>;
  readonly users: Collection<User>;
  readonly rooms: Collection<Room>;
  readonly sessions: Collection<Session>;
  readonly uploads: Collection<Upload>;
  readonly webhooks: Collection<Webhook>;
}

export const emptyState = (): State => ({
  company: {
    companyId: randomUUID(),
    name: 'Example Clinic',
    defaultLanguage: 'en',
    defaultBackground: null,
    endCallRedirectUrl: null,
    endCallRedirectTimeoutMs: 5000,
    userDetailsProviderUrl: null,
    logoLight: null,
    logoDark: null,
  },
  theme: { light: null, dark: null },
  backgrounds: new Collection(),
  users: new Collection(),
  rooms: new Collection(),
  sessions: new Collection(),
  uploads: new Collection(),
  webhooks: new Collection(),
});
