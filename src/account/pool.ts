// All that the account has rolled: which blocks of it may still hold credits, and whether a roll has
// just happened that a cap on all of it must look at (`docs/domain.md §5`).

import type { Instant } from '../calendar/instant.ts';
import { blockOf } from './account.ts';
import { hasEnded } from './block.ts';
import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Pool {
  /** Numbers of the rolled blocks that weren't over when the last one came, oldest first. */
  readonly blocks: readonly number[];
  /** When something rolled that no cap has looked at yet, and of which units; null: nothing did. */
  readonly rolled: { readonly at: Instant; readonly units: readonly string[] } | null;
}

export const pool: Part<Pool> = {
  empty: { blocks: [], rolled: null },
  evolve: (state, { occurred, facts, kind }, _before, after) => {
    if (facts.rolls === undefined && state.rolled === null) return state;
    const { rolls = [], cut, opens = [] } = facts;
    const into = rolls
      .map(({ to }) => blockOf(after, to))
      .filter(({ lineage }) => lineage !== undefined);
    if (into.length > 0) {
      const fresh = opens.flatMap(({ number, lineage }) => (lineage === undefined ? [] : [number]));
      const live = state.blocks.filter((n) => !hasEnded(blockOf(after, n), occurred));
      const units = new Set(state.rolled?.at === occurred ? state.rolled.units : []);
      for (const { unit } of into) units.add(unit);
      return { blocks: [...live, ...fresh], rolled: { at: occurred, units: [...units] } };
    }
    if (state.rolled === null) return state;
    if (cut !== undefined) {
      const units = state.rolled.units.filter((unit) => unit !== cut.unit);
      return { ...state, rolled: units.length === 0 ? null : { ...state.rolled, units } };
    }
    // Other ends of the same instant come before the cap; anything else comes after it had its turn.
    const sameInstant = (kind === 'expire' || kind === 'release') && occurred === state.rolled.at;
    return sameInstant ? state : { ...state, rolled: null };
  },
  ...plain<Pool>(),
};
