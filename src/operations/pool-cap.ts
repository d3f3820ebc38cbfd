// The cap on all that an account has rolled: after all rolls of an instant the oldest rolled credits
// beyond it expire (`docs/domain.md §5` and §10).

import { type Account, blockOf } from '../account/account.ts';
import { isFrozen, isLive, ownTerms, remaining } from '../account/block.ts';
import type { Move, OperationFacts } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { cutParts } from '../quantity/ratio.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { RESERVED_KEYS, type Source } from './source.ts';

interface Cut {
  readonly at: Instant;
  readonly fact: NonNullable<OperationFacts['cut']>;
  readonly moves: readonly Move[];
}

const remembered = new WeakMap<Account, Cut | null>();

/** What is beyond the cap since the last roll; null: nothing is. */
function cutOf(account: Account, units: Units): Cut | null {
  const { rolled } = account.pool;
  if (rolled === null) return null;
  const known = remembered.get(account);
  if (known !== undefined) return known;
  let cut: Cut | null = null;
  for (const unit of rolled.units) cut ??= cutOfUnit(account, unit, rolled.at, units);
  remembered.set(account, cut);
  return cut;
}

function cutOfUnit(account: Account, unit: string, at: Instant, units: Units): Cut | null {
  const scale = scaleOf(units, unit);
  const blocks = account.pool.blocks
    .map((number) => blockOf(account, number))
    .filter((block) => block.unit === unit && isLive(block, at));
  const caps = blocks.flatMap((block) => ownTerms(block, account.terms.rollover)?.poolCap ?? []);
  const [cap] = caps.sort((a, b) => (cutParts(a, scale) < cutParts(b, scale) ? -1 : 1));
  if (cap === undefined) return null;
  let excess = blocks.reduce((sum, block) => sum + remaining(block), -cutParts(cap, scale));
  const moves: Move[] = [];
  for (const block of blocks.sort((a, b) => a.effective - b.effective || a.number - b.number)) {
    const amount = block.free < excess ? block.free : excess;
    if (amount <= 0n || isFrozen(block)) continue;
    moves.push({ block: block.number, from: 'free', to: 'expired', amount });
    excess -= amount;
  }
  return moves.length === 0 ? null : { at, fact: { unit, cap }, moves };
}

/** By unit, the smallest cap of all live rolled blocks binds; what is held or frozen counts, and is never cut. */
export const poolCap: Source = (account, units) => {
  const cut = cutOf(account, units);
  if (cut === null) return null;
  const { at, fact, moves } = cut;
  return {
    at,
    bring: () => ({
      key: `${RESERVED_KEYS}pool/${fact.unit}/${at}/${account.number + 1}`,
      draft: { kind: 'expire', occurred: at, moves, facts: { cut: fact } },
    }),
  };
};
