// What waits for somebody's answer: a payment, an approval (`docs/domain.md §7`); and what automatic
// top-up must know to stay within its limits. Who answers, and how, is for others to know.

import type { Instant } from '../calendar/instant.ts';
import { type Account, blockOf } from './account.ts';
import { amountIn, amountOut, asJson, asWritten, moneyIn, moneyOut, type Scope } from './codec.ts';
import {
  actsAt,
  type Json,
  type Operation,
  type OperationKind,
  type RequestAnswer,
  type RequestKind,
} from './operation.ts';
import type { Part } from './part.ts';

/** A request until it is over. */
export interface Waiting {
  /** Unique in the account: the key of the operation that made it first. */
  readonly name: string;
  readonly kind: RequestKind;
  readonly unit: string;
  readonly amount: bigint;
  /** Minor units; null: nothing is to be paid. */
  readonly price: bigint | null;
  readonly since: Instant;
  /** When it lapses; null: it waits. */
  readonly until: Instant | null;
  /** Whose word it needs; null: a payment's. */
  readonly role: string | null;
  /** Digest of the write that it is about; null: of none. */
  readonly about: string | null;
  /** Only an open one waits for an answer; an approved one waits for its write. */
  readonly state: 'open' | 'failed' | 'approved' | 'declined';
  /** After a failure: when it is tried again; null: by nobody's doing but a person's. */
  readonly retryAt: Instant | null;
}

/** Top-ups that were paid in one period. */
export interface PaidTopUps {
  readonly start: Instant;
  readonly times: number;
  /** Minor units. */
  readonly money: bigint;
}

/** An operation that lowered a balance. */
export interface Cause {
  readonly key: string;
  readonly at: Instant;
  readonly units: readonly string[];
}

/** State of this part. */
export interface Requests {
  /** Oldest first. */
  readonly waiting: readonly Waiting[];
  /** Of the period of the last payment; null: none was made. */
  readonly paid: PaidTopUps | null;
  /** Failed top-ups in a row. */
  readonly failures: number;
  /** What lowered the balance last and has set off no top-up yet; null: nothing did, or the terms have none. */
  readonly cause: Cause | null;
}

interface RequestsJson extends Omit<Requests, 'waiting' | 'paid'> {
  readonly waiting: readonly (Omit<Waiting, 'amount' | 'price'> & {
    readonly amount: string;
    readonly price: string | null;
  })[];
  readonly paid: (Omit<PaidTopUps, 'money'> & { readonly money: string }) | null;
}

export const requests: Part<Requests> = {
  empty: { waiting: [], paid: null, failures: 0, cause: null },
  evolve,
  write: ({ waiting, paid, failures, cause }, scope: Scope): Json =>
    asJson({
      waiting: waiting.map(({ amount, price, ...rest }) => ({
        ...rest,
        amount: amountOut(amount, rest.unit, scope),
        price: price === null ? null : moneyOut(price, scope),
      })),
      paid: paid === null ? null : { ...paid, money: moneyOut(paid.money, scope) },
      failures,
      cause,
    }),
  read: (json, scope) => {
    const { waiting, paid, failures, cause } = asWritten<RequestsJson>(json);
    return {
      waiting: waiting.map(({ amount, price, ...rest }) => ({
        ...rest,
        amount: amountIn(amount, rest.unit, scope),
        price: price === null ? null : moneyIn(price, scope),
      })),
      paid: paid === null ? null : { ...paid, money: moneyIn(paid.money, scope) },
      failures,
      cause,
    };
  },
};

/** The request of this name that isn't over; undefined: there is none. */
export function waitingNamed(account: Account, name: string): Waiting | undefined {
  return account.requests.waiting.find((request) => request.name === name);
}

function evolve(state: Requests, operation: Operation, before: Account, after: Account): Requests {
  const { facts, key } = operation;
  let next = state;
  if (facts.terms !== undefined && changesTopUp(before, after)) {
    next = {
      ...next,
      failures: 0,
      waiting: next.waiting.filter(({ state: was, kind }) => was !== 'failed' || kind !== 'top-up'),
    };
  }
  if (facts.request !== undefined) next = opened(next, operation);
  if (facts.answers !== undefined) next = answered(next, facts.answers);
  if (after.terms.topUp === null) return next.cause === null ? next : { ...next, cause: null };
  const units = loweredBy(operation, after);
  if (units.length === 0) return next;
  return { ...next, cause: { key, at: actsAt(operation), units } };
}

/** What uses credits up. Who gives some back, or corrects them, doesn't want to be charged for others. */
const USING: ReadonlySet<OperationKind> = new Set([
  'consume',
  'hold',
  'capture',
  'settle',
  'expire',
  'rollover',
]);

function loweredBy({ kind, moves, facts }: Operation, account: Account): string[] {
  if (!USING.has(kind)) return [];
  const units = new Set<string>();
  for (const { block, from } of moves) if (from === 'free') units.add(blockOf(account, block).unit);
  for (const { unit, amount } of facts.charged ?? []) if (amount > 0n) units.add(unit);
  return [...units];
}

function changesTopUp(before: Account, after: Account): boolean {
  return JSON.stringify(before.terms.topUp) !== JSON.stringify(after.terms.topUp);
}

function opened(state: Requests, { facts, key, occurred, recorded }: Operation): Requests {
  const { request } = facts;
  if (request === undefined) return state;
  const { name = key, kind, unit, amount, price, until, role = null, about = null } = request;
  // What was approved or declined, and whose time is over, is of no more use to anybody.
  const rest = state.waiting.filter(
    (other) => other.name !== name && (other.until === null || other.until > recorded),
  );
  const waiting: Waiting = {
    ...{ name, kind, unit, amount, price, since: occurred, until, role, about },
    state: 'open',
    retryAt: null,
  };
  return { ...state, waiting: [...rest, waiting], cause: kind === 'top-up' ? null : state.cause };
}

function answered(state: Requests, answer: RequestAnswer): Requests {
  const request = state.waiting.find(({ name }) => name === answer.request);
  if (request === undefined) return state;
  const isTopUp = request.kind === 'top-up';
  const replaced = (by: Waiting | null): Requests['waiting'] =>
    state.waiting.flatMap((other) => (other !== request ? [other] : by === null ? [] : [by]));
  switch (answer.outcome) {
    case 'approved':
    case 'declined':
      return { ...state, waiting: replaced({ ...request, state: answer.outcome }) };
    case 'failed':
      return {
        ...state,
        waiting: replaced({ ...request, state: 'failed', retryAt: answer.retryAt ?? null }),
        failures: isTopUp ? state.failures + 1 : state.failures,
      };
    case 'paid':
      return {
        ...state,
        waiting: replaced(null),
        ...(isTopUp && { failures: 0, paid: paidNow(state.paid, request, answer) }),
      };
    case 'lapsed':
    case 'used':
      return { ...state, waiting: replaced(null) };
  }
}

function paidNow(paid: PaidTopUps | null, request: Waiting, answer: RequestAnswer): PaidTopUps {
  const start = answer.period ?? 0;
  const same = paid?.start === start ? paid : { times: 0, money: 0n };
  return { start, times: same.times + 1, money: same.money + (request.price ?? 0n) };
}
