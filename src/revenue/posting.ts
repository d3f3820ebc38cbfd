// One change of a figure: what is debited and credited for it, which instant it belongs to, and in
// which period it is posted (`docs/revenue.md §3` and §9).

import type { Instant } from '../calendar/instant.ts';
import type { PolicyKind } from '../terms/policies.ts';

/** The accounts of a general ledger that this library posts to; a configuration gives them codes and names. */
export const ACCOUNT_KEYS = [
  'cash',
  'accounts_receivable',
  'unbilled_receivable',
  'deferred.credits',
  'deferred.term',
  'revenue.usage',
  'revenue.ratable',
  'revenue.breakage',
  'revenue.overage',
  'contra_revenue.promotional',
  'contra_revenue.goodwill',
  'contra_revenue.refund',
] as const;

/** One of them. */
export type AccountKey = (typeof ACCOUNT_KEYS)[number];

/** Why a figure changed. */
export type Cause =
  /** Sold: cash or a receivable against the liability. */
  | 'billed'
  /** Goodwill credits reduce revenue when they are given. */
  | 'goodwill'
  /** What a pooled deal concedes for past units. */
  | 'concession'
  /** Another price for access. */
  | 'modification'
  | 'rolledIn'
  | 'rolledOut'
  | 'usage'
  /** Use of promotional credits at list price, and as much contra-revenue. */
  | 'promotional'
  /** Basis that paid overage. */
  | 'settled'
  /** Burned for something that is delivered over time. */
  | 'delivered'
  | 'ratable'
  | 'breakage'
  | 'refunded'
  /** Money back for credits that were used. */
  | 'refundUsed'
  | 'voided'
  | 'overage'
  /** What overage earned in the end is what the credits that paid it cost. */
  | 'released'
  | 'invoiced'
  /** Usage beyond what an instalment contract has billed. */
  | 'netting'
  /** A receivable that a void left, paid. */
  | 'receipt';

/** What is debited and credited; null: nothing moves between accounts, basis goes from block to block. */
export const ENTRY: Readonly<Record<Cause, readonly [AccountKey, AccountKey] | null>> = {
  billed: ['cash', 'deferred.credits'],
  goodwill: ['contra_revenue.goodwill', 'deferred.credits'],
  concession: ['contra_revenue.goodwill', 'deferred.credits'],
  modification: ['accounts_receivable', 'deferred.term'],
  rolledIn: null,
  rolledOut: null,
  usage: ['deferred.credits', 'revenue.usage'],
  promotional: ['contra_revenue.promotional', 'revenue.usage'],
  settled: ['deferred.credits', 'unbilled_receivable'],
  delivered: ['deferred.credits', 'deferred.term'],
  ratable: ['deferred.term', 'revenue.ratable'],
  breakage: ['deferred.credits', 'revenue.breakage'],
  refunded: ['deferred.credits', 'cash'],
  refundUsed: ['contra_revenue.refund', 'cash'],
  voided: ['deferred.credits', 'cash'],
  overage: ['unbilled_receivable', 'revenue.overage'],
  released: ['unbilled_receivable', 'revenue.overage'],
  invoiced: ['accounts_receivable', 'unbilled_receivable'],
  netting: ['unbilled_receivable', 'deferred.credits'],
  receipt: ['cash', 'accounts_receivable'],
};

/** What a posting is about: a block, access that was sold, overage at one rate, or the account as such. */
export interface Item {
  readonly what: 'block' | 'access' | 'overage' | 'account';
  /** Name of the block or access; of overage its unit and rate. */
  readonly name: string;
  readonly unit: string | null;
  /** Kind of the block, of the one that it rolled from; null where it is none. */
  readonly kind: PolicyKind | null;
  /** What was sold: name of the block or access that the item goes back to. */
  readonly contract: string;
  /** Period in which that was sold. */
  readonly cohort: string;
}

/** A change of one to-date figure of one item. */
export interface Posting {
  readonly account: string;
  /** Currency of the book, or of the account where the book has none. */
  readonly currency: string;
  readonly item: Item;
  readonly cause: Cause;
  /** Null beside null: nothing moves between accounts. */
  readonly debit: AccountKey | null;
  readonly credit: AccountKey | null;
  /** Minor units; may be below zero. */
  readonly amount: bigint;
  /** The figure to date, of this item and cause. */
  readonly before: bigint;
  readonly after: bigint;
  /** Parts of the unit that the operation moved; 0 where time alone did it. */
  readonly units: bigint;
  /** Feature that was used; null: none was named. */
  readonly product: string | null;
  /** The instant that it belongs to. */
  readonly at: Instant;
  /** Period of that instant. */
  readonly origin: string;
  /** Period in which it is posted: never one that was closed when it became known. */
  readonly period: string;
  /** Number and hash of the operation behind it; where time brought it, of the last one before. */
  readonly operation: number;
  readonly hash: string;
  /** Idempotency key of the operation; null: time alone did it. */
  readonly key: string | null;
  readonly brought: boolean;
}
