// The shell's one clock for what is recorded, and its timers. The core is told the time.

import type { Instant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';

/** Gives the current instant. */
export type Clock = () => Instant;

/** A clock out of what the caller passed; without one, the machine's. Throws `InvalidInput` where it tells no whole milliseconds. */
export function readClock(clock: (() => number | Date) | undefined): Clock {
  if (clock === undefined) return Date.now;
  return () => {
    const told = clock();
    const instant = typeof told === 'number' ? told : told.getTime();
    if (!Number.isSafeInteger(instant)) {
      throw new InvalidInput({
        field: 'clock',
        expected: 'whole milliseconds since 1970, or a Date',
        found: String(told),
      });
    }
    return instant;
  };
}

/** Milliseconds that only ever grow, for deadlines; a clock that jumps must not end or prolong a wait. */
export function elapsedMs(): number {
  return performance.now();
}

/** Waits. */
export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** A random share of a wait that doubles with each attempt, so that rivals don't meet again. */
export function backoffMs(attempt: number): number {
  const most = Math.min(250, 2 ** Math.min(attempt, 8));
  return Math.random() * most;
}
