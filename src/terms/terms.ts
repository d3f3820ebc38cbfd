// What was agreed with an account. Parts that are left out have the defaults that stand here.

import { type Duration, formatDuration, parseDuration } from '../calendar/duration.ts';

/** The keys that a burn order may name; the order of recording always has the last word (`docs/domain.md §3`). */
export const BURN_KEYS = [
  'priority',
  'expiry',
  'scope',
  'effective',
  'basis-low-first',
  'basis-high-first',
  'free-first',
  'paid-first',
] as const;

/** One key of a burn order. */
export type BurnKey = (typeof BURN_KEYS)[number];

/** What a caller may say of an account's terms; a part that is given replaces that part. */
export interface TermsInput {
  /** Which block goes first. Default: `priority`, `expiry`, `scope`, `effective`. */
  readonly burnOrder?: readonly BurnKey[];
  /** How long after it happened usage is still accepted, an ISO 8601 duration. Default: `P30D`. */
  readonly lateUsage?: { readonly within: string };
  /** What a reversal does with credits of an expired block: they expire at once, or the block opens again for a while. Default: `expire`. */
  readonly expiredReversal?: 'expire' | { readonly grace: string };
}

/** An account's terms, every part filled. */
export interface Terms {
  readonly burnOrder: readonly BurnKey[];
  readonly lateUsage: { readonly within: Duration };
  readonly expiredReversal: 'expire' | { readonly grace: Duration };
}

/** The terms of an account that states none. */
export const DEFAULT_TERMS: Terms = {
  burnOrder: ['priority', 'expiry', 'scope', 'effective'],
  lateUsage: { within: parseDuration('P30D', 'lateUsage.within') },
  expiredReversal: 'expire',
};

/** Terms as they stand in the journal: durations as text. */
export type TermsJson = Required<TermsInput>;

/** What was in force, with the given parts replaced. Throws `InvalidInput` for a duration that can't be read. */
export function applyTerms(current: Terms, change: TermsInput): Terms {
  return {
    burnOrder: change.burnOrder ?? current.burnOrder,
    lateUsage:
      change.lateUsage === undefined
        ? current.lateUsage
        : { within: parseDuration(change.lateUsage.within, 'terms.lateUsage.within') },
    expiredReversal:
      change.expiredReversal === undefined
        ? current.expiredReversal
        : change.expiredReversal === 'expire'
          ? 'expire'
          : { grace: parseDuration(change.expiredReversal.grace, 'terms.expiredReversal.grace') },
  };
}

/** Terms for the journal; `applyTerms(DEFAULT_TERMS, termsJson(terms))` gives them back. */
export function termsJson(terms: Terms): TermsJson {
  return {
    burnOrder: terms.burnOrder,
    lateUsage: { within: formatDuration(terms.lateUsage.within) },
    expiredReversal:
      terms.expiredReversal === 'expire'
        ? 'expire'
        : { grace: formatDuration(terms.expiredReversal.grace) },
  };
}
