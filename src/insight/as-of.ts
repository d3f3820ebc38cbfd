// An account as it was: what the ledger knew at an instant, or what had happened by then.

import type { Account, Hold } from '../account/account.ts';
import { type Block, hasEnded, openBlock, type Place } from '../account/block.ts';
import { drawn } from '../account/drawn.ts';
import { emptyAccount } from '../account/empty.ts';
import { evolve, finishRestored } from '../account/evolve.ts';
import type { Move, Operation, Roll } from '../account/operation.ts';
import { NO_PARTS } from '../account/parts.ts';
import { Register } from '../account/register.ts';
import { requests } from '../account/requests.ts';
import { sold } from '../account/sold.ts';
import { owedFor, rolled } from '../account/transfer.ts';
import { voidMoneyOf } from '../account/undoing.ts';
import { offerAfter } from '../account/version-offer.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { advance } from '../operations/advance.ts';
import type { Units } from '../quantity/units.ts';
import { DebtsThen } from './debts-then.ts';

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
 * when it occurred, but never before its block's opening, its hold, or the usage that it undoes.
 * `folds` includes what time has brought by today, recorded or not. Null: the account wasn't open.
 */
export function asOccurred(folds: readonly Folded[], today: Account, at: Instant): Account | null {
  if (today.opened > at) return null;
  const blocks = new Map<number, Changing>();
  const dates = new Dates();
  const debts = new DebtsThen(today);
  let contract: Account['contract'] = NO_PARTS.contract;
  let last = 0;
  let owed = 0n;
  let [counted, waiting, sale] = [drawn.empty, requests.empty, sold.empty];
  let { offer } = NO_PARTS.rated;
  for (const fold of folds) {
    const { number, kind, facts } = fold.operation;
    for (const opening of facts.opens ?? []) blocks.set(opening.number, { ...openBlock(opening) });
    const isCut = facts.cut !== undefined;
    // What a pool cap cuts, and what is converted or pooled with a purchase, leaves its block before the end.
    const isEarly = isCut || facts.converts !== undefined || kind === 'purchase';
    for (const { move, counts } of dates.of(fold.operation)) {
      const moved = blocks.get(move.block);
      if (moved === undefined || counts > at) continue;
      if (move.from === 'issued') moved.granted += move.amount;
      else moved[move.from] -= move.amount;
      const to = arrival(move, isEarly || hasEnded(moved, at));
      moved[to] += move.amount;
      if (isCut) moved.cut += move.amount;
    }
    for (const roll of facts.rolls ?? facts.converts ?? []) {
      if (Math.max(dates.ofOperation(number), dates.ofOpening(roll.to)) <= at)
        takeRoll(roll, blocks);
    }
    if (dates.ofOperation(number) > at) continue;
    last = number;
    takeMarks(fold, blocks);
    debts.take(fold.operation, fold.after);
    const { operation, before, after } = fold;
    // Caps and requests count what had happened by then, in the order in which it was recorded.
    if (before !== null) {
      counted = drawn.evolve(counted, operation, before, after);
      waiting = requests.evolve(waiting, operation, before, after);
      sale = sold.evolve(sale, operation, before, after);
    }
    offer = offerAfter(offer, operation);
    // What time and people agreed on by then; its counts are asked for by nobody here.
    if ((facts.begins ?? facts.renewal ?? facts.plan) !== undefined) {
      contract = fold.after.contract;
    }
    // What was paid of what was owed, less what reversals of it paid back.
    if (kind === 'settle') owed -= voidMoneyOf(fold.operation);
    if (kind === 'reverse') owed += voidMoneyOf(fold.operation);
  }
  let register = Register.empty<Block>();
  for (const moved of blocks.values()) {
    const block = homecoming(moved, at);
    owed += owedFor(block);
    register = register.with(block);
  }
  const account: Account = {
    ...emptyAccount(today),
    ...{ number: last, recorded: at, terms: today.terms, blocks: register, contract },
    owedMoney: owed < 0n ? 0n : owed,
    debts: debts.state,
    holds: Register.empty<Hold>(),
    drawn: counted,
    requests: waiting,
    sold: sale,
    rated: { ...NO_PARTS.rated, offer },
  };
  return finishRestored(account, []);
}

