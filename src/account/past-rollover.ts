// The account's rollover terms of the past: a block is bound by those that were in force at its end,
// also by what comes back to it later (`docs/domain.md §10`).

import type { Instant } from '../calendar/instant.ts';
import type { Rollover } from '../terms/rollover.ts';
import { plain } from './codec.ts';
import { actsAt } from './operation.ts';
import type { Part } from './part.ts';

/** Terms that have been replaced, oldest first; what ended at `until` itself was still bound by them. */
export type PastRollover = readonly {
  readonly until: Instant;
  readonly terms: Rollover | null;
}[];

export const pastRollover: Part<PastRollover> = {
  empty: [],
  evolve: (state, operation, before, after) => {
    const was = before.terms.rollover;
    if (operation.kind === 'open' || was === after.terms.rollover) return state;
    if (JSON.stringify(was) === JSON.stringify(after.terms.rollover)) return state;
    return [...state, { until: actsAt(operation), terms: was }];
  },
  ...plain<PastRollover>(),
};

/** The account's rollover terms that bind a block which ends at this instant. */
export function rolloverAt(
  account: {
    readonly pastRollover: PastRollover;
    readonly terms: { readonly rollover: Rollover | null };
  },
  end: Instant,
): Rollover | null {
  const past = account.pastRollover.find(({ until }) => end <= until);
  return past === undefined ? account.terms.rollover : past.terms;
}
