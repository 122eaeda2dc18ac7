/**
 * What must not get out, found in a text. Whatever belongs to a person carries the word "canary"; what a deployment or a vendor
 * makes (keys, personal links, tokens) is known by its value.
 */
export interface Guarded {
  /** As they are. */
  secrets: Iterable<string>;
  /** By their last segment, however they are written down: a query, another host. */
  links: Iterable<string>;
}

const tokenOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

/** Also the link of a room that came and went before anybody could note it. */
const WORDS = /canary|direct-rest-call-handler/gi;

/** Each with a little of what stands around it. */
export const leaksIn = (text: string, { secrets, links }: Guarded): string[] => [
  ...[...text.matchAll(WORDS)].map(({ index }) => text.slice(Math.max(0, index - 40), index + 60)),
  ...[...secrets].filter(secret => secret !== '' && text.includes(secret)),
  ...[...links].filter(link => text.includes(tokenOf(link))),
];
