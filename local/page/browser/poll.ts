/** Asks again and again, one question at a time, and not at all while nobody looks at the page. */

export interface Poll {
  /** At once, or as soon as the question that is out is answered; the next one follows after the usual pause. */
  now(): void;
}

export function poll(everyMs: number, ask: () => Promise<void>): Poll {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isAsking = false;
  let isWanted = false;

  const turn = async (): Promise<void> => {
    clearTimeout(timer);
    isWanted = isAsking;
    if (isAsking) return;
    isAsking = true;
    try {
      await ask();
    } finally {
      isAsking = false;
      timer = setTimeout(next, isWanted ? 0 : everyMs);
    }
  };
  const next = (): void => {
    if (!document.hidden) void turn();
  };
  document.addEventListener('visibilitychange', next);
  return { now: () => void turn() };
}
