// The hold behind a lease: what is spent of it goes out as captures in parts, each under a key that
// stays the same until its outcome is known. It knows no time: when to settle is for the lease to say.

import type { Instant } from '../calendar/instant.ts';
import { formatInstant } from '../calendar/instant.ts';
import { Fault, HoldEnded, Refusal } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import type { Receipt } from './answers.ts';
import type { Clock } from './clock.ts';
import type { AskedLease } from './lease-input.ts';
import { type LeaseEnd, LeaseEnded } from './lease-refusals.ts';
import { Tab } from './lease-tab.ts';
import type { Plans } from './plans.ts';
import { usageCommands } from './usage-commands.ts';

/** What the holds of one lease have in common. */
export interface LeaseTerms extends Pick<AskedLease, 'account' | 'key' | 'member' | 'metadata'> {
  readonly unit: string;
  readonly scale: number;
  readonly feature: string | null;
  readonly late: 'charge' | 'forgo';
  readonly submit: (command: EngineCommand) => Promise<Receipt>;
  readonly clock: Clock;
}

/** A settlement that is under way or still to be sent. Its content never changes: it may have been stored. */
interface Bill {
  readonly key: string;
  /** The rest of the hold goes back with it. */
  readonly final: boolean;
  readonly tab: Tab;
  /** Where the hold has ended: when the usage is said to have happened. */
  lateAt: Instant | null;
}

/** A hold that is spent from in memory. */
export class LeasedHold {
  readonly #terms: LeaseTerms;
  readonly #name: string;
  #tab = new Tab();
  #bills: Bill[] = [];
  #sealed = 0;
  #isFinal = false;
  #turn: Promise<unknown> = Promise.resolve();
  /** Parts that can still be spent. */
  left: bigint;
  /** Parts that were spent, and of them those that are burned, and those that never will be. */
  spent = 0n;
  settled = 0n;
  uncharged = 0n;
  /** How the hold ended, where that wasn't the lease's own doing. */
  ended: LeaseEnd | null = null;

  /** `name` is the hold's and the beginning of its keys. */
  constructor(name: string, parts: bigint, terms: LeaseTerms) {
    this.#name = name;
    this.#terms = terms;
    this.left = parts;
  }

  /** Takes no more than is left. */
  take(parts: bigint, label: string | undefined, at: Instant): void {
    if (label !== undefined && !this.#tab.takes(label)) this.#seal(false);
    this.#tab.add(parts, label, at);
    this.left -= parts;
    this.spent += parts;
  }

  /** Parts that were spent, and aren't burned as yet. */
  get unsettled(): bigint {
    return this.spent - this.settled - this.uncharged;
  }

  /** Burns what was spent. After a `Fault` the same is sent again by the next call. */
  settle(): Promise<readonly Receipt[]> {
    return this.#inTurn(async () => {
      if (!this.#isFinal && this.#tab.amount > 0n) this.#seal(false);
      return this.#send();
    });
  }

  /** Burns what was spent and gives back the rest; nothing may be taken after it was called. */
  end(): Promise<readonly Receipt[]> {
    return this.#inTurn(async () => {
      if (!this.#isFinal) this.#seal(true);
      this.#isFinal = true;
      return this.#send();
    });
  }

  /** One settlement after the other: a later one must not end the hold before an earlier one is known. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }

  #seal(final: boolean): void {
    this.#sealed += 1;
    const key = final ? `${this.#name}/end` : `${this.#name}/settle/${this.#sealed}`;
    this.#bills.push({ key, final, tab: this.#tab, lateAt: null });
    this.#tab = new Tab();
  }

  async #send(): Promise<readonly Receipt[]> {
    const receipts: Receipt[] = [];
    const before = this.uncharged;
    let first: unknown;
    for (let bill = this.#bills[0]; bill !== undefined; bill = this.#bills[0]) {
      try {
        const receipt = await this.#settle(bill);
        if (receipt !== null) receipts.push(receipt);
      } catch (error) {
        // The very same is sent again: it may have been stored.
        if (error instanceof Fault) throw error;
        this.uncharged += bill.tab.amount;
        first ??= error;
      }
      this.#bills.shift();
    }
    const lost = this.uncharged - before;
    if (lost === 0n && first === undefined) return receipts;
    const isAnswer = first === undefined || first instanceof Refusal;
    throw lost > 0n && isAnswer ? this.#tooLate(lost, first) : first;
  }

  async #settle(bill: Bill): Promise<Receipt | null> {
    const { tab, final } = bill;
    if (this.ended === null || bill.lateAt === null) {
      try {
        const receipt = await this.#terms.submit(
          final && tab.amount === 0n ? this.#release(bill) : this.#capture(bill),
        );
        this.settled += tab.amount;
        return receipt;
      } catch (error) {
        if (!(error instanceof HoldEnded)) throw error;
        this.ended = error.ended;
      }
    }
    if (tab.amount === 0n) return null;
    if (this.#terms.late === 'forgo') {
      this.uncharged += tab.amount;
      return null;
    }
    bill.lateAt ??= Math.min(tab.until, this.#terms.clock());
    const receipt = await this.#terms.submit(this.#lateUsage(bill, bill.lateAt));
    const { scale } = this.#terms;
    const charged = parseParts(receipt.charged.toFixed(), scale, 'charged');
    this.settled += charged;
    this.uncharged += tab.amount - charged;
    return receipt;
  }

  #tooLate(parts: bigint, cause: unknown): LeaseEnded {
    const { key, scale } = this.#terms;
    const uncharged = formatParts(parts, scale);
    return new LeaseEnded({ lease: key, ended: this.ended ?? 'expired', uncharged }, { cause });
  }

  #release({ key }: Bill): EngineCommand {
    const { account } = this.#terms;
    return usageCommands.release({ account, key, hold: this.#name }, NO_PLANS);
  }

  #capture({ key, final, tab }: Bill): EngineCommand {
    const { account, scale } = this.#terms;
    const amount = formatParts(tab.amount, scale);
    const stated = { account, key, hold: this.#name, amount, final, ...this.#metadata(tab) };
    return this.#said(usageCommands.capture(stated, NO_PLANS), tab);
  }

  /** As much as the account has: the credits went back, and somebody else may have used them. */
  #lateUsage({ key, tab }: Bill, at: Instant): EngineCommand {
    const { account, unit, scale, feature, member } = this.#terms;
    const stated = {
      account,
      key: `${key}/late`,
      amount: formatParts(tab.amount, scale),
      unit,
      ...(feature !== null && { feature }),
      ...(member !== null && { member }),
      partial: true,
      occurredAt: at,
      ...this.#metadata(tab),
    };
    return this.#said(usageCommands.consume(stated, NO_PLANS), tab);
  }

  /** Which spends it settles is part of what is stated, and so of the journal. */
  #said(command: EngineCommand, { spends, since, until }: Tab): EngineCommand {
    const lease = {
      key: this.#terms.key,
      spends,
      since: formatInstant(since),
      until: formatInstant(until),
    };
    return { ...command, input: { ...command.input, lease } };
  }

  #metadata({ labels }: Tab): { readonly metadata?: object } {
    const { metadata, scale } = this.#terms;
    if (labels.size === 0) return metadata === null ? {} : { metadata };
    const sums = [...labels].map(([label, parts]) => [label, formatParts(parts, scale)]);
    return { metadata: { ...metadata, labels: Object.fromEntries(sums) } };
  }
}

const NO_PLANS: Plans = new Map();
