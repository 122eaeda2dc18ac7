import { EVENTS } from './hear-event.ts';

/** Telling Kaleyra where to send events and where to ask for names. */

export interface RegisteredWebhook {
  id: string;
  url: string;
  events: readonly string[];
  /** In the format in which the whole body is signed. */
  signsBody: boolean;
}

export interface Callbacks {
  listWebhooks(): Promise<readonly RegisteredWebhook[]>;
  addWebhook(event: string, url: string): Promise<void>;
  /** One that is not there any more counts as removed. */
  removeWebhook(id: string): Promise<void>;
  /** null: Kaleyra asks nobody for names. */
  findUserDetailsAddress(): Promise<string | null>;
  setUserDetailsAddress(url: string): Promise<void>;
}

type Outcome = 'set already' | 'now set' | 'removed' | 'left alone';

/** One line of what is registered at Kaleyra, and what was done about it. */
export interface Registration {
  what: string;
  url: string;
  outcome: Outcome;
}

/** What is no address is equal to itself alone. */
const hrefOf = (url: string): string => URL.parse(url)?.href ?? url;

const sameUrl = (one: string | null, other: string): boolean =>
  // Stryker disable next-line ConditionalExpression: no address is equal to none either way
  one !== null && hrefOf(one) === hrefOf(other);

/** What is right stays as it is, once for each event; everything else at our address goes. */
const sort = (ours: readonly RegisteredWebhook[]): { kept: RegisteredWebhook[]; surplus: RegisteredWebhook[] } => {
  const wanted: readonly string[] = EVENTS;
  const covered = new Set<string>();
  const kept: RegisteredWebhook[] = [];
  const surplus: RegisteredWebhook[] = [];
  for (const webhook of ours) {
    const isRight = webhook.signsBody && webhook.events.every(event => wanted.includes(event));
    if (isRight && webhook.events.some(event => !covered.has(event))) {
      for (const event of webhook.events) covered.add(event);
      kept.push(webhook);
    } else surplus.push(webhook);
  }
  return { kept, surplus };
};

/**
 * What Kaleyra has not been told, or not in the way that counts; changes nothing.
 *
 * @param baseUrl where this service is reached from outside
 */
export const findUnregistered = async (callbacks: Callbacks, baseUrl: string): Promise<string[]> => {
  const registered = await callbacks.listWebhooks();
  const { kept } = sort(registered.filter(({ url }) => sameUrl(url, `${baseUrl}/webhooks/kaleyra`)));
  const missing = EVENTS.filter(event => !kept.some(({ events }) => events.includes(event)));
  const names = await callbacks.findUserDetailsAddress();
  return [
    ...missing.map(event => `Kaleyra does not send ${event} to ${baseUrl}/webhooks/kaleyra`),
    ...(sameUrl(names, `${baseUrl}/user-details`)
      ? []
      : [`Kaleyra asks ${names === null ? 'nobody' : 'somebody else'} for names, and not ${baseUrl}/user-details`]),
  ];
};

/**
 * Makes Kaleyra send our events and ask us for names, and changes nothing that is right. Webhooks at other addresses belong to
 * somebody else, perhaps another stage in the same company, and are left alone; the user details address exists only once.
 *
 * @param baseUrl where this service is reached from outside
 */
export const registerCallbacks = async (callbacks: Callbacks, baseUrl: string): Promise<Registration[]> => {
  const webhookUrl = `${baseUrl}/webhooks/kaleyra`;
  const namesUrl = `${baseUrl}/user-details`;
  const done: Registration[] = [];

  const registered = await callbacks.listWebhooks();
  const { kept, surplus } = sort(registered.filter(({ url }) => sameUrl(url, webhookUrl)));
  for (const event of EVENTS) {
    const isThere = kept.some(({ events }) => events.includes(event));
    // What replaces a wrong one is there before that goes: no event falls between.
    if (!isThere) await callbacks.addWebhook(event, webhookUrl);
    done.push({ what: event, url: webhookUrl, outcome: isThere ? 'set already' : 'now set' });
  }
  for (const { id, url, events } of surplus) {
    await callbacks.removeWebhook(id);
    done.push({ what: events.join(' '), url, outcome: 'removed' });
  }
  for (const { url, events } of registered.filter(webhook => !sameUrl(webhook.url, webhookUrl))) {
    done.push({ what: events.join(' '), url, outcome: 'left alone' });
  }

  const before = await callbacks.findUserDetailsAddress();
  const isSet = sameUrl(before, namesUrl);
  if (!isSet && before !== null) done.push({ what: 'user details', url: before, outcome: 'removed' });
  if (!isSet) await callbacks.setUserDetailsAddress(namesUrl);
  done.push({ what: 'user details', url: namesUrl, outcome: isSet ? 'set already' : 'now set' });
  return done;
};
