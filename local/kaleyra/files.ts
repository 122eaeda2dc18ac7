// Temporary addresses of files: a random token stands for the right to read, for as long as it lasts.
import { newFileToken } from './ids.ts';

export interface FileContent {
  readonly type: string;
  readonly bytes: Buffer;
}

interface Grant {
  /** Asked at reading time: the file may have been deleted meanwhile. */
  readonly read: () => FileContent | undefined;
  readonly expiresAt: number;
}

export class TemporaryFiles {
  readonly #clock: () => number;
  readonly #grants = new Map<string, Grant>();

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /** Path and query of an address that answers for `seconds`. */
  issue(name: string, seconds: number, read: () => FileContent | undefined): string {
    const now = this.#clock();
    for (const [token, { expiresAt }] of this.#grants) if (expiresAt <= now) this.#grants.delete(token);
    const token = newFileToken();
    const expiresAt = now + seconds * 1000;
    this.#grants.set(token, { read, expiresAt });
    return `/files/${token}/${encodeURIComponent(name)}?Expires=${Math.floor(expiresAt / 1000)}`;
  }

  /** 'refused': unknown or too late, as a signed address would be. */
  open(token: string): FileContent | 'refused' | undefined {
    const grant = this.#grants.get(token);
    return grant === undefined || grant.expiresAt <= this.#clock() ? 'refused' : grant.read();
  }

  clear(): void {
    this.#grants.clear();
  }
}
