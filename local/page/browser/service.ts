/** The service, called over its real routes as one of the people who are played. */
import {
  createClient,
  isTeleconsultationError,
  type ParticipantStatus,
  type Teleconsultation,
  type TeleconsultationClient,
} from '../../../lib/client/index.ts';
import { type Person, type Settings, tokenFor } from './stack.ts';

/** Less than a token of the stack lasts. */
const TOKEN_KEPT_MS = 30 * 60_000;

export type As = (person: Person) => TeleconsultationClient;

/** The page stands where the trusted gateway would name the caller, or brings a token where those say it. */
export function createService(settings: Settings): As {
  const clients = new Map<string, TeleconsultationClient>();
  return person => {
    const known =
      clients.get(person.userId) ?? createClient({ baseUrl: location.origin, ...identityOf(settings, person) });
    clients.set(person.userId, known);
    return known;
  };
}

function identityOf(settings: Settings, person: Person) {
  if (settings.identity === 'jwt') return { token: keptToken(person) };
  const { userId, groups } = settings.headers;
  return { headers: { [userId]: person.userId, [groups]: person.group } };
}

function keptToken(person: Person): () => Promise<string> {
  let kept: { token: Promise<string>; until: number } | undefined;
  return () => {
    if (kept === undefined || Date.now() > kept.until)
      kept = { token: tokenFor(person), until: Date.now() + TOKEN_KEPT_MS };
    return kept.token;
  };
}

/** What one person finds. */
export type View =
  | { readonly kind: 'status'; readonly status: ParticipantStatus; readonly opened: Teleconsultation | undefined }
  | { readonly kind: 'refused'; readonly status: number }
  | { readonly kind: 'trouble' };

export interface LinkWish {
  readonly language: string;
  readonly useBackground: boolean;
}

/** As the retired frontend did, and first the reason: the link is asked for only where the door is open. */
export async function look(client: TeleconsultationClient, id: string, wish: LinkWish): Promise<View> {
  try {
    const status = await client.getStatus(id);
    const opened = status.status === 'cancelled' ? undefined : await client.getTeleconsultation(id, queryOf(wish));
    return { kind: 'status', status, opened };
  } catch (error) {
    const status = statusOf(error);
    return status !== undefined && [401, 403, 404].includes(status) ? { kind: 'refused', status } : { kind: 'trouble' };
  }
}

const queryOf = ({ language, useBackground }: LinkWish) => ({
  ...(language === 'en' || language === 'it' ? { language } : {}),
  useBackground,
});

export const statusOf = (error: unknown): number | undefined =>
  isTeleconsultationError(error) ? error.status : undefined;

/** The service's own sentence; undefined where nothing answered. */
export const sentenceOf = (error: unknown): string | undefined => {
  if (!isTeleconsultationError(error) || error.status === undefined) return undefined;
  const [first] = error.details;
  const field = first === undefined ? '' : ` (${first.path} ${first.message})`;
  return `${error.error ?? error.message}${field}`;
};
