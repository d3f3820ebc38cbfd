// What a change of plan does to the blocks that are open: they are carried over, converted at the new
// unit price, taken back, or frozen (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import { type Block, type BlockOpening, endOf, isLive, ownTerms } from '../account/block.ts';
import type { Agreed } from '../account/commitment.ts';
import { rollCost } from '../account/cost.ts';
import { type FreezeChange, thawedBy } from '../account/freeze.ts';
import type { Draft, Move } from '../account/operation.ts';
import type { BlockTreatment, Conversion, PlanChange } from '../account/plan.ts';
import type { Instant } from '../calendar/instant.ts';
import { divideRounded } from '../quantity/rounding.ts';
import type { Rollover } from '../terms/rollover.ts';
import { freeName, takenIn } from './names.ts';

/** One open block and what becomes of it. */
export interface Treated {
  readonly block: Block;
  readonly becomes: BlockTreatment;
}

/**
 * The open blocks at an instant. What can't be converted is carried over: a block without a basis, of
 * another unit than the new commitment's, or worth less than one credit there.
 */
export function treated(
  account: Account,
  treatments: PlanChange['treatments'],
  at: Instant,
  agreed: Agreed | null,
): Treated[] {
  return [...account.blocks.present()]
    .filter((block) => isLive(block, at))
    .map((block) => {
      const becomes = treatments[block.kind] ?? 'carry';
      const stays = becomes === 'convert' && converted(block, agreed) === 0n;
      return { block, becomes: stays ? 'carry' : becomes };
    });
}

/** Moves and facts of what becomes of the blocks. `rollover` is what the account's terms say of it from then on. What is held stays where it is, but for what is taken back with its block. */
export function treat(
  account: Account,
  blocks: readonly Treated[],
  at: Instant,
  agreed: Agreed | null,
  rollover: Rollover | null,
): Pick<Draft, 'moves' | 'facts'> {
  const moves: Move[] = [];
  const freezes: FreezeChange[] = [];
  const thaws: FreezeChange[] = [];
  const forfeits: number[] = [];
  const opens: BlockOpening[] = [];
  const converts: Conversion[] = [];
  for (const { block, becomes } of blocks) {
    const { number, free } = block;
    if (becomes === 'freeze') freezes.push({ block: number, by: 'plan', at });
    else if (block.freeze?.by.includes('plan') === true) {
      thaws.push({ block: number, by: 'plan', at });
    }
    if (becomes === 'forfeit') {
      forfeits.push(number);
      if (free > 0n) moves.push({ block: number, from: 'free', to: 'voided', amount: free });
    }
    if (becomes === 'convert') {
      const named = successor(account, block, account.blocks.nextNumber + opens.length, rollover);
      const opened = { ...named, expires: endWhereThawed(block, at) };
      opens.push(opened);
      converts.push({ from: number, to: opened.number, basis: rollCost(block, free) });
      moves.push(
        { block: number, from: 'free', to: 'rolled', amount: free },
        { block: opened.number, from: 'issued', to: 'free', amount: converted(block, agreed) },
      );
    }
  }
  return {
    moves,
    facts: {
      ...(opens.length > 0 && { opens, converts }),
      ...(freezes.length > 0 && { freezes }),
      ...(thaws.length > 0 && { thaws }),
      ...(forfeits.length > 0 && { forfeits }),
    },
  };
}

/** What was frozen has the time that it had left then: its new credits begin with it. */
function endWhereThawed(block: Block, at: Instant): Instant | null {
  const freeze = thawedBy(thawedBy(block.freeze, 'plan', at), 'dispute', at);
  return endOf({ ...block, freeze });
}

/** Credits that the basis of what is free buys at the new unit price, cut to the scale. */
function converted(block: Block, agreed: Agreed | null): bigint {
  if (agreed === null || agreed.unit !== block.unit || agreed.rate.money === 0n) return 0n;
  if (block.free === 0n) return 0n;
  return divideRounded(
    rollCost(block, block.free) * agreed.rate.credits,
    agreed.rate.money,
    'down',
  );
}

function successor(
  account: Account,
  block: Block,
  number: number,
  terms: Rollover | null,
): BlockOpening {
  const { unit, kind, effective, expires, priority, features } = block;
  const rollover = timesLeft(block, terms);
  return {
    number,
    name: freeName(`${block.name}/converted`, takenIn(account)),
    unit,
    kind,
    basis: 0n,
    effective,
    expires,
    priority,
    features,
    ...(rollover !== undefined && { rollover }),
    // A credit of the new price has another list price; the state's claim stays.
    ...(block.finance?.escheatable === true && { finance: { escheatable: true } }),
  };
}

/** Credits roll no oftener for having been converted: of those that rolled before, what is left of their times. */
function timesLeft(block: Block, terms: Rollover | null): Rollover | null | undefined {
  const own = ownTerms(block, terms);
  if (block.lineage === undefined || own === null) return block.rollover;
  const times = own.times - block.lineage.times;
  return times > 0 ? { ...own, times } : null;
}
