// Credits that arrive pay what is owed, where the terms say so: at the instant at which their block
// opens or becomes effective.

import { type Account, blockOf } from '../account/account.ts';
import { type Block, isFrozen } from '../account/block.ts';
import { orderOf } from '../account/order.ts';
import { settledBy, settlementBy } from './settlement.ts';
import { RESERVED_KEYS, type Source } from './source.ts';

interface Payer {
  readonly block: Block;
  readonly at: number;
}

/** The block that pays next: the first to arrive, of those at one instant the first in burn order. */
function nextPayer(account: Account): Payer | null {
  const { payers, owed } = account.debts;
  if (payers.length === 0 || account.terms.overage.settle !== 'next-credits') return null;
  // Blocks that were bought for later may pay for years, and nearly always there is nothing to pay.
  if ([...owed.values()].every((sum) => sum === 0n)) return null;
  const order = orderOf(account.terms);
  let next: Payer | null = null;
  for (const { block: number, at } of payers) {
    const block = blockOf(account, number);
    if (block.free === 0n || isFrozen(block) || (owed.get(block.unit) ?? 0n) === 0n) continue;
    if (next !== null && (at > next.at || (at === next.at && order(block, next.block) > 0))) {
      continue;
    }
    if (settledBy(account, block).length > 0) next = { block, at };
  }
  return next;
}

/** Settlement by the next credits. */
export const arrivals: Source = (account) => {
  const payer = nextPayer(account);
  if (payer === null) return null;
  const { block, at } = payer;
  return {
    at,
    bring: () => ({
      key: `${RESERVED_KEYS}settle/block/${block.number}`,
      draft: settlementBy(account, block, at),
    }),
  };
};
