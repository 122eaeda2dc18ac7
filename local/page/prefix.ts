/** What the page asks for by itself, every second: too much for a terminal. */
export const PAGE_PREFIX = '/_local/page/';
