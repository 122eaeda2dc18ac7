/** What stands in a record in the place of an erased person's id: random, one for each erasure, and nobody's id anywhere. */

/** @param operation 16 hex digits, of this erasure alone */
export const placeholderOf = (operation: string): string => `erased-${operation}`;

export const isPlaceholder = (externalId: string): boolean => /^erased-[0-9a-f]{16}$/.test(externalId);
