/** More pages than any test fills: a walk that never ends fails instead of going on. */
const MOST_PAGES = 60;

/** Every page of a walk, from the first (or from `start` on) to the last. */
export const allPages = async <Page extends { next: string | undefined }>(
  read: (after?: string) => Promise<Page>,
  start?: string,
): Promise<Page[]> => {
  const pages = [await read(start)];
  for (let last = pages[0]; last?.next !== undefined; last = pages.at(-1)) {
    if (pages.length === MOST_PAGES) throw new Error(`there are more than ${MOST_PAGES} pages`);
    pages.push(await read(last.next));
  }
  return pages;
};
