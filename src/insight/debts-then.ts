// What was owed for overage at an instant of the past, out of the operations that count by then.

import type { Account } from '../account/account.ts';
import { blockOf } from '../account/account.ts';
import { ByHold } from '../account/by-hold.ts';
import type { Debts, Room } from '../account/debts.ts';
import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';

/** Adds up what operations left owed. Which of them count is for the caller to say. */
export class DebtsThen {
  readonly #today: Account;
  readonly #owed = new Map<string, bigint>();
  readonly #tally = new Map<string, { since: Instant; amount: bigint }>();

  constructor(today: Account) {
    this.#today = today;
  }

  take({ facts }: Operation, after: Account): void {
    for (const { unit, amount, period } of facts.overage ?? []) {
      this.#owe(unit, amount);
      this.#count(unit, period, amount);
    }
    for (const { block, amount } of facts.settles ?? []) {
      this.#owe(blockOf(after, block).unit, -amount);
    }
    for (const { unit, amount } of facts.pays ?? []) this.#owe(unit, -amount);
    for (const { unit, open, paid, settled, period } of facts.undoes ?? []) {
      this.#owe(unit, -open);
      this.#count(unit, period, -settled.reduce((sum, part) => sum + part.amount, open + paid));
    }
  }

  #owe(unit: string, amount: bigint): void {
    this.#owed.set(unit, (this.#owed.get(unit) ?? 0n) + amount);
  }

  #count(unit: string, since: Instant, amount: bigint): void {
    const known = this.#tally.get(unit);
    if (known !== undefined && known.since > since) return;
    const sum = (known?.since === since ? known.amount : 0n) + amount;
    this.#tally.set(unit, { since, amount: sum < 0n ? 0n : sum });
  }

  /** Debts as they were; which usage each was of is as it is known today. */
  get state(): Debts {
    // A payment that was dated before the usage that it paid is no credit.
    const owed = new Map([...this.#owed].map(([unit, sum]) => [unit, sum < 0n ? 0n : sum]));
    return { ...this.#today.debts, owed, tally: this.#tally, rooms: ByHold.of<Room>([]) };
  }
}
