/** Asks again and again, one question at a time, and not at all while nobody looks at the page. */

export interface Poll {
  /** At once; the next one follows after the usual pause. */
  now(): void;
}

export function poll(everyMs: () => number, ask: () => Promise<void>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let asking = false;
  let again = false;

  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    await ask();
    asking = false;
    timer = setTimeout(next, again ? 0 : everyMs());
    again = false;
  };
  const next = (): void => {
    if (!document.hidden) void turn();
  };
  document.addEventListener('visibilitychange', next);
  return { now: () => void turn() };
}
