// The shell's one clock for what is recorded, and the timers that it waits by. The core is told the time.

import { type Instant, parseInstant } from '../calendar/instant.ts';

/** Gives the current instant. */
export type Clock = () => Instant;

/** A clock out of what the caller passed; without one, the machine's. Throws `InvalidInput` where it tells no instant. */
export function readClock(clock: (() => number | Date) | undefined): Clock {
  if (clock === undefined) return Date.now;
  return () => {
    const told: unknown = clock();
    // Text would do for `parseInstant`; a clock that tells it isn't one of ours.
    return parseInstant(typeof told === 'string' ? null : told, 'clock');
  };
}

/** What the shell waits by. A simulation hands in its own, and runs in virtual time. */
export interface Timers {
  /** Milliseconds that only ever grow, for deadlines; a clock that jumps must not end or prolong a wait. */
  elapsedMs(): number;
  /** Does the work after so many milliseconds, unless what it gives back is called before. */
  schedule(work: () => void, ms: number): () => void;
  /** From 0 to below 1, so that rivals don't meet again; decides nothing but how long somebody waits. */
  random(): number;
}

/** The machine's. */
export const realTimers: Timers = {
  elapsedMs: () => performance.now(),
  schedule: (work, ms) => {
    const timer = setTimeout(work, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};

/** Waits. */
export function sleep(timers: Timers, ms: number): Promise<void> {
  return new Promise((resolve) => {
    timers.schedule(resolve, ms);
  });
}

/** A wait that can be ended early. */
export interface Pause {
  readonly over: Promise<void>;
  readonly end: () => void;
}

/** Waits, or until somebody ends it. */
export function pause(timers: Timers, ms: number): Pause {
  const { promise, resolve } = Promise.withResolvers<void>();
  const cancel = timers.schedule(resolve, ms);
  const end = (): void => {
    cancel();
    resolve();
  };
  return { over: promise, end };
}

/** The result of the work. Throws after so many milliseconds, whatever becomes of it then. */
export async function within<T>(timers: Timers, ms: number, work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const cancel = timers.schedule(() => reject(new Error(`no end after ${ms} ms`)), ms);
  try {
    return await Promise.race([work, promise]);
  } finally {
    cancel();
  }
}

/** A random share of a wait that doubles with each attempt. */
export function backoffMs(timers: Timers, attempt: number): number {
  const most = Math.min(250, 2 ** Math.min(attempt, 8));
  return timers.random() * most;
}
