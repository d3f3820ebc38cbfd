// Overage that is charged at once, to a card on file: the request for its payment, now or at the end
// of the grace, and what the answer brings. Who charges, and whether that works, is told by `pay`.

import type { Account } from '../account/account.ts';
import type { Debt } from '../account/debt.ts';
import { owedOf } from '../account/debts.ts';
import type { Draft, RequestOpening } from '../account/operation.ts';
import { pendingOf } from '../account/pending.ts';
import { type Waiting, waitingNamed } from '../account/requests.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import { firstUnpaid, graceEnd } from './billing.ts';
import { upgradeForOverage } from './change-plan.ts';
import type { Context, PayCommand } from './command.ts';
import { hasFailed } from './overage.ts';
import { moneyFor, payInMoney } from './settlement.ts';
import { type Brought, RESERVED_KEYS, requestKey, type Source } from './source.ts';
import { occurredOf } from './stated.ts';

function askedFor(account: Account, unit: string): bigint {
  return pendingOf(account.requests).asked.get(unit) ?? 0n;
}

/** The oldest debt that requests don't ask for in full; they ask for the oldest first. */
function unasked(account: Account): Debt | null {
  const { owed, register, first } = account.debts;
  const missing = new Map<string, bigint>();
  for (const [unit, sum] of owed) {
    const more = sum - askedFor(account, unit);
    if (more > 0n) missing.set(unit, more);
  }
  let oldest: Debt | null = null;
  // From the newest back: of thousands that are open, nearly all are asked for already.
  const last = missing.size === 0 || register === null ? 0 : register.nextNumber - 1;
  for (let number = last; number >= first && missing.size > 0; number -= 1) {
    const debt = register?.peek(number);
    const more = debt === undefined ? undefined : missing.get(debt.unit);
    if (debt === undefined || more === undefined || debt.open === 0n) continue;
    oldest = debt;
    if (debt.open < more) missing.set(debt.unit, more - debt.open);
    else missing.delete(debt.unit);
  }
  return oldest;
}

/** A charge that is to be asked for, and the oldest debt that it is about. */
interface ChargeDue {
  readonly at: Instant;
  readonly debt: Debt;
}

function chargeDue(account: Account): ChargeDue | null {
  if (account.terms.overage.settle !== 'immediately') return null;
  const first = firstUnpaid(account);
  if (first === null || hasFailed(account)) return null;
  const debt = unasked(account);
  if (debt === null) return null;
  const { since } = account.debts;
  return { at: Math.max(graceEnd(account, first), debt.recorded, since ?? 0), debt };
}

/** Requests for the payment of overage; what costs nothing is settled without one. */
export const charges: Source = (account, units) => {
  const due = chargeDue(account);
  return due === null ? null : { at: due.at, bring: () => brought(account, due, units) };
};

function brought(account: Account, { at, debt }: ChargeDue, units: Units): Brought {
  const { unit, number } = debt;
  const asked = askedFor(account, unit);
  const owed = owedOf(account, unit);
  const price = moneyFor(account, units, unit, owed) - moneyFor(account, units, unit, asked);
  if (price === 0n && asked === 0n) {
    const { pays } = payInMoney(account, units, { unit, amount: owed });
    const facts = { pays, due: 0n };
    const key = `${RESERVED_KEYS}settle/charge/${number}`;
    return { key, draft: { kind: 'settle', occurred: at, moves: [], facts } };
  }
  const isNow = at === debt.recorded && at === account.recorded;
  // What else the usage has set off, a top-up say or the charge of another unit, may wait under that name.
  const name = requestKey(debt.key);
  const isFree = waitingNamed(account, name) === undefined;
  const request: RequestOpening = {
    ...(!isNow && isFree && { name }),
    ...{ kind: 'overage', unit, amount: owed - asked, price, until: null },
  };
  return {
    key: `${RESERVED_KEYS}charge/${number}`,
    ...(isNow && { setOffBy: debt.key }),
    draft: { kind: 'request', occurred: at, moves: [], facts: { request } },
  };
}

/** Whether a request of this name could only ask for overage that was paid in money. */
export function isPaidFor({ debts }: Account, name: string): boolean {
  for (const debt of debts.register ?? []) {
    if (requestKey(debt.key) === name && debt.open === 0n && debt.paid > 0n) return true;
  }
  return false;
}

/** A request for what nobody owes any more: all of it was undone, or paid in another way. */
function moot(account: Account): Waiting | null {
  const { waiting } = account.requests;
  if (waiting.length === 0) return null;
  const isMoot = (unit: string): boolean => owedOf(account, unit) === 0n;
  if (![...pendingOf(account.requests).asked.keys()].some(isMoot)) return null;
  return waiting.find(({ kind, unit }) => kind === 'overage' && isMoot(unit)) ?? null;
}

/** Requests that have nothing left to ask for lapse, so that nobody charges a card for them. */
export const mootCharges: Source = (account) => {
  const request = moot(account);
  if (request === null) return null;
  const { number, recorded } = account;
  return {
    at: recorded,
    bring: () => ({
      key: `${RESERVED_KEYS}moot/${number}`,
      draft: {
        kind: 'lapse',
        occurred: recorded,
        moves: [],
        facts: { answers: { request: request.name, outcome: 'lapsed' } },
      },
    }),
  };
};

/**
 * A payment settles what it was asked for, oldest first; where less is owed by then, `due` says what it
 * settled, and the rest is to be given back. Where it failed, further overage is refused
 * until it is paid, and the next plan's terms begin, if the terms name one.
 */
export function answerCharge(
  account: Account,
  command: PayCommand,
  { name, unit, amount }: Waiting,
  context: Context,
): Draft {
  const occurred = occurredOf(command, context);
  if (command.outcome === 'failed') {
    const answers = { request: name, outcome: 'failed' as const, retryAt: null };
    const upgrade = upgradeForOverage(account, context.at, context.units);
    return {
      kind: 'pay',
      occurred,
      moves: upgrade?.moves ?? [],
      facts: { answers, ...upgrade?.facts },
    };
  }
  const { pays, money } = paymentOf(account, unit, amount, context.units);
  const answers = { request: name, outcome: 'paid' as const };
  return { kind: 'pay', occurred, moves: [], facts: { pays, answers, due: money } };
}

function paymentOf(
  account: Account,
  unit: string,
  asked: bigint,
  units: Units,
): ReturnType<typeof payInMoney> {
  const owed = owedOf(account, unit);
  return payInMoney(account, units, { unit, amount: asked < owed ? asked : owed });
}
