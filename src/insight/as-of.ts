// An account as it was: what the ledger knew at an instant, or what had happened by then.

import { type Account, emptyAccount, type Hold } from '../account/account.ts';
import { type Block, hasEnded, openBlock } from '../account/block.ts';
import { evolve, finishRestored } from '../account/evolve.ts';
import type { Operation } from '../account/operation.ts';
import { Register } from '../account/register.ts';
import type { Instant } from '../calendar/instant.ts';
import { advance } from '../operations/advance.ts';
import type { Units } from '../quantity/units.ts';

/** What was known at this instant: the fold of what was recorded by then, advanced to it. Null: nothing was. */
export function asRecorded(
  operations: readonly Operation[],
  at: Instant,
  units: Units,
): Account | null {
  let account: Account | null = null;
  for (const operation of operations) {
    if (operation.recorded > at) break;
    account = evolve(account, operation);
  }
  return account === null ? null : advance(account, at, units).account;
}

/**
 * What had happened by this instant, as it is known now (`docs/domain.md §9`). Each move counts from
 * when it occurred, a burn from the later of that and its block's opening. Null: the account wasn't open.
 */
export function asOccurred(
  operations: readonly Operation[],
  today: Account,
  at: Instant,
): Account | null {
  if (today.opened > at) return null;
  const blocks = new Map<number, { -readonly [K in keyof Block]: Block[K] }>();
  const openings = new Map<number, Instant>();
  let last = 0;
  let owedMoney = 0n;
  for (const { number, occurred, facts, moves } of operations) {
    for (const opening of facts.opens ?? []) {
      blocks.set(opening.number, { ...openBlock(opening) });
      openings.set(opening.number, occurred);
    }
    if (occurred <= at) {
      last = number;
      for (const { block, until } of facts.reopens ?? []) {
        const reopened = blocks.get(block);
        if (reopened !== undefined) reopened.reopenedUntil = until;
      }
      const voided = blocks.get(facts.voids?.block ?? 0);
      if (voided !== undefined) voided.closed = facts.voids?.spent ?? null;
      owedMoney = today.owedMoney;
    }
    for (const { block, from, to, amount } of moves) {
      const moved = blocks.get(block);
      const counts = Math.max(
        occurred,
        to === 'burned' ? (openings.get(block) ?? occurred) : occurred,
      );
      if (moved === undefined || counts > at) continue;
      if (from === 'issued') moved.granted += amount;
      else moved[from] -= amount;
      if (to !== 'issued') moved[to] += amount;
    }
  }
  let register = Register.empty<Block>();
  for (const block of blocks.values()) register = register.with(settled(block, at));
  const account: Account = {
    ...emptyAccount(today),
    ...{ number: last, recorded: at, terms: today.terms, blocks: register, owedMoney },
    holds: Register.empty<Hold>(),
  };
  return finishRestored(account, []);
}

/** Late usage takes credits out of what has expired since: at an instant before, they were still free. */
function settled(block: Block, at: Instant): Block {
  const lent = (block.expired < 0n ? block.expired : 0n) + (block.held < 0n ? block.held : 0n);
  const free = block.free + lent;
  const expired = block.expired < 0n ? 0n : block.expired;
  const held = block.held < 0n ? 0n : block.held;
  return hasEnded(block, at)
    ? { ...block, free: 0n, held, expired: expired + free }
    : { ...block, free, held, expired };
}
