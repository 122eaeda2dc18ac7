/**
 * A mark, in types alone, for what belongs to a person or opens something in their name: names, ids of the callers' world,
 * personal links, tokens; and for the secrets of the deployment, which would open everything. It costs nothing where such a text is used: any text may become marked, and a marked one is still a
 * text. The logger alone does not take it (`Loggable`), so writing one down does not compile.
 *
 * The mark stays on a value wherever it is handed on under its own type. A text made of it (`trim()`, a template) has lost it, and
 * so has one that is "this or some other text": for those the logger's patterns are there.
 */

declare const PERSONAL: unique symbol;

export type Personal = string & { readonly [PERSONAL]?: true };

/** Any text that is not marked. */
export type Loggable = string & { readonly [PERSONAL]?: never };
