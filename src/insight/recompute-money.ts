// Computing the money of an operation again: from what was stated, and from the account before it. What
// was settled otherwise is named. Of what a price book said then it knows nothing.

import type { Account } from '../account/account.ts';
import { type Block, openBlock } from '../account/block.ts';
import type { Agreed, ReviewLine } from '../account/commitment.ts';
import { refundCost, rollCost, unburnCost } from '../account/cost.ts';
import { billedKey } from '../account/debts.ts';
import { isBrought, type JsonObject, type Move, type Operation } from '../account/operation.ts';
import { rolled, transfer } from '../account/transfer.ts';
import { voidMoneyOf } from '../account/undoing.ts';
import { InvariantBroken } from '../errors.ts';
import { asStated, priceOf } from '../operations/next-commitment.ts';
import { costOf, rateOf } from '../operations/overage-rate.ts';
import { overageLines, reviewOf } from '../operations/renewal.ts';
import { paidBack } from '../operations/reverse.ts';
import { moneyBack } from '../operations/undo.ts';
import { formatMoney, proportion } from '../quantity/money.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { wrongAccess, wrongRepayments } from './recompute-access.ts';
import { type Say, wrongSale } from './recompute-sale.ts';
import { money, objectIn, stated } from './stated-money.ts';

/** What of an operation's money isn't what was stated and what the account before it give; null: all is. */
export function moneyProblem(
  operation: Operation,
  before: Account | null,
  units: Units,
): string | null {
  if (before === null) return null;
  const say: Say = (what, found, expected) =>
    found === expected
      ? null
      : `${what} is ${formatMoney(found, before.currency)}, and should be ${formatMoney(expected, before.currency)}`;
  return (
    wrongSale(operation, before, say) ??
    wrongRolls(operation, before, say) ??
    wrongRate(operation, before, units) ??
    wrongPayments(operation, before, units, say) ??
    wrongReturns(operation, before, say) ??
    wrongAgreement(operation, before, units, say) ??
    wrongAccess(operation, before, say) ??
    wrongRepayments(operation, before, say) ??
    wrongDue(operation, before, say)
  );
}

/** Basis that went along with what rolled or was converted, move by move. */
function wrongRolls({ moves, facts }: Operation, before: Account, say: Say): string | null {
  const goes = [...(facts.rolls ?? []), ...(facts.converts ?? [])];
  if (goes.length === 0) return null;
  const blocks = new Map<number, Block>();
  for (const opening of facts.opens ?? []) blocks.set(opening.number, openBlock(opening));
  const blockAt = (number: number): Block => {
    const block = blocks.get(number) ?? before.blocks.byNumber(number);
    if (block === undefined)
      throw new InvariantBroken(`rolls into block ${number}, which isn't there`);
    return block;
  };
  const along = new Map<number, bigint>();
  for (const move of moves) {
    const block = blockAt(move.block);
    const way = goes.find(({ from }) => from === move.block);
    if (move.to === 'rolled' && way !== undefined) {
      const basis = basisOf(block, move, moves);
      along.set(way.from, (along.get(way.from) ?? 0n) + basis);
      for (const one of rolled(block, blockAt(way.to), { ...way, basis })) {
        blocks.set(one.number, one);
      }
    }
    blocks.set(move.block, transfer(blockAt(move.block), move));
  }
  for (const { from, basis } of goes) {
    const name = `the basis that left "${blockAt(from).name}"`;
    const problem = say(name, basis, along.get(from) ?? 0n);
    if (problem !== null) return problem;
  }
  return null;
}

/** Usage that is undone after its block's end goes two ways, and its cost with it. */
function basisOf(
  block: Block,
  { block: number, from, amount }: Move,
  moves: readonly Move[],
): bigint {
  if (from !== 'burned') return rollCost(block, amount);
  const all = moves
    .filter((move) => move.block === number && move.from === 'burned')
    .reduce((sum, move) => sum + move.amount, 0n);
  return proportion(unburnCost(block, all), amount, all);
}

/** What a credit of overage costs. Whether a price book had a list price then, it alone knows. */
function wrongRate({ facts }: Operation, before: Account, units: Units): string | null {
  for (const { unit, rate } of facts.overage ?? []) {
    const { money: cost, credits, from } = rateOf(before, unit, { units });
    const listed = rate.from === 'list-price' && (from === 'block' || from === 'nothing');
    if (listed || (rate.money === cost && rate.credits === credits && rate.from === from)) continue;
    return `overage costs ${rate.money}/${rate.credits} by ${rate.from}, and should cost ${cost}/${credits} by ${from}`;
  }
  return null;
}

