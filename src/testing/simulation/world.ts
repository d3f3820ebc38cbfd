// A world of its own time: what is scheduled happens in the order of its instants, one event after
// the other, and nothing else does. A second of it costs what happens in it, and no more.

import type { Timers } from '../../ledger/clock.ts';
import type { Random } from './random.ts';

interface Event {
  readonly at: number;
  readonly order: number;
  readonly work: () => void;
}

/** Time, and what will happen in it. */
export class World {
  readonly random: Random;
  readonly #events: Event[] = [];
  #now = 0;
  #order = 0;
  #happened = 0;

  constructor(random: Random) {
    this.random = random;
  }

  /** Milliseconds since the world began. */
  get now(): number {
    return this.#now;
  }

  /** How many events there were. */
  get happened(): number {
    return this.#happened;
  }

  /** Lets something happen after so many milliseconds. */
  after(ms: number, work: () => void): void {
    this.#order += 1;
    const event: Event = { at: this.#now + Math.max(0, ms), order: this.#order, work };
    const events = this.#events;
    let place = events.length;
    events.push(event);
    while (place > 0) {
      const parent = (place - 1) >> 1;
      const above = events[parent];
      if (above === undefined || !isBefore(event, above)) break;
      events[place] = above;
      place = parent;
    }
    events[place] = event;
  }

  /** Waits. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => this.after(ms, resolve));
  }

  /** Timers for somebody who may be gone when they go off. */
  timers(isThere: () => boolean): Timers {
    return {
      elapsedMs: () => this.#now,
      schedule: (work, ms) => {
        let isWanted = true;
        this.after(ms, () => {
          if (isWanted && isThere()) work();
        });
        return () => {
          isWanted = false;
        };
      },
      random: () => this.random.next(),
    };
  }

  /** Lets time pass until it is done, or until that instant. True where it was done. */
  async pass(isDone: () => boolean, until: number): Promise<boolean> {
    for (;;) {
      await settled();
      if (isDone()) return true;
      const event = this.#next();
      if (event === undefined || event.at > until) return false;
      this.#now = event.at;
      this.#happened += 1;
      event.work();
    }
  }

  #next(): Event | undefined {
    const events = this.#events;
    const first = events[0];
    const last = events.pop();
    if (first === undefined || last === undefined || events.length === 0) return first;
    let place = 0;
    for (;;) {
      const left = events[2 * place + 1];
      const right = events[2 * place + 2];
      if (left === undefined) break;
      const isRight = right !== undefined && isBefore(right, left);
      const child = isRight ? right : left;
      if (isBefore(last, child)) break;
      events[place] = child;
      place = 2 * place + (isRight ? 2 : 1);
    }
    events[place] = last;
    return first;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.at === b.at ? a.order < b.order : a.at < b.at;
}

/** Until everything that follows from the last event without any waiting has happened. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
