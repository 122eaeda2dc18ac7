import type { Personal } from '../personal.ts';

/** What belongs to the whole company at Kaleyra, in our words. */

/** A picture behind people in calls; where it lies and since when are null where Kaleyra does not say. */
export interface Background {
  alias: string;
  url: string | null;
  creationDate: string | null;
}

export interface Company {
  name: string;
  defaultLanguage: string;
  defaultBackground: Background | null;
  endCallRedirectUrl: string;
  userDetailsProviderUrl: string;
  endCallRedirectTimeoutMs: number;
}

/** What a browser posts as a form, with the file as the last field `file`. */
export interface UploadForm {
  url: string;
  /** Among them what lets whoever holds it upload. */
  fields: Readonly<Record<string, Personal>>;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

export interface UploadOffer {
  key: string;
  contentType: string;
  bytes: { least: number; most: number };
  seconds: number;
}
