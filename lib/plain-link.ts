/**
 * A link that `URL` reads without a question and would write as it is: an https address without user, port, query and fragment,
 * whose host needs no decoding and is no number, and whose path has neither dots nor anything to be encoded. As Kaleyra writes
 * them; whatever is another way goes through `URL`.
 */
const PLAIN = /^https:\/\/(?:[a-z0-9]+[.-])+[a-z]+(?:\/[A-Za-z0-9_-]+)+$/;

export const isPlainLink = (link: string): boolean => PLAIN.test(link);
