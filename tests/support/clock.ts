import { type Clock, systemClock } from '../../lib/clock.ts';

/** The real clock, moved: time goes on by itself, and a test can jump. */
export interface TestClock extends Clock {
  moveBy(ms: number): void;
  moveTo(instant: number): void;
  /** Back to the real time. */
  reset(): void;
}

export const createTestClock = (): TestClock => {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    sleep: systemClock.sleep,
    moveBy: ms => {
      offset += ms;
    },
    moveTo: instant => {
      offset = instant - Date.now();
    },
    reset: () => {
      offset = 0;
    },
  };
};
