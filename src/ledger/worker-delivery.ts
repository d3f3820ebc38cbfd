// Delivering the notices of one queue: claimed account by account, each account's in order, tried again
// later where it failed, parked where it is of no use. It knows nothing of what a notice says.

import { randomUUID } from 'node:crypto';
import type { Notice, Storage } from '../storage/port.ts';
import { type Clock, pause, type Timers, within } from './clock.ts';

/** What a delivery is told besides its notice. */
export interface Delivery {
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted once the time for it is over: what it does after that is counted as failed. */
  readonly signal: AbortSignal;
}

/** Thrown by a handler that knows that no attempt will ever succeed: the notice is parked at once. */
export class Undeliverable extends Error {
  constructor(message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.name = 'Undeliverable';
  }
}

/** How notices are delivered. */
export interface DeliverySettings {
  readonly storage: Storage;
  readonly clock: Clock;
  readonly timers: Timers;
  /** Accounts that are served at once. */
  readonly concurrency: number;
  readonly deadlineMs: number;
  readonly pollMs: number;
  /** After so many attempts it is parked. */
  readonly attempts: number;
  /** How long to wait after this attempt. */
  readonly retryAfterMs: (attempt: number) => number;
  readonly onProblem: (problem: string, error: unknown) => void;
}

/** What became of notices. */
export interface Delivered {
  delivered: number;
  failed: number;
  parked: number;
}

/** Notices that are claimed for each free place: a claim looks at all that wait, so it should bring something. */
const AT_A_TIME = 4;

/** Text of a problem that is kept with a notice. */
const PROBLEM_MAX = 1_000;

/** The courier of one queue. */
export class Courier {
  readonly #settings: DeliverySettings;
  readonly #queue: string;
  readonly #deliver: (notice: Notice, delivery: Delivery) => Promise<void> | void;
  readonly #leaseMs: number;
  #stopping = false;

  constructor(
    settings: DeliverySettings,
    queue: string,
    deliver: (notice: Notice, delivery: Delivery) => Promise<void> | void,
  ) {
    this.#settings = settings;
    this.#queue = queue;
    this.#deliver = deliver;
    // Long enough for one delivery after another has used up its time, and for saying so.
    this.#leaseMs = 2 * settings.deadlineMs + 5_000;
  }

  /** Claims nothing more; what is under way comes to its end. */
  stop(): void {
    this.#stopping = true;
  }

  /** Delivers until nothing can be claimed and nothing is under way. Throws `StorageUnavailable`. */
  async drain(counts: Delivered): Promise<void> {
    const { storage, clock, timers, concurrency, pollMs } = this.#settings;
    const active = new Set<Promise<void>>();
    const waiting: (() => Promise<void>)[] = [];
    try {
      while (!this.#stopping) {
        for (const serve of waiting.splice(0, concurrency - active.size)) {
          const work = serve().finally(() => active.delete(work));
          active.add(work);
        }
        const places = concurrency - active.size;
        if (places <= 0) {
          await Promise.race(active);
          continue;
        }
        const now = clock();
        const by = randomUUID();
        const since = timers.elapsedMs();
        const limit = places * AT_A_TIME;
        const claim = { queue: this.#queue, by, now, until: now + this.#leaseMs, limit };
        const claimed = await storage.claimNotices(claim);
        for (const lane of lanes(claimed)) {
          waiting.push(() => this.#serve(lane, by, since, counts));
        }
        if (claimed.length > 0) continue;
        if (active.size === 0) return;
        // While one account is slow, the others are looked after.
        const wait = pause(timers, pollMs);
        await Promise.race([...active, wait.over]);
        wait.end();
      }
    } finally {
      // Whoever stops gives back what it has claimed and not begun.
      await Promise.all([...active, ...waiting.map((serve) => serve())]);
    }
  }

  /** One account's notices, one after the other. Never throws. */
  async #serve(
    notices: readonly Notice[],
    by: string,
    since: number,
    counts: Delivered,
  ): Promise<void> {
    const { storage, timers, deadlineMs, onProblem } = this.#settings;
    const [first] = notices;
    if (first === undefined) return;
    try {
      for (const notice of notices) {
        const left = this.#leaseMs - (timers.elapsedMs() - since);
        if (this.#stopping || left < deadlineMs + 1_000) {
          await storage.releaseNotices({ account: first.account, queue: this.#queue, by });
          return;
        }
        if (!(await this.#one(notice, by, counts))) return;
      }
    } catch (error) {
      // What was delivered and couldn't be marked comes again when the lease ends.
      onProblem(`notices of account "${first.account}"`, error);
    }
  }

  /** Whether those behind it may follow. */
  async #one(notice: Notice, by: string, counts: Delivered): Promise<boolean> {
    const { storage, clock, attempts, retryAfterMs } = this.#settings;
    const { account, number, position } = notice;
    const place = { account, number, position, by };
    const problem = await this.#problem(notice);
    if (problem === null) {
      await storage.noticeDone({ ...place, now: clock() });
      counts.delivered += 1;
      return true;
    }
    const now = clock();
    const isOver = problem instanceof Undeliverable || notice.attempts >= attempts;
    const retryAt = isOver ? null : now + Math.ceil(retryAfterMs(notice.attempts));
    await storage.noticeFailed({
      ...{ ...place, now, attempts: notice.attempts, retryAt },
      problem: textOf(problem),
    });
    if (isOver) counts.parked += 1;
    else counts.failed += 1;
    return isOver;
  }

  async #problem(notice: Notice): Promise<Error | null> {
    const { attempts, timers, deadlineMs } = this.#settings;
    if (notice.attempts > attempts) {
      return new Undeliverable(`${attempts} deliveries began, and none came to an end`);
    }
    const abort = new AbortController();
    try {
      const work = async () =>
        this.#deliver(notice, { attempt: notice.attempts, signal: abort.signal });
      await within(timers, deadlineMs, work());
      return null;
    } catch (error) {
      abort.abort(error);
      return error instanceof Error ? error : new Error(String(error));
    }
  }
}

function lanes(notices: readonly Notice[]): readonly (readonly Notice[])[] {
  return [...Map.groupBy(notices, ({ account }) => account).values()];
}

// Some storages hold neither NUL nor half a surrogate pair.
function textOf(problem: Error): string {
  return problem.message.replaceAll('\0', '').slice(0, PROBLEM_MAX).toWellFormed();
}
