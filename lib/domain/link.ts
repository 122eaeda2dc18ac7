import type { Personal } from '../personal.ts';
import { isPlainLink } from '../plain-link.ts';
import type { LinkOptions } from '../schemas/requests.ts';
import type { Participant } from './teleconsultation.ts';

/**
 * The personal link with what the caller asked for. `virtual_background=image` is the company's default image; the language is
 * the query's, then the participant's own, then the company's (no parameter). Whatever the link carries already is kept.
 */
export const withOptions = (
  link: Personal,
  participant: Pick<Participant, 'groups' | 'language'>,
  options: LinkOptions,
  groupsWithBackground: readonly string[],
): Personal => {
  const background =
    options.useBackground === true || participant.groups.some(group => groupsWithBackground.includes(group));
  const language = options.language ?? participant.language;
  if (!background && language === null) return link;
  // Stryker disable next-line ConditionalExpression,BlockStatement: `URL` writes the same, as a property holds
  if (isPlainLink(link)) {
    const asked = [background && 'virtual_background=image', language !== null && `language=${language}`];
    return `${link}?${asked.filter(Boolean).join('&')}`;
  }
  const url = new URL(link);
  if (background) url.searchParams.set('virtual_background', 'image');
  if (language !== null) url.searchParams.set('language', language);
  return url.href;
};
