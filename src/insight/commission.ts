// What a seller earns on each term of an account, out of its journal (`docs/commitments.md`). It counts
// money at cost basis, so that no discount and no free credit pays a commission.

import { type Account, blockOf } from '../account/account.ts';
import type { Block } from '../account/block.ts';
import type { TermPeriod } from '../account/commitment.ts';
import { usageCost } from '../account/cost.ts';
import { billedKey } from '../account/debts.ts';
import type { Operation, OverageRate } from '../account/operation.ts';
import { costOf } from '../operations/overage-rate.ts';
import { type Ratio, ratioOf } from '../quantity/ratio.ts';
import { divideRounded } from '../quantity/rounding.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Commission } from '../terms/commission.ts';
import type { Folded } from './as-of.ts';

/** A term with what was sold and used of it. Money in minor units. */
export interface CommissionRow {
  readonly term: TermPeriod;
  readonly commission: Commission;
  /** Price of its commitment; 0 while none is agreed. */
  readonly commitment: bigint;
  readonly consumed: bigint;
  /** Paid when the term began. */
  readonly upfront: bigint;
  readonly earned: bigint;
  /** What is still to be paid; below zero: what is to be given back. */
  readonly settlement: bigint;
}

interface Counting {
  term: TermPeriod;
  commission: Commission | null;
  commitment: bigint;
  consumed: bigint;
}

/** Counts operation by operation, in their order. */
export class Commissions {
  readonly #units: Units;
  readonly #terms: Counting[] = [];
  #running: Counting | null = null;
  /** The term in which a block was sold. */
  readonly #soldIn = new Map<number, Counting>();
  /** By unit and rate: overage to date. */
  readonly #overage = new Map<string, bigint>();

  constructor(units: Units) {
    this.#units = units;
  }

  take({ operation, before, after }: Folded): void {
    const { facts } = operation;
    if (facts.begins !== undefined) this.#begin(facts.begins.term);
    const running = this.#running;
    if (running !== null) {
      // An upgrade cuts the term that runs.
      running.term = after.contract.term ?? running.term;
      running.commission ??= after.terms.commission;
      if (facts.agreed !== undefined) running.commitment = facts.agreed.price;
      for (const { number } of facts.opens ?? []) this.#soldIn.set(number, running);
    }
    if (before === null) return;
    this.#countBlocks(operation, before, after);
    this.#countOverage(operation, before, after.currency);
  }

  #begin(term: TermPeriod | null): void {
    this.#running = term === null ? null : { term, commission: null, commitment: 0n, consumed: 0n };
    if (this.#running !== null) this.#terms.push(this.#running);
  }

  /** What rolled counts where it was sold, what was bought in a term that is over where it is used. */
  #countBlocks({ moves }: Operation, before: Account, after: Account): void {
    if (moves.length === 0) return;
    for (const number of new Set(moves.map(({ block }) => block))) {
      const block = blockOf(after, number);
      if (block.basis === 0n) continue;
      const old: Block | undefined = before.blocks.byNumber(number);
      const change = usageCost(block) - (old === undefined ? 0n : usageCost(old));
      const home = block.lineage === undefined ? undefined : this.#soldIn.get(block.lineage.origin);
      const row = home ?? this.#running;
      if (change !== 0n && row !== null) row.consumed += change;
    }
  }

  /** Overage at its rate; what credits paid of it is counted at what those cost. */
  #countOverage({ facts }: Operation, before: Account, currency: string): void {
    const { overage = [], settles = [], undoes = [] } = facts;
    for (const { unit, amount, rate } of overage) this.#addOverage(unit, rate, amount, currency);
    const debtOf = (number: number) => before.debts.register?.byNumber(number);
    for (const { debt: number, amount } of settles) {
      const debt = debtOf(number);
      if (debt !== undefined) this.#addOverage(debt.unit, debt.rate, -amount, currency);
    }
    for (const { debt: number, open, paid } of undoes) {
      const debt = debtOf(number);
      if (debt !== undefined) this.#addOverage(debt.unit, debt.rate, -(open + paid), currency);
    }
  }

  #addOverage(unit: string, rate: OverageRate, amount: bigint, currency: string): void {
    const key = billedKey(unit, rate);
    const was = this.#overage.get(key) ?? 0n;
    this.#overage.set(key, was + amount);
    const scale = scaleOf(this.#units, unit);
    const cost = (units: bigint): bigint => costOf(rate, units, scale, currency);
    if (this.#running !== null) this.#running.consumed += cost(was + amount) - cost(was);
  }

  /** Every term that a commission is paid on, the oldest first, as if the last ended now. */
  rows(): CommissionRow[] {
    return this.#terms.flatMap(({ commission, ...row }) => {
      if (commission === null) return [];
      const rate = ratioOf(commission.rate);
      const upfront = shareOf(row.commitment, rate, ratioOf(commission.share));
      const earned = shareOf(row.consumed, rate);
      return [{ ...row, commission, upfront, earned, settlement: earned - upfront }];
    });
  }
}

const WHOLE: Ratio = { numerator: 1n, denominator: 1n };

/** Rounded once, half away from zero. */
function shareOf(money: bigint, a: Ratio, b: Ratio = WHOLE): bigint {
  return divideRounded(
    money * a.numerator * b.numerator,
    a.denominator * b.denominator,
    'half-away-from-zero',
  );
}
