// What the company sells: one unit, two features that are delivered over time, and four kinds of contract.

import type { Ledger, RateCard } from 'tallystick';

const units = { credit: { scale: 0 } } as const;

/** Most usage comes with an amount of its own; what is delivered over time has a rate that says so. */
const rateCard = {
  id: 'services',
  version: 1,
  rates: {
    archive: { model: 'flat', unit: 'credit', price: '5000', every: 'P1Y' },
    studio: { model: 'licence', unit: 'credit', price: '100', every: 'P1M' },
  },
} as const satisfies RateCard;

/** Contracts with terms of their own. Everybody else pays in advance and has none. */
const plans = {
  /** A month's credits; half of what is left rolls once; what goes beyond is on the month's invoice. */
  growth: {
    term: { starts: '2026-01-01T00:00:00Z', every: 'P1M' },
    allowances: [
      { name: 'included', amount: '1000', every: 'P1M', kind: 'included', rollover: null },
    ],
    rollover: { share: '0.5', times: 1, lasts: 'P1M' },
    overage: { limit: { credits: '20000' }, rate: { price: '0.012' }, settle: 'period' },
  },
  /** Half a year's commitment; the next one is what was used; what is left rolls once. */
  transposed: {
    term: { starts: '2026-01-01T00:00:00Z', every: 'P6M' },
    commitment: {
      amount: '800000',
      price: '8000.00',
      renewal: { rule: 'transposed', accept: 'automatic' },
    },
    rollover: { times: 1 },
    overage: { limit: 'unlimited', rate: 'same', settle: 'renewal' },
    commission: { share: '0.70', rate: '0.10' },
  },
  /** Credits that are listed at a million, for seven hundred thousand. */
  enterprise: {
    term: { starts: '2026-02-01T00:00:00Z', every: 'P1Y' },
    commitment: {
      amount: '100000000',
      price: '700000.00',
      renewal: { rule: 'same', accept: 'manual' },
    },
    overage: { limit: { share: '0.2' }, rate: 'same', settle: 'renewal' },
    commission: { share: '0.70', rate: '0.10' },
  },
} as const;

/** What the ledger is told. */
export const catalogue = { units, rateCards: [rateCard], plans } as const;

/** Name of a contract. */
export type PlanName = keyof typeof plans;

/** A ledger of this company's credits. */
export type CreditLedger = Ledger<typeof catalogue>;

/** The company's books: months in UTC, goodwill deferred, free credits net until it decides otherwise. */
export const BOOK = {
  name: 'main',
  timeZone: 'UTC',
  listPrice: '0.01',
  policies: { goodwill: 'deferral' },
} as const;

/** Codes and names of the company's general ledger, where they aren't the library's defaults. */
export const ACCOUNTS = {
  cash: { code: '1010', name: 'Operating Account' },
  accounts_receivable: { code: '1200', name: 'Accounts Receivable' },
} as const;