/** Overage that is paid costs its rate, rounded to date by unit and rate. */
function wrongPayments(
  { facts }: Operation,
  before: Account,
  units: Units,
  say: Say,
): string | null {
  const dates = new Map(before.debts.billed);
  for (const { debt: number, unit, amount, money: paid } of facts.pays ?? []) {
    const debt = before.debts.register?.byNumber(number);
    if (debt?.unit !== unit) return `pays debt ${number}, which isn't there in ${unit}`;
    const key = billedKey(unit, debt.rate);
    const known = dates.get(key) ?? { units: 0n, money: 0n };
    const date = known.units + amount;
    const due = costOf(debt.rate, date, scaleOf(units, unit), before.currency) - known.money;
    const problem = say(`what is paid for "${debt.key}"`, paid, due > 0n ? due : 0n);
    if (problem !== null) return problem;
    dates.set(key, { units: date, money: known.money + paid });
  }
  return null;
}

/** What was paid for overage comes back with it. */
function wrongReturns({ facts }: Operation, before: Account, say: Say): string | null {
  for (const { debt: number, paid, money: back } of facts.undoes ?? []) {
    const debt = before.debts.register?.byNumber(number);
    if (debt === undefined) return `undoes debt ${number}, which isn't there`;
    const expected = paid === 0n ? 0n : moneyBack(debt, paid);
    const problem = say(`what comes back for "${debt.key}"`, back, expected);
    if (problem !== null) return problem;
  }
  return null;
}

/** What a commitment costs, and what is invoiced for the overage with it. */
function wrongAgreement(
  operation: Operation,
  before: Account,
  units: Units,
  say: Say,
): string | null {
  const { kind, facts, input } = operation;
  const { agreed, renewal } = facts;
  if (renewal === undefined) {
    if (kind !== 'commit' || agreed === undefined || before.terms.commitment === null) return null;
    return otherPrice(agreed, asStated(before, before.terms.commitment, units), say);
  }
  const isOwn = isBrought(operation);
  const proposed = isOwn ? reviewOf(before, units) : before.contract.review;
  if (proposed === null) return 'renews what was never proposed';
  const { next, lines } = renewal;
  const named = overridden(input, before);
  const rate =
    named === null || next.amount === 0n
      ? proposed.next.rate
      : { money: named, credits: next.amount };
  // How far an uplift is cut is for the scale of then to say: only the price follows from the amount.
  const expected = { rate, price: named ?? priceOf(next.amount, rate) };
  const overage = overageLines(before, renewal.upTo, units).lines;
  return (
    otherPrice(next, expected, say) ??
    otherPrice(agreed ?? next, next, say) ??
    say('what is invoiced for the commitment', lineMoney(lines, 'commitment'), next.price) ??
    say('what is invoiced for overage', lineMoney(lines, 'overage'), moneyOf(overage)) ??
    (rates(lines) === rates(overage) ? null : 'the overage is invoiced at another rate')
  );
}

function otherPrice(
  { price, rate }: Agreed,
  expected: Pick<Agreed, 'price' | 'rate'>,
  say: Say,
): string | null {
  if (rate.credits !== expected.rate.credits) return 'the commitment has another unit price';
  return (
    say('the unit price of the commitment', rate.money, expected.rate.money) ??
    say('the price of the commitment', price, expected.price)
  );
}

function rates(lines: readonly ReviewLine[]): string {
  return lines
    .flatMap(({ units, rate }) =>
      rate === undefined ? [] : [`${units} at ${rate.money}/${rate.credits}`],
    )
    .join();
}

function lineMoney(lines: readonly ReviewLine[], type: ReviewLine['type']): bigint {
  return moneyOf(lines.filter((line) => line.type === type));
}

/** The price that a person named instead of the proposed one; null: none was. */
function overridden(input: JsonObject, before: Account): bigint | null {
  const decision = input['decision'];
  if (typeof decision !== 'object' || decision === null) return null;
  const { price } = objectIn(objectIn(input, 'decision'), 'override');
  return price === undefined ? null : money(price, before);
}

/** What a refund or a reversal gives back, and what a settlement costs. */
function wrongDue(operation: Operation, before: Account, say: Say): string | null {
  const { kind, facts, moves, input } = operation;
  const { due = 0n, pays, undoes, settles } = facts;
  const of = (): bigint => {
    if (kind === 'refund') return refundOf(moves, before) + moneyOf(facts.repays);
    if (kind === 'reverse') return moneyOf(undoes) + paidBack(before, moves);
    if (kind === 'pay') return moneyOf(pays);
    if (kind !== 'settle' || settles !== undefined) return 0n;
    if (pays !== undefined) return moneyOf(pays);
    return input['money'] === undefined ? before.owedMoney : stated(input, 'money', before);
  };
  if (kind === 'settle' && voidMoneyOf(operation) > before.owedMoney)
    return 'pays more than is owed';
  return say('what is due', due, of());
}

function refundOf(moves: readonly Move[], before: Account): bigint {
  return moves.reduce((sum, { block: number, amount }) => {
    const block = before.blocks.byNumber(number);
    return block === undefined ? sum : sum + refundCost(block, amount);
  }, 0n);
}

function moneyOf(parts: readonly { readonly money: bigint }[] = []): bigint {
  return parts.reduce((sum, part) => sum + part.money, 0n);
}
