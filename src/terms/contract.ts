// Contract terms: periods of time with a committed number of credits, and what the next commitment
// will be (`docs/domain.md §6`).

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { type Instant, parseInstant } from '../calendar/instant.ts';
import { type NumberedPeriod, nthPeriod, periodAt } from '../calendar/period.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';

/** Periods of a contract, counted from their start in the account's zone. */
export interface TermInput {
  /** The anchor that periods are counted from. Default: when the terms begin, so that a plan fits whoever comes. */
  readonly starts?: string | number | Date;
  /** ISO 8601 duration, `P1Y`. */
  readonly every: string;
}

/** The periods of a contract; also their form in the journal. */
export interface Term {
  readonly starts: Instant;
  readonly every: string;
}

/** Periods as they were stated; null: they are counted from when the terms begin. */
export interface StatedTerm {
  readonly starts: Instant | null;
  readonly every: string;
}

/** What the next commitment follows from: what was used, what it was, what it was times a share, or there is none. */
export type RenewalRule = 'transposed' | 'same' | 'uplift' | 'none';

/** What may be said of a renewal. */
export interface RenewalInput {
  /** Default: `same`. */
  readonly rule?: RenewalRule;
  /** With `uplift`: the next commitment is this one times the share, cut to the unit's scale. */
  readonly share?: AmountInput;
  /** The next commitment is at least so much. */
  readonly floor?: AmountInput;
  /** The next commitment is at most so much, before it is rounded up to a tier. */
  readonly ceiling?: AmountInput;
  /** The next commitment is rounded up to one of these; above the last the figure stands. */
  readonly tiers?: readonly AmountInput[];
  /** Usage that promotional credits paid doesn't count. Default: false. */
  readonly excludePromotional?: boolean;
  /** Default: `automatic`. */
  readonly accept?: 'automatic' | 'manual';
}

/** Credits that are committed for each term, at a price in the account's currency. */
export interface CommitmentInput {
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: string;
  /** Money for the whole commitment, major units of the account's currency. */
  readonly price: AmountInput;
  readonly renewal?: RenewalInput;
}

/** How a commitment renews, every part filled; also its form in the journal. */
export interface Renewal {
  readonly rule: RenewalRule;
  readonly share: string;
  readonly floor: string | null;
  readonly ceiling: string | null;
  readonly tiers: readonly string[];
  readonly excludePromotional: boolean;
  readonly accept: 'automatic' | 'manual';
}

/** A commitment, every part filled; also its form in the journal. */
export interface Commitment {
  readonly amount: string;
  readonly unit: string | null;
  readonly price: string;
  readonly renewal: Renewal;
}

/** A contract's periods as they were stated. Throws `InvalidInput`. */
export function readTerm(input: TermInput, field: string): StatedTerm {
  return {
    starts: input.starts === undefined ? null : parseInstant(input.starts, `${field}.starts`),
    every: formatDuration(parseDuration(input.every, `${field}.every`)),
  };
}

/** A commitment with its defaults. Throws `InvalidInput`. */
export function readCommitment(input: CommitmentInput, field: string): Commitment {
  const { amount, unit = null, price, renewal = {} } = input;
  const { rule = 'same', share = '1', floor, ceiling, tiers = [] } = renewal;
  const optional = (value: AmountInput | undefined, name: string): string | null =>
    value === undefined ? null : amountText(value, `${field}.renewal.${name}`);
  return {
    amount: amountText(amount, `${field}.amount`),
    unit,
    price: amountText(price, `${field}.price`),
    renewal: {
      rule,
      share: amountText(share, `${field}.renewal.share`),
      floor: optional(floor, 'floor'),
      ceiling: optional(ceiling, 'ceiling'),
      tiers: tiers.map((tier, index) => amountText(tier, `${field}.renewal.tiers.${index}`)),
      excludePromotional: renewal.excludePromotional ?? false,
      accept: renewal.accept ?? 'automatic',
    },
  };
}

/** The term that an instant lies in; the first is number 0. */
export function termAt(term: Term, zone: string, instant: Instant): NumberedPeriod {
  return periodAt(term.starts, parseDuration(term.every, 'term.every'), zone, instant);
}

/** The nth term. */
export function nthTerm(term: Term, zone: string, n: number): NumberedPeriod {
  return { n, ...nthPeriod(term.starts, parseDuration(term.every, 'term.every'), zone, n) };
}

/** The term that is in force at an instant; the first where none is yet. */
export function termFrom(term: Term, zone: string, instant: Instant): NumberedPeriod {
  return instant < term.starts ? nthTerm(term, zone, 0) : termAt(term, zone, instant);
}
