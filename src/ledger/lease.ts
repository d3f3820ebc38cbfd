// Credits in the memory of one process: spending is arithmetic, and never more than was taken. When to
// settle, when to take more and when to stop is decided here; what is stored, by the hold behind it.

import type { Instant } from '../calendar/instant.ts';
import { CapExceeded, Fault, InsufficientCredits, InvalidInput } from '../errors.ts';
import type { Decimal } from '../quantity/decimal.ts';
import {
  type AmountInput,
  amountText,
  formatParts,
  parseParts,
  toDecimal,
} from '../quantity/quantity.ts';
import type { Receipt } from './answers.ts';
import type { Timers } from './clock.ts';
import type { LeasedHold, LeaseTerms } from './lease-hold.ts';
import type { Lease } from './lease-input.ts';
import { type LeaseEnd, LeaseEnded, LeaseSpent } from './lease-refusals.ts';
import { checkLabel } from './lease-tab.ts';

/** A hold that was just taken, and until when it can be spent from: by the clock, and by elapsed time. */
export interface Taken {
  readonly hold: LeasedHold;
  readonly until: Instant;
  readonly deadline: number;
}

/** How a lease behaves. */
export interface LeaseHabits {
  readonly terms: LeaseTerms;
  readonly timers: Timers;
  readonly forMs: number;
  readonly settleEveryMs: number | null;
  /** Parts; null: never. */
  readonly settleAbove: bigint | null;
  readonly refillBelow: bigint | null;
  /** Takes the next hold. Throws a `Refusal` or a `Fault`, after which it may be called again. */
  readonly refill: () => Promise<Taken>;
  readonly onProblem: (problem: string, error: unknown) => void;
  /** Nothing is left to be done for it. */
  readonly onDone: () => void;
}

/** After an attempt in the background that failed. */
const RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;
/** Share of its time after which a lease that is in use is taken anew. */
const RENEWED_AFTER = 0.75;

export class LiveLease implements Lease {
  readonly account: string;
  readonly key: string;
  readonly unit: string;
  readonly #habits: LeaseHabits;
  readonly #scale: number;
  readonly #one: bigint;
  #current: LeasedHold;
  #until: Instant;
  #deadline: number;
  /** Holds that are over, and not all settled. */
  readonly #past = new Set<LeasedHold>();
  #spentBefore = 0n;
  #ended: LeaseEnd | null = null;
  #isClosing = false;
  /** What is scheduled, by what it is for. */
  readonly #scheduled = new Map<string | LeasedHold, () => void>();
  #isSettling = false;
  #refilling: Promise<void> | null = null;
  #refillNotBefore = 0;

  constructor(taken: Taken, habits: LeaseHabits) {
    const { account, key, unit, scale } = habits.terms;
    this.account = account;
    this.key = key;
    this.unit = unit;
    this.#habits = habits;
    this.#scale = scale;
    this.#one = 10n ** BigInt(scale);
    this.#current = taken.hold;
    this.#until = taken.until;
    this.#deadline = taken.deadline;
    this.#watchTime();
  }

