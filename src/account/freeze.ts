// Times in which a block can't be spent although its credits are there: its purchase is disputed, or
// a change of plan froze it. Its end waits for as long (`docs/domain.md §6`).

import type { Instant } from '../calendar/instant.ts';

/** Why a block is frozen; it thaws when nothing freezes it any more. */
export type FreezeCause = 'dispute' | 'plan';

/** When a block was frozen. */
export interface Freeze {
  /** Null: it isn't now. */
  readonly since: Instant | null;
  /** What freezes it now. */
  readonly by: readonly FreezeCause[];
  /** Times that are over, oldest first. */
  readonly past: readonly { readonly from: Instant; readonly to: Instant }[];
}

/** Something that freezes a block, or that does so no longer. */
export interface FreezeChange {
  readonly block: number;
  readonly by: FreezeCause;
  readonly at: Instant;
}

/** Frozen by one cause more. */
export function frozenBy(freeze: Freeze | null, by: FreezeCause, at: Instant): Freeze {
  const before = freeze ?? { since: null, by: [], past: [] };
  if (before.by.includes(by)) return before;
  return { ...before, since: before.since ?? at, by: [...before.by, by] };
}

/** Frozen by one cause less; with the last the block thaws. */
export function thawedBy(freeze: Freeze | null, by: FreezeCause, at: Instant): Freeze | null {
  if (freeze === null || freeze.since === null || !freeze.by.includes(by)) return freeze;
  const rest = freeze.by.filter((cause) => cause !== by);
  if (rest.length > 0) return { ...freeze, by: rest };
  return { since: null, by: [], past: [...freeze.past, { from: freeze.since, to: at }] };
}

/** How long past freezes have put off an end: those that began from `from` on and before `until`. */
export function putOff(
  freeze: Freeze | null,
  from: Instant,
  until: Instant = Number.POSITIVE_INFINITY,
): number {
  let sum = 0;
  for (const past of freeze?.past ?? []) {
    if (past.from >= from && past.from < until) sum += past.to - past.from;
  }
  return sum;
}

/** Whether it was frozen at an instant. */
export function wasFrozen(freeze: Freeze | null, then: Instant): boolean {
  if (freeze === null) return false;
  if (freeze.since !== null && freeze.since <= then) return true;
  return freeze.past.some(({ from, to }) => from <= then && then < to);
}
