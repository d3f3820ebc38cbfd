// Which accounts other processes write to as well. Whoever has just written knows the account and is
// always first; so now and then it gives way, or the others would wait until their deadlines.

import type { Timers } from './clock.ts';

/** How long a rival is reckoned with after it was met. */
const REMEMBERED_MS = 1_000;
/** So many appends long one process writes before the others have their turn: a change costs them both some in vain. */
const TURN = 12;
/** Somebody who waits asks again within that time. */
const ASKED_WITHIN_MS = 8;
/** As many appends long is the way given: somebody else reads, decides and writes meanwhile. */
const WAY = 2;
/** Accounts of which rivals are remembered. */
const ACCOUNTS = 10_000;

interface Rivalry {
  /** Rivals are reckoned with until then. */
  readonly until: number;
  /** The turn of this process ends then. */
  readonly turnEnds: number;
}

export class Rivals {
  readonly #timers: Timers;
  readonly #byAccount = new Map<string, Rivalry>();

  /** How long the last append took. */
  #tookMs = 1;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  /** An append took so long. */
  took(ms: number): void {
    this.#tookMs = ms;
  }

  /** Somebody else has written to the account, or is about to. */
  met(account: string): void {
    const now = this.#timers.elapsedMs();
    if (this.#byAccount.size >= ACCOUNTS) this.#byAccount.clear();
    this.#byAccount.set(account, {
      until: now + REMEMBERED_MS,
      turnEnds: now + TURN * this.#tookMs,
    });
  }

  /** Whether it is the turn of others. */
  areDue(account: string): boolean {
    const rivalry = this.#byAccount.get(account);
    if (rivalry === undefined) return false;
    const now = this.#timers.elapsedMs();
    if (now >= rivalry.until) this.#byAccount.delete(account);
    return now < rivalry.until && now >= rivalry.turnEnds;
  }

  /** For how long to give way; then it is the turn of this process again. */
  giveWay(account: string): number {
    const ms = this.#timers.random() * ASKED_WITHIN_MS + WAY * this.#tookMs;
    const rivalry = this.#byAccount.get(account);
    if (rivalry !== undefined) {
      const turnEnds = this.#timers.elapsedMs() + ms + TURN * this.#tookMs;
      this.#byAccount.set(account, { ...rivalry, turnEnds });
    }
    return ms;
  }
}