  get until(): Date {
    return new Date(this.#until);
  }

  get isOpen(): boolean {
    return this.#isOver(this.#habits.terms.clock()) === null;
  }

  get left(): Decimal {
    return toDecimal(this.isOpen ? this.#current.left : 0n, this.#scale);
  }

  get spent(): Decimal {
    return toDecimal(this.#spentBefore + this.#current.spent, this.#scale);
  }

  get unsettled(): Decimal {
    let parts = 0n;
    for (const hold of new Set([this.#current, ...this.#past])) parts += hold.unsettled;
    return toDecimal(parts, this.#scale);
  }

  spend(amount: AmountInput, options?: { readonly label?: string }): void {
    const parts = this.#partsOf(amount);
    const label = options?.label;
    if (label !== undefined) checkLabel(label);
    const at = this.#habits.terms.clock();
    const over = this.#isOver(at);
    if (over !== null) throw this.#over(over);
    const hold = this.#current;
    if (parts > hold.left) {
      if (parts <= hold.left + hold.spent) this.#refill();
      throw this.#tooLittle(parts);
    }
    hold.take(parts, label, at);
    this.#settleInTime();
    const { refillBelow } = this.#habits;
    if (refillBelow !== null && hold.left < refillBelow) this.#refill();
  }

  async settle(): Promise<readonly Receipt[]> {
    const over = [...this.#past].map((hold) => this.#finish(hold));
    const receipts = await Promise.all(
      this.#ended === null ? [...over, this.#current.settle()] : over,
    );
    return receipts.flat();
  }

  async end(): Promise<readonly Receipt[]> {
    this.#stop('end');
    await this.#refilling;
    const receipts = await Promise.all([...this.#past].map((hold) => this.#finish(hold)));
    return receipts.flat();
  }

  /** One attempt to settle, before the ledger is gone. */
  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stop('closed');
    await this.#refilling;
    await Promise.all([...this.#past].map((hold) => this.#inBackground(hold)));
    this.#unschedule();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }

  #partsOf(amount: AmountInput): bigint {
    // Most are small whole numbers, and there may be a million a second.
    if (typeof amount === 'number' && amount > 0 && Number.isSafeInteger(amount)) {
      return BigInt(amount) * this.#one;
    }
    const text = amountText(amount, 'amount');
    if (text.startsWith('-')) {
      throw new InvalidInput({ field: 'amount', expected: '0 or more', found: text });
    }
    return parseParts(text, this.#scale, 'amount');
  }

  /** Elapsed time can't jump, and the clock goes on while a machine sleeps: whichever is over first. */
  #isOver(at: Instant): LeaseEnd | null {
    if (this.#ended !== null) return this.#ended;
    if (this.#current.ended !== null) return this.#current.ended;
    const isOver = at >= this.#until || this.#habits.timers.elapsedMs() >= this.#deadline;
    return isOver ? 'time' : null;
  }

  #over(ended: LeaseEnd): LeaseEnded {
    return new LeaseEnded({ lease: this.key, ended, uncharged: '0' });
  }

  #tooLittle(parts: bigint): LeaseSpent {
    const { key: lease, unit } = this;
    const required = formatParts(parts, this.#scale);
    const left = formatParts(this.#current.left, this.#scale);
    return new LeaseSpent({ lease, unit, required, left });
  }

  /** Nothing is spent any more, and what is held goes back. */
  #stop(ended: LeaseEnd): void {
    if (this.#ended !== null) return;
    this.#ended = ended;
    this.#unschedule();
    this.#past.add(this.#current);
  }

  /** Sees to it that what is not settled will be. */
  #settleInTime(): void {
    const { settleEveryMs, settleAbove } = this.#habits;
    if (this.#ended !== null || this.#isSettling) return;
    if (settleAbove !== null && this.#current.unsettled >= settleAbove) this.#settleNow();
    else if (
      settleEveryMs !== null &&
      !this.#scheduled.has('settle') &&
      this.#current.unsettled > 0n
    ) {
      this.#schedule('settle', settleEveryMs, () => this.#settleNow());
    }
  }

  #settleNow(): void {
    if (this.#isSettling) return;
    this.#isSettling = true;
    this.settle().then(
      () => {
        this.#isSettling = false;
        this.#settleInTime();
      },
      (error: unknown) => {
        this.#tell('what was spent could not be settled', error);
        // Until then no spend tries again, either.
        this.#schedule('settle', RETRY_MS, () => {
          this.#isSettling = false;
          if (this.#ended === null) this.#settleNow();
        });
      },
    );
  }

  #watchTime(): void {
    const { timers, forMs, refillBelow } = this.#habits;
    const left = this.#deadline - timers.elapsedMs();
    this.#schedule('end', left, () => {
      this.#stop('time');
      for (const hold of this.#past) void this.#inBackground(hold);
    });
    if (refillBelow === null) return;
    this.#schedule('renew', left - (1 - RENEWED_AFTER) * forMs, () => {
      // One that nobody spends from isn't kept from its account for ever.
      if (this.#current.spent > 0n) this.#refill();
    });
  }

  #refill(): void {
    const { refillBelow, timers } = this.#habits;
    if (refillBelow === null || this.#refilling !== null || this.#ended !== null) return;
    if (timers.elapsedMs() < this.#refillNotBefore) return;
    this.#refilling = this.#takeNext().finally(() => {
      this.#refilling = null;
    });
  }

  async #takeNext(): Promise<void> {
    const { refill, timers } = this.#habits;
    let last: LeasedHold;
    try {
      const next = await refill();
      last = this.#ended === null ? this.#swap(next) : next.hold;
    } catch (error) {
      this.#refillNotBefore = timers.elapsedMs() + RETRY_MS;
      if (!isNoTrouble(error)) this.#tell('it could not be refilled', error);
      return;
    }
    this.#past.add(last);
    void this.#inBackground(last);
  }

  #swap(next: Taken): LeasedHold {
    const last = this.#current;
    this.#spentBefore += last.spent;
    this.#current = next.hold;
    this.#until = next.until;
    this.#deadline = next.deadline;
    this.#watchTime();
    return last;
  }

  /** Settles a hold that is over, and tries again until it is done or the ledger is closed. */
  async #inBackground(hold: LeasedHold): Promise<void> {
    try {
      await this.#finish(hold);
    } catch (error) {
      this.#tell('it could not be settled at its end', error);
    }
  }

  async #finish(hold: LeasedHold, waitMs: number = RETRY_MS): Promise<readonly Receipt[]> {
    let isDone = true;
    try {
      return await hold.end();
    } catch (error) {
      isDone = !(error instanceof Fault);
      throw error;
    } finally {
      if (isDone) this.#forget(hold);
      else if (!this.#isClosing) this.#finishLater(hold, waitMs);
    }
  }

  #finishLater(hold: LeasedHold, waitMs: number): void {
    this.#schedule(hold, waitMs, () => {
      this.#finish(hold, Math.min(2 * waitMs, LONGEST_RETRY_MS)).catch((error: unknown) => {
        this.#tell('it could not be settled at its end', error);
      });
    });
  }

  #forget(hold: LeasedHold): void {
    this.#past.delete(hold);
    this.#scheduled.get(hold)?.();
    this.#scheduled.delete(hold);
    if (this.#ended !== null && this.#past.size === 0) {
      this.#unschedule();
      this.#habits.onDone();
    }
  }

  #tell(what: string, error: unknown): void {
    const { account, key } = this;
    this.#habits.onProblem(`lease "${key}" of account "${account}": ${what}`, error);
  }

  #schedule(what: string | LeasedHold, ms: number, work: () => void): void {
    this.#scheduled.get(what)?.();
    const cancel = this.#habits.timers.schedule(() => {
      this.#scheduled.delete(what);
      work();
    }, ms);
    this.#scheduled.set(what, cancel);
  }

  #unschedule(): void {
    for (const cancel of this.#scheduled.values()) cancel();
    this.#scheduled.clear();
  }
}

/** Where too little can be had now, the lease goes on with what it has. */
function isNoTrouble(error: unknown): boolean {
  return (
    error instanceof InsufficientCredits ||
    error instanceof CapExceeded ||
    error instanceof LeaseEnded
  );
}
