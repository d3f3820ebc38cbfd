// A purchase that is invoiced in instalments: it has one net position, an asset where usage is beyond
// billing and a liability where billing is beyond usage (`docs/revenue.md §8`).

import type { Operation } from '../account/operation.ts';
import { parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { split } from '../quantity/split.ts';
import type { AccountBook, Dated, Origin } from './account-book.ts';
import { type BlockBook, deferredOf } from './block-book.ts';
import { toBook } from './exchange.ts';
import { blockIn } from './folding.ts';
import { pricesOf } from './opening.ts';

/** A block's part of a price that is billed in instalments; minor units of the book's currency. */
export interface PlanPart {
  /** Number of the block. */
  readonly block: number;
  readonly share: bigint;
  billed: bigint;
  /** What a void took back before it was billed. */
  cancelled: bigint;
}

/** How a purchase is invoiced. Its fold changes it in place. */
export interface BillingPlan {
  readonly every: string;
  /** One instalment of the whole price, minor units of the book's currency. */
  readonly amount: bigint;
  readonly starts: Instant;
  /** Of the price: what falls to the blocks, and then to what else it bought. */
  readonly parts: readonly PlanPart[];
  readonly others: readonly bigint[];
  /** Blocks whose liability it bills: its own, and those that their credits rolled into. */
  members: PlanMember[];
  /** Instalments that have fallen due. */
  due: number;
  /** Index of the first of the plans that are one position: a deal made one of what they had sold. */
  position: number;
}

/** A block whose liability a plan bills. */
export interface PlanMember {
  readonly block: number;
  /** Index of the part that it was paid with. */
  readonly part: number;
  /** Use beyond billing that is netted with it; below zero: what others' use takes off it. */
  netted: bigint;
}

/** The plan of a purchase that was just opened; all of its first instalments may be due already. */
export function startBilling(book: AccountBook, { facts }: Operation): void {
  const { billing, opens = [], fxRate = null } = facts;
  if (billing === undefined) return;
  const prices = pricesOf(book, facts, fxRate);
  const parts = opens.map(({ number }, index): PlanPart => {
    return { block: number, share: prices[index] ?? 0n, billed: 0n, cancelled: 0n };
  });
  const others = prices.slice(parts.length);
  const amount = toBook(book, billing.amount, fxRate);
  const members = parts.map(({ block }, part) => ({ block, part, netted: 0n }));
  const { plans } = book.state;
  const index = plans.length;
  const plan = { ...billing, amount, parts, others, members, due: 0, position: index };
  plans.push(plan);
  for (const { number } of opens) {
    const block = blockIn(book, number);
    const old = planOf(plans, block);
    block.plan = index;
    if (old === undefined) continue;
    old.members = old.members.filter((member) => member.block !== number);
    join(plans, old, plan);
  }
  const next = nextInstalment(book, plan);
  if (next === null) return;
  book.planTimers.wake(index, next);
  book.wakeBy(next);
}

/** The whole price. */
function priceOf({ parts, others }: BillingPlan): bigint {
  return [...parts.map(({ share }) => share), ...others].reduce((sum, part) => sum + part, 0n);
}

/** When the next instalment falls due; null: all have. */
export function nextInstalment(book: AccountBook, plan: BillingPlan): Instant | null {
  if (plan.amount * BigInt(plan.due) >= priceOf(plan)) return null;
  const every = parseDuration(plan.every, 'billing.every');
  return addBounded(plan.starts, every, book.state.timeZone, plan.due);
}

/** Bills every instalment that is due, each at its own instant. */
export function billPast(book: AccountBook, plan: BillingPlan, from: Origin): void {
  for (;;) {
    const at = nextInstalment(book, plan);
    if (at === null || at > book.state.clock) return;
    const opened = plan.parts.map(({ block }) => blockIn(book, block).opened);
    bill(book, plan, book.dated(Math.max(at, ...opened), from));
  }
}

/** What is billed to date is split by the parts of the price. What a void took back isn't billed any more. */
function bill(book: AccountBook, plan: BillingPlan, when: Dated): void {
  plan.due += 1;
  const price = priceOf(plan);
  const sum = plan.amount * BigInt(plan.due);
  const dates = split(sum < price ? sum : price, [
    ...plan.parts.map(({ share }) => share),
    ...plan.others,
  ]);
  for (const [index, part] of plan.parts.entries()) {
    const [date, most] = [dates[index] ?? 0n, part.share - part.cancelled];
    const billed = date < most ? date : most;
    const block = blockIn(book, part.block);
    const details = { debit: 'accounts_receivable' } as const;
    const item = book.itemOf(block);
    book.add(item, block.booked, 'billed', billed - part.billed, when, details);
    part.billed = billed;
  }
  net(book, plan, when);
}

/**
 * Of what a void takes out of a block, what was never billed: it is cancelled, and was in no liability.
 * Gives by block how much is taken off what is voided: what rolled has its billing where it came from.
 */
export function cancelBilling(
  { state }: AccountBook,
  block: BlockBook,
  money: bigint,
): { readonly block: number; readonly cancelled: bigint } {
  const plan = planOf(state.plans, block);
  const index = plan?.members.find((member) => member.block === block.number)?.part ?? -1;
  const part = plan?.parts[index];
  if (part === undefined) return { block: block.number, cancelled: 0n };
  const rest = restOf(part);
  const cancelled = money < rest ? money : rest;
  part.cancelled += cancelled;
  return { block: part.block, cancelled };
}

/** What rolls, is converted or becomes part of one deal is billed with what it was. */
export function followRoll({ state }: AccountBook, from: BlockBook, to: BlockBook): void {
  const plan = planOf(state.plans, from);
  if (plan === undefined) return;
  const own = planOf(state.plans, to);
  if (own !== undefined) {
    join(state.plans, plan, own);
    return;
  }
  to.plan = from.plan;
  const part = plan.members.find(({ block }) => block === from.number)?.part ?? 0;
  plan.members.push({ block: to.number, part, netted: 0n });
}

/** Two plans are one position from here on. */
function join(plans: readonly BillingPlan[], { position }: BillingPlan, other: BillingPlan): void {
  const joined = other.position;
  for (const plan of plans) if (plan.position === joined) plan.position = position;
}

/** All plans that are one position with a plan. */
export function joinedWith(
  { state }: AccountBook,
  { position }: BillingPlan,
): readonly BillingPlan[] {
  return state.plans.filter((plan) => plan.position === position);
}

/**
 * One net position: where it is below zero, it is an asset. Of its blocks none owes less than nothing:
 * what one is used beyond its billing comes off the others first.
 */
export function net(book: AccountBook, plan: BillingPlan, when: Dated): void {
  const plans = joinedWith(book, plan);
  const members = plans.flatMap((one) => one.members);
  const rests = new Map(
    plans.flatMap(({ parts }) => parts.map((part) => [part.block, restOf(part)])),
  );
  const positions = members.map(({ block: number }) => {
    const block = blockIn(book, number);
    return deferredOf(block, block.posted) - (rests.get(number) ?? 0n);
  });
  let [whole, beyond] = [0n, 0n];
  for (const position of positions) {
    whole += position;
    if (position < 0n) beyond -= position;
  }
  let borne = whole < 0n ? beyond + whole : beyond;
  for (const [index, member] of members.entries()) {
    const position = positions[index] ?? 0n;
    let netted = -position;
    if (position >= 0n) {
      const part = position < borne ? position : borne;
      borne -= part;
      netted = -part;
    }
    const item = book.itemOf(blockIn(book, member.block));
    book.post(item, 'netting', member.netted, netted, when);
    member.netted = netted;
  }
}

/** By number of the block: what of its part has still to be billed, and what of its position is netted. */
export function billingsOf(
  plans: readonly BillingPlan[],
): ReadonlyMap<number, { readonly rest: bigint; readonly netted: bigint }> {
  const billings = new Map<number, { rest: bigint; netted: bigint }>();
  for (const { parts, members } of plans) {
    for (const { block, netted } of members) billings.set(block, { rest: 0n, netted });
    for (const part of parts) {
      const { netted = 0n } = billings.get(part.block) ?? {};
      billings.set(part.block, { rest: restOf(part), netted });
    }
  }
  return billings;
}

/** The plan that bills a block. */
export function planOf(
  plans: readonly BillingPlan[],
  { plan }: BlockBook,
): BillingPlan | undefined {
  return plan === null ? undefined : plans[plan];
}

/** What of a block's part has still to be billed. */
function restOf({ share, billed, cancelled }: PlanPart): bigint {
  return share - billed - cancelled;
}
