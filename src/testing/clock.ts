// A clock that stands until a test turns it. It never reads the machine's.

import { parseDuration } from '../calendar/duration.ts';
import { addDuration } from '../calendar/zone.ts';

/** A clock to hand to `createLedger({ clock: clock.now })`. */
export interface Clock {
  /** What it shows, milliseconds since 1970. */
  readonly now: () => number;
  /** Sets it, forward or back. Throws `RangeError` for what is no instant. */
  set(instant: string | number | Date): void;
  /** Moves it on by so many milliseconds (back where they are negative) or by an ISO 8601 duration such as `P1Y`, in UTC. Throws `InvalidInput` for another text. */
  advance(by: number | string): void;
}

/** Makes a clock that shows this instant. Throws `RangeError` for what is no instant. */
export function createClock(start: string | number | Date): Clock {
  let shown = millisecondsOf(start);
  return {
    now: () => shown,
    set: (instant) => {
      shown = millisecondsOf(instant);
    },
    advance: (by) => {
      shown =
        typeof by === 'string'
          ? addDuration(shown, parseDuration(by, 'advance'), 'UTC')
          : millisecondsOf(shown + by);
    },
  };
}

function millisecondsOf(instant: string | number | Date): number {
  const milliseconds = new Date(instant).getTime();
  if (!Number.isSafeInteger(milliseconds)) {
    throw new RangeError(`a clock can't be set to ${String(instant)}`);
  }
  return milliseconds;
}
