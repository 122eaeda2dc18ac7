/** What the page has to know of the stack that serves it, and whom it may load from. */
import { type InventedPerson, inventedPeople } from '../people.ts';

export interface PageSettings {
  readonly identity: 'gateway' | 'jwt';
  /** Of the trusted gateway, whose place the page takes; unused with tokens. */
  readonly headers: { readonly userId: string; readonly groups: string };
  readonly people: readonly InventedPerson[];
  /** Bookings name people by their ids alone. */
  readonly inDirectory: boolean;
  /** A directory that the stack knows nothing of; null where it knows who can be played. */
  readonly directoryElsewhere: string | null;
  /** Origin of the simulator. */
  readonly simulator: string;
  /** Where rooms are made instead of in the simulator. */
  readonly vendorElsewhere: string | null;
  /** Files that were shared go after the call. */
  readonly deletesFiles: boolean;
}

/** @param env of the running functions */
export function pageSettings(simulator: string, env: Readonly<Record<string, string>>): PageSettings {
  const { known, inDirectory, elsewhere } = inventedPeople(simulator, env);
  const { BANDYER_BASE_URL: vendor = simulator } = env;
  return {
    identity: env.IDENTITY_MODE === 'jwt' ? 'jwt' : 'gateway',
    headers: { userId: env.USERID_HEADER_KEY || 'miauserid', groups: env.GROUPS_HEADER_KEY || 'miausergroups' },
    people: known,
    inDirectory,
    directoryElsewhere: elsewhere ?? null,
    simulator,
    vendorElsewhere: vendor === simulator ? null : vendor,
    deletesFiles: env.TELECONSULTATION_DELETE_UPLOADS === 'true',
  };
}

/** The simulator's calls are shown in frames, a vendor's in tabs; nothing else comes from anywhere but the stack itself. */
export function policyOf({ simulator, vendorElsewhere }: PageSettings): string {
  const calls = vendorElsewhere === null ? simulator : "'none'";
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self'",
    "connect-src 'self'",
    `frame-src ${calls}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
