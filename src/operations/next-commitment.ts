// What the next term's commitment is: what was stated anew, or what the renewal's rule makes of the
// term that ends. Exact up to the price, which is rounded once (`docs/domain.md §10`, Renewal).

import type { Account } from '../account/account.ts';
import type { Agreed, TermFigures } from '../account/commitment.ts';
import { parseMoney, proportion } from '../quantity/money.ts';
import { MAX_PARTS, parseParts } from '../quantity/quantity.ts';
import { ratioOf, shareOf } from '../quantity/ratio.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Commitment } from '../terms/contract.ts';

/** The unit of a contract: its commitment's, else the ledger's first. */
export function contractUnit(account: Account, units: Units): string {
  return account.contract.agreed?.unit ?? account.terms.commitment?.unit ?? mainUnit(units);
}

/** A commitment as the terms state it. */
export function asStated(account: Account, commitment: Commitment, units: Units): Agreed {
  const unit = commitment.unit ?? mainUnit(units);
  const amount = parseParts(commitment.amount, scaleOf(units, unit), 'commitment.amount');
  const price = parseMoney(commitment.price, account.currency, 'commitment.price');
  return {
    unit,
    amount,
    price,
    rate: { money: price, credits: amount },
    stated: { amount: commitment.amount, unit: commitment.unit, price: commitment.price },
  };
}

/** What is to be committed for the next term, after one that brought these figures. */
export function nextCommitment(account: Account, figures: TermFigures, units: Units): Agreed {
  const { commitment } = account.terms;
  const before = account.contract.agreed;
  if (commitment === null) return nothing(contractUnit(account, units), before);
  const stated = asStated(account, commitment, units);
  const known = before?.stated ?? null;
  const isRestated = account.contract.restated || before === null;
  if (isRestated || known?.amount !== commitment.amount || known.unit !== commitment.unit) {
    return stated;
  }
  const rate = known.price === commitment.price ? before.rate : stated.rate;
  const amount = ruled(commitment, before.amount, figures, scaleOf(units, stated.unit));
  return { ...stated, amount, price: priceOf(amount, rate), rate };
}

function nothing(unit: string, before: Agreed | null): Agreed {
  const rate = before?.rate ?? { money: 0n, credits: 1n };
  return { unit, amount: 0n, price: 0n, rate, stated: null };
}

/** So many credits at an exact unit price, to the minor unit. */
export function priceOf(amount: bigint, { money, credits }: Agreed['rate']): bigint {
  return least(proportion(money, amount, credits), MAX_PARTS);
}

function ruled(
  { renewal }: Commitment,
  before: bigint,
  figures: TermFigures,
  scale: number,
): bigint {
  const { rule, share, floor, ceiling, tiers, excludePromotional } = renewal;
  if (rule === 'none') return 0n;
  const parts = (text: string): bigint => parseParts(text, scale, 'commitment.renewal');
  const used = excludePromotional ? figures.used - figures.promotional : figures.used;
  const base = {
    transposed: used > 0n ? used : 0n,
    same: before,
    uplift: shareOf(before, ratioOf(share)),
  }[rule];
  const raised = floor === null ? base : greatest(base, parts(floor));
  const bounded = ceiling === null ? raised : least(raised, parts(ceiling));
  // Nothing is no purchase, so no tier rounds it up: who wants a least purchase states a floor.
  if (bounded === 0n) return 0n;
  const reached = tiers.map(parts).filter((tier) => tier >= bounded);
  return least(reached.length === 0 ? bounded : reached.reduce(least), MAX_PARTS);
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function greatest(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}
