// Keeps the state in a file between runs: written whole, beside the old one, and then renamed over it, so that a crash leaves
// either the one or the other. Images live in a folder next to it.
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { Collection, emptyState, type State } from './state.ts';

const FORMAT = 'kaleyra-simulator/1';
/** Changes come in bursts; one write per burst is enough. */
const DEBOUNCE_MS = 100;

const List = z.array(z.looseObject({ id: z.string(), created: z.number(), deleted: z.boolean() }));

/** Enough to tell a file of ours from anything else; what is inside was written by this very code. */
const Stored = z.object({
  format: z.literal(FORMAT),
  state: z.object({
    company: z.looseObject({ companyId: z.string() }),
    theme: z.looseObject({}),
    backgrounds: List,
    users: List,
    rooms: List,
    sessions: List,
    uploads: List,
    webhooks: List,
  }),
});

const isAbsent = (error: unknown) => error instanceof Error && 'code' in error && error.code === 'ENOENT';

export async function loadState(path: string): Promise<State> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (isAbsent(error)) return emptyState();
    throw error;
  }
  try {
    return revived(Stored.parse(JSON.parse(text)).state as unknown as Lists);
  } catch (cause) {
    // Starting empty over somebody's data would overwrite it at the first change.
    const reason = cause instanceof z.ZodError ? z.prettifyError(cause) : String(cause);
    throw new Error(`${path} is not a state file of this simulator: ${reason}`, { cause });
  }
}

/** The state as JSON has it: plain lists for collections. */
type Lists = { [K in keyof State]: State[K] extends Collection<infer T> ? T[] : State[K] };

const revived = (lists: Lists): State => ({
  company: lists.company,
  theme: lists.theme,
  backgrounds: new Collection(lists.backgrounds),
  users: new Collection(lists.users),
  rooms: new Collection(lists.rooms),
  // Files of before the page of a call do not say who is in it.
  sessions: new Collection(lists.sessions.map(session => ({ ...session, present: session.present ?? [] }))),
  uploads: new Collection(lists.uploads),
  webhooks: new Collection(lists.webhooks),
});

export class StateFile {
  readonly #path: string;
  readonly #current: () => State;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(path: string, current: () => State) {
    this.#path = path;
    this.#current = current;
  }

  changed(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#write().catch(error => console.error(`kaleyra simulator: ${this.#path} was not written:`, error));
    }, DEBOUNCE_MS);
  }

  /** Writes what is there now, whatever is still waiting. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    await this.#write();
  }

  #write(): Promise<void> {
    const next = async () => {
      const temporary = `${this.#path}.${process.pid}.tmp`;
      await writeFile(temporary, JSON.stringify({ format: FORMAT, state: this.#current() }), { mode: 0o600 });
      await rename(temporary, this.#path);
    };
    this.#writing = this.#writing.catch(() => undefined).then(next);
    return this.#writing;
  }
}

/** Images by name; in memory, and on disk when there is a folder. */
export class Blobs {
  readonly #folder: string | undefined;
  readonly #bytes = new Map<string, Buffer>();

  constructor(folder?: string) {
    this.#folder = folder;
    if (folder === undefined) return;
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (!name.endsWith('.tmp')) this.#bytes.set(name, readFileSync(join(folder, name)));
    }
  }

  get(name: string): Buffer | undefined {
    return this.#bytes.get(name);
  }

  put(name: string, bytes: Buffer): void {
    this.#bytes.set(name, bytes);
    if (this.#folder === undefined) return;
    const path = join(this.#folder, name);
    writeFileSync(`${path}.tmp`, bytes, { mode: 0o600 });
    renameSync(`${path}.tmp`, path);
  }

  remove(name: string | null): void {
    if (name === null) return;
    this.#bytes.delete(name);
    if (this.#folder !== undefined) rmSync(join(this.#folder, name), { force: true });
  }

  clear(): void {
    for (const name of [...this.#bytes.keys()]) this.remove(name);
  }
}
