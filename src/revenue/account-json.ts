// An account's book as JSON: what a close keeps, so that the next report reads only what came since.
// Whole numbers stand as text, because JSON has none that are large enough; zeros, and what nobody
// said, are left out.

import { asJson, asWritten } from '../account/codec.ts';
import type { Json, JsonObject } from '../account/operation.ts';
import { InvariantBroken } from '../errors.ts';
import type { AccountState, Delivery } from './account-book.ts';
import { type BlockBook, NO_FIGURES } from './block-book.ts';
import { History } from './history.ts';
import type { BillingPlan } from './instalments.ts';
import { DebtRates, type RateBook, rateName } from './overage-book.ts';
import { spentIn } from './spent.ts';

/** Version of the form. Another one is never read: what a close kept is folded anew from the journal. */
export const BOOK_FORMAT = 2;

/** What a block has where nothing is said. */
const BLOCK = {
  ...{ granted: 0n, free: 0n, held: 0n, burned: 0n, settling: 0n, overTime: 0n },
  ...{ expired: 0n, rolled: 0n, refunded: 0n, voided: 0n },
  ...{ basis: 0n, refundedMoney: 0n, voidedMoney: 0n, rolledMoney: 0n },
  ...{
    expires: null,
    rate: null,
    lastUse: null,
    remote: null,
    reopened: null,
    grace: null,
    ended: null,
  },
  ...{ freeze: null, forfeited: false, paid: false, plan: null, paidBy: 'cash' },
};
const DELIVERY = { product: null, paidBy: 'cash', rate: null, changed: 0, posted: 0n };
const SCHEDULE = { amount: 0n, from: null, repaid: 0n };
const RATE = { fx: null, units: 0n, paid: 0n, invoiced: 0n, posted: 0n };

/** The state of an account's book for a close, without the blocks that are spent. */
export function accountJson(state: AccountState): JsonObject {
  const { blocks, deliveries, rates, debts, plans, booked, history, leftOut, ...plain } = state;
  const spent = spentIn(state);
  const kept: BlockBook[] = [];
  let first = leftOut;
  for (const block of blocks.values()) {
    if (!spent.has(block.number)) kept.push(block);
    else if (first === null || block.opened < first) first = block.opened;
  }
  return {
    format: BOOK_FORMAT,
    ...plain,
    ...(first !== null && { leftOut: first }),
    blocks: kept.map((block) =>
      packed({
        ...without(block, BLOCK),
        posted: without(block.posted, NO_FIGURES),
      }),
    ),
    deliveries: deliveries.map((delivery) =>
      packed({
        ...without(delivery, DELIVERY),
        schedule: without(delivery.schedule, SCHEDULE),
      }),
    ),
    rates: [...rates.values()].map((rate) => packed(without(rate, RATE))),
    debts: asJson(debts.toJSON()),
    plans: packed(plans),
    booked: packed(booked),
    history: history.toJSON(),
  };
}

/** The state that `accountJson` gave. Throws `InvariantBroken` for another version's. */
export function readAccountJson(json: JsonObject): AccountState {
  const { format, blocks, deliveries, rates, debts, plans, booked, history, leftOut, ...plain } =
    json;
  if (format !== BOOK_FORMAT) {
    throw new InvariantBroken(
      `the state of an account's book in the form ${JSON.stringify(format)}`,
    );
  }
  const blockList = (unpacked(blocks ?? []) as BlockBook[]).map((block) => ({
    ...BLOCK,
    ...block,
    posted: { ...NO_FIGURES, ...block.posted },
  }));
  const rateList = (unpacked(rates ?? []) as RateBook[]).map((rate) => ({
    ...RATE,
    ...rate,
  }));
  const { since, next } = asWritten<{
    since: ConstructorParameters<typeof DebtRates>[0];
    next: number;
  }>(debts ?? null);
  return {
    leftOut: typeof leftOut === 'number' ? leftOut : null,
    ...asWritten<
      Omit<
        AccountState,
        'blocks' | 'deliveries' | 'rates' | 'debts' | 'plans' | 'booked' | 'history' | 'leftOut'
      >
    >(plain),
    blocks: new Map(blockList.map((block) => [block.number, block])),
    deliveries: (unpacked(deliveries ?? []) as Delivery[]).map((delivery) => ({
      ...DELIVERY,
      ...delivery,
      schedule: { ...SCHEDULE, ...delivery.schedule },
    })),
    rates: new Map(rateList.map((rate) => [rateName(rate.unit, rate.rate, rate.fx), rate])),
    debts: new DebtRates(since, next),
    plans: unpacked(plans ?? []) as BillingPlan[],
    booked: unpacked(booked ?? {}) as AccountState['booked'],
    history: History.read(asWritten<JsonObject>(history ?? null)),
  };
}

/** What differs from the usual. */
function without(value: object, usual: object): object {
  const known = new Map<string, unknown>(Object.entries(usual));
  return Object.fromEntries(
    Object.entries(value).filter(([key, one]) => !known.has(key) || known.get(key) !== one),
  );
}

/** A value with its whole numbers as `{ "#": "12" }`, which no name or text can be. */
function packed(value: unknown): Json {
  if (typeof value === 'bigint') return { '#': value.toString() };
  if (Array.isArray(value)) return value.map(packed);
  if (typeof value !== 'object' || value === null) return asWritten(value as Json);
  // Sorted: a state that was read again has its fields in another order.
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([key, inner]) => [key, packed(inner)]));
}

function unpacked(value: Json): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map(unpacked);
  const whole = value['#'];
  if (typeof whole === 'string') return BigInt(whole);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unpacked(inner)]));
}

function isList(value: readonly Json[] | JsonObject): value is readonly Json[] {
  return Array.isArray(value);
}
