// An account as it was: what the ledger knew at an instant, or what had happened by then.

import { type Account, emptyAccount, type Hold } from '../account/account.ts';
import { type Block, hasEnded, openBlock } from '../account/block.ts';
import { evolve, finishRestored, owedFor } from '../account/evolve.ts';
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

/** An operation, with the account before and after it. */
export interface Folded {
  readonly operation: Operation;
  readonly before: Account | null;
  readonly after: Account;
}

type Changing = { -readonly [K in keyof Block]: Block[K] };

/**
 * What had happened by this instant, as it is known now (`docs/domain.md §9`). Each move counts from
 * when it occurred, a burn from the later of that and its block's opening. Null: the account wasn't open.
 */
export function asOccurred(folds: readonly Folded[], today: Account, at: Instant): Account | null {
  if (today.opened > at) return null;
  const blocks = new Map<number, Changing>();
  const openings = new Map<number, Instant>();
  let last = 0;
  let owed = 0n;
  for (const fold of folds) {
    const { number, kind, occurred, facts, moves } = fold.operation;
    for (const opening of facts.opens ?? []) {
      blocks.set(opening.number, { ...openBlock(opening) });
      openings.set(opening.number, occurred);
    }
    for (const { block, from, to, amount } of moves) {
      const moved = blocks.get(block);
      const opened = openings.get(block) ?? occurred;
      if (moved === undefined || (to === 'burned' ? Math.max(occurred, opened) : occurred) > at) {
        continue;
      }
      if (from === 'issued') moved.granted += amount;
      else moved[from] -= amount;
      if (to !== 'issued') moved[to] += amount;
    }
    if (occurred > at) continue;
    last = number;
    takeMarks(fold, blocks);
    // What was paid of what was owed, less what reversals of it paid back.
    if (kind === 'settle') owed -= facts.due ?? 0n;
    if (kind === 'reverse') owed += facts.due ?? 0n;
  }
  let register = Register.empty<Block>();
  for (const moved of blocks.values()) {
    const block = homecoming(moved, at);
    owed += owedFor(block);
    register = register.with(block);
  }
  const account: Account = {
    ...emptyAccount(today),
    ...{ number: last, recorded: at, terms: today.terms, blocks: register },
    owedMoney: owed < 0n ? 0n : owed,
    holds: Register.empty<Hold>(),
  };
  return finishRestored(account, []);
}

/** What an operation did to blocks besides moving credits: money fixed at the event, a void, a grace. */
function takeMarks({ operation, before, after }: Folded, blocks: Map<number, Changing>): void {
  const { facts, moves } = operation;
  const voided = facts.voids?.block;
  const reopened = (facts.reopens ?? []).map(({ block }) => block);
  for (const number of new Set([...moves.map(({ block }) => block), ...reopened, voided ?? 0])) {
    const moved = blocks.get(number);
    const now = after.blocks.byNumber(number);
    if (moved === undefined || now === undefined) continue;
    const was = before?.blocks.byNumber(number);
    moved.refundedMoney += now.refundedMoney - (was?.refundedMoney ?? 0n);
    moved.voidedMoney += now.voidedMoney - (was?.voidedMoney ?? 0n);
    if (number === voided) moved.closed = now.closed;
    if (!reopened.includes(number)) continue;
    moved.reopenedAt = now.reopenedAt;
    moved.reopenedUntil = now.reopenedUntil;
  }
}

/** Late usage takes credits out of what has expired since: at an instant before, they were still free. */
function homecoming(block: Block, at: Instant): Block {
  const lent = (block.expired < 0n ? block.expired : 0n) + (block.held < 0n ? block.held : 0n);
  const free = block.free + lent;
  const expired = block.expired < 0n ? 0n : block.expired;
  const held = block.held < 0n ? 0n : block.held;
  return hasEnded(block, at)
    ? { ...block, free: 0n, held, expired: expired + free }
    : { ...block, free, held, expired };
}
