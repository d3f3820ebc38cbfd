// Usage beyond the balance: how much of it the terms allow, what it costs and when it is paid
// (`docs/domain.md §6`).

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';
import type { TermsChangeJson, TermsInput } from './terms.ts';

/** How far usage may go beyond the balance; `share` is of the commitment. */
export type OverageLimitInput =
  | 'none'
  | 'unlimited'
  | { readonly credits: AmountInput }
  | { readonly share: AmountInput };

/** What overage costs: the commitment's unit price (else the list price, else the newest paid block's unit cost), a multiple of that, or money a credit. */
export type OverageRateInput =
  | 'same'
  | { readonly multiplier: AmountInput }
  | { readonly price: AmountInput };

/** When overage is paid: by the next credits that arrive, at renewal, at each period's end, or at once. */
export type OverageSettlement = 'next-credits' | 'renewal' | 'period' | 'immediately';

/** What may be said of overage. */
export interface OverageInput {
  /** Default: `none`. */
  readonly limit?: OverageLimitInput;
  /** Default: `same`. */
  readonly rate?: OverageRateInput;
  /** Default: `next-credits`. */
  readonly settle?: OverageSettlement;
  /** ISO 8601 duration from the first unpaid overage in which nothing is charged yet. Default: none. */
  readonly grace?: string;
  /** Terms of the next plan, which begin where overage can't be charged. Default: none. */
  readonly upgrade?: TermsInput;
}

/** Overage terms, every part filled; also their form in the journal. */
export interface Overage {
  readonly limit: 'none' | 'unlimited' | { readonly credits: string } | { readonly share: string };
  readonly rate: 'same' | { readonly multiplier: string } | { readonly price: string };
  readonly settle: OverageSettlement;
  readonly grace: string | null;
  /** What it gives replaces that part of the terms. */
  readonly upgrade: TermsChangeJson | null;
}

/** No usage beyond the balance. */
export const NO_OVERAGE: Overage = {
  limit: 'none',
  rate: 'same',
  settle: 'next-credits',
  grace: null,
  upgrade: null,
};

/** Overage terms with their defaults; the upgrade is read by whoever reads terms. Throws `InvalidInput`. */
export function readOverage(
  input: OverageInput,
  upgrade: TermsChangeJson | null,
  field: string,
): Overage {
  const { limit = 'none', rate = 'same', settle = 'next-credits', grace } = input;
  return {
    limit:
      typeof limit === 'string'
        ? limit
        : 'credits' in limit
          ? { credits: amountText(limit.credits, `${field}.limit.credits`) }
          : { share: amountText(limit.share, `${field}.limit.share`) },
    rate:
      typeof rate === 'string'
        ? rate
        : 'multiplier' in rate
          ? { multiplier: amountText(rate.multiplier, `${field}.rate.multiplier`) }
          : { price: amountText(rate.price, `${field}.rate.price`) },
    settle,
    grace: grace === undefined ? null : formatDuration(parseDuration(grace, `${field}.grace`)),
    upgrade,
  };
}
