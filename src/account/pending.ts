// What waits for somebody's answer, summed up once for each list of requests: every write asks, and an
// account may have thousands of charges under way.

import type { Instant } from '../calendar/instant.ts';
import type { Requests, Waiting } from './requests.ts';

/** The requests of an account that aren't over, in short. */
export interface Pending {
  /** By unit: overage that charges ask for, failed ones included. */
  readonly asked: ReadonlyMap<string, bigint>;
  /** Units of overage with a charge that failed. */
  readonly failed: ReadonlySet<string>;
  /** The top-up that is under way or has failed; null: none is. */
  readonly topUp: Waiting | null;
  /** The open request that lapses first by itself; null: none does. */
  readonly lapsing: { readonly name: string; readonly until: Instant } | null;
}

const known = new WeakMap<Requests['waiting'], Pending>();

/** What waits for an answer. */
export function pendingOf({ waiting }: Requests): Pending {
  const remembered = known.get(waiting);
  if (remembered !== undefined) return remembered;
  const asked = new Map<string, bigint>();
  const failed = new Set<string>();
  let topUp: Waiting | null = null;
  let lapsing: Pending['lapsing'] = null;
  for (const request of waiting) {
    const { name, kind, unit, amount, state, until } = request;
    if (kind === 'overage') {
      asked.set(unit, (asked.get(unit) ?? 0n) + amount);
      if (state === 'failed') failed.add(unit);
    }
    if (kind === 'top-up') topUp ??= request;
    if (state !== 'open' || until === null) continue;
    if (lapsing === null || until < lapsing.until) lapsing = { name, until };
  }
  const pending = { asked, failed, topUp, lapsing };
  known.set(waiting, pending);
  return pending;
}