/** From when each act counts. */
class Dates {
  readonly #operations = new Map<number, Instant>();
  readonly #openings = new Map<number, Instant>();
  readonly #holds = new Map<number, Instant>();

  /** The operation's moves, each with the instant from which it counts. Operations are asked for in their order. */
  of({ number, kind, occurred, facts, moves }: Operation): { move: Move; counts: Instant }[] {
    // One deal with what is left of older blocks is no older than they are.
    const pooled = kind === 'purchase' ? (facts.rolls ?? []) : [];
    const dealt = Math.max(0, ...pooled.map(({ from }) => this.ofOpening(from)));
    for (const { number: block, lineage } of facts.opens ?? []) {
      // What was told late of a time before the roll was in the block that it rolled out of.
      this.#openings.set(block, Math.max(occurred, dealt, lineage?.at ?? 0));
    }
    if (facts.hold !== undefined) this.#holds.set(facts.hold.number, occurred);
    const after = Math.max(
      occurred,
      dealt,
      this.#operations.get(facts.reverses?.number ?? 0) ?? 0,
      this.#openings.get(facts.voids?.block ?? 0) ?? 0,
    );
    this.#operations.set(number, after);
    return moves.map((move) => {
      const opened = this.#openings.get(move.block) ?? 0;
      const held = move.from === 'held' ? (this.#holds.get(move.hold ?? 0) ?? 0) : 0;
      const counts = Math.max(after, opened, held);
      if (move.to === 'held') this.#holds.set(move.hold ?? 0, counts);
      return { move, counts };
    });
  }

  ofOpening(block: number): Instant {
    return this.#openings.get(block) ?? 0;
  }

  ofOperation(number: number): Instant {
    return this.#operations.get(number) ?? 0;
  }
}

/** Credits that came back late to a block that had ended by then were free until its end. */
function arrival({ to }: Move, isOver: boolean): Exclude<Place, 'issued'> {
  if (to === 'issued') throw new InvariantBroken('credits are never un-issued');
  return (to === 'expired' || to === 'rolled') && !isOver ? 'free' : to;
}

/** Cost basis that went along with what rolled. */
function takeRoll(roll: Roll, blocks: Map<number, Changing>): void {
  const [from, to] = [blocks.get(roll.from), blocks.get(roll.to)];
  if (from === undefined || to === undefined) return;
  const [left, arrived] = rolled(from, to, roll);
  blocks.set(roll.from, { ...left });
  blocks.set(roll.to, { ...arrived });
}

/** What an operation did to blocks besides moving credits: money fixed at the event, a void, a grace. */
function takeMarks({ operation, before, after }: Folded, blocks: Map<number, Changing>): void {
  const { facts, moves } = operation;
  const voided = facts.voids?.block;
  const reopened = (facts.reopens ?? []).map(({ block }) => block);
  const marked = [
    ...[...(facts.freezes ?? []), ...(facts.thaws ?? [])].map(({ block }) => block),
    ...(facts.forfeits ?? []),
    voided ?? 0,
  ];
  for (const number of new Set([...moves.map(({ block }) => block), ...reopened, ...marked])) {
    const moved = blocks.get(number);
    const now = after.blocks.byNumber(number);
    if (moved === undefined || now === undefined) continue;
    const was = before?.blocks.byNumber(number);
    moved.refundedMoney += now.refundedMoney - (was?.refundedMoney ?? 0n);
    moved.voidedMoney += now.voidedMoney - (was?.voidedMoney ?? 0n);
    if (marked.includes(number)) {
      moved.closed = now.closed;
      moved.freeze = now.freeze;
      moved.dispute = now.dispute;
    }
    if (!reopened.includes(number)) continue;
    moved.reopenedAt = now.reopenedAt;
    moved.reopenedUntil = now.reopenedUntil;
  }
}

/**
 * What is still below nothing was lent: late usage took credits that had expired since, or that came
 * back from another usage or a hold only later. Of those it counts from when they were there.
 */
function homecoming(block: Block, at: Instant): Block {
  const home = { ...block };
  for (const place of ['expired', 'held', 'burned'] as const) {
    if (home[place] >= 0n) continue;
    home.free += home[place];
    home[place] = 0n;
  }
  if (home.free < 0n) {
    home.burned += home.free;
    home.free = 0n;
  }
  if (hasEnded(home, at)) {
    home.expired += home.free;
    home.free = 0n;
  }
  return home;
}
