// Where credits go that leave a hold, come back from usage, or are left at their block's end: home to
// their block while it is open, else where its remainder went (`docs/domain.md §4` and §5). The one
// file that knows the way, through as many rolls as there were.

import { type Account, blockOf } from '../account/account.ts';
import { type Block, type BlockOpening, hasEnded, openBlock } from '../account/block.ts';
import { rollCost, unburnCost } from '../account/cost.ts';
import type { Move, OperationFacts, Roll } from '../account/operation.ts';
import { rolled, transfer } from '../account/transfer.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { proportion } from '../quantity/money.ts';
import type { Units } from '../quantity/units.ts';
import { takenIn } from './names.ts';
import { nextBlock, type Rolling, rollingOf } from './rollover.ts';

/** Where credits are that look for their way home. */
export type Away = 'free' | 'held' | 'burned';

/**
 * Gathers the moves of one operation's homecoming credits. `at` is the instant at which blocks are
 * open or over; `earlier` are moves of the same operation that come before. With `reopens`, a block
 * that expired may open again for the grace that the terms give.
 */
export class WayHome {
  readonly moves: Move[] = [];
  readonly #account: Account;
  readonly #units: Units;
  readonly #at: Instant;
  readonly #reopens: boolean;
  /** Blocks as the moves so far leave them. */
  readonly #blocks = new Map<number, Block>();
  readonly #opens: BlockOpening[] = [];
  readonly #rolls: Roll[] = [];
  readonly #reopened: { readonly block: number; readonly until: Instant }[] = [];

  constructor(
    account: Account,
    units: Units,
    at: Instant,
    { earlier = [], reopens = false }: { earlier?: readonly Move[]; reopens?: boolean } = {},
  ) {
    this.#account = account;
    this.#units = units;
    this.#at = at;
    this.#reopens = reopens;
    for (const move of earlier)
      this.#blocks.set(move.block, transfer(this.#block(move.block), move));
  }

  /** Facts that go with the moves; empty where no block rolled or opened. */
  get facts(): Pick<OperationFacts, 'opens' | 'rolls' | 'reopens'> {
    return {
      ...(this.#opens.length > 0 && { opens: this.#opens }),
      ...(this.#rolls.length > 0 && { rolls: this.#rolls }),
      ...(this.#reopened.length > 0 && { reopens: this.#reopened }),
    };
  }

  /** So many credits of a block go home from where they are. */
  send(number: number, from: Away, amount: bigint, hold?: number): void {
    const block = this.#block(number);
    const move = (to: Move['to'], part: bigint): void => {
      if (part > 0n && from !== to) this.#move({ block: number, from, to, amount: part }, hold);
    };
    if (block.closed !== null) move('voided', amount);
    else if (!hasEnded(block, this.#at)) move('free', amount);
    else {
      const rolling = rollingOf(this.#account, block, amount, this.#rolledOut(block), this.#units);
      if (rolling === null && this.#reopen(block)) move('free', amount);
      else {
        const part = rolling?.amount ?? 0n;
        const basis = part === 0n ? 0n : basisOf(block, from, amount, part);
        if (rolling !== null && part > 0n) {
          const next = this.#nextOf(block, rolling);
          this.#roll({ from: number, to: next, basis });
          move('rolled', part);
          this.#move({ block: next, from: 'issued', to: 'free', amount: part });
          move('expired', amount - part);
          this.send(next, 'free', part);
        } else move('expired', amount);
      }
    }
  }

  /** The block that holds what rolled out of this one; it opens with the first credits that roll. */
  #nextOf(block: Block, { at, ends }: Pick<Rolling, 'at' | 'ends'>): number {
    if (block.rolledTo !== null) return block.rolledTo;
    const number = this.#account.blocks.nextNumber + this.#opens.length;
    const isTaken = takenIn(this.#account, this.#opens);
    const opening = nextBlock(this.#origin(block), block, { number, at, ends, isTaken });
    this.#opens.push(opening);
    this.#blocks.set(number, openBlock(opening));
    return number;
  }

  /** What has rolled out of it at its end. Credits that a change of plan converted left it another way. */
  #rolledOut({ rolledTo }: Block): bigint {
    return rolledTo === null ? 0n : this.#block(rolledTo).granted;
  }

  #roll(roll: Roll): void {
    const [from, to] = rolled(this.#block(roll.from), this.#block(roll.to), roll);
    this.#blocks.set(roll.from, from);
    this.#blocks.set(roll.to, to);
    const known = this.#rolls.findIndex((one) => one.from === roll.from && one.to === roll.to);
    const before = this.#rolls[known]?.basis ?? 0n;
    this.#rolls.splice(known < 0 ? this.#rolls.length : known, known < 0 ? 0 : 1, {
      ...roll,
      basis: before + roll.basis,
    });
  }

  /** A block opens again once only, and nothing that had ended in its grace comes back to it. */
  #reopen(block: Block): boolean {
    const { expiredReversal } = this.#account.terms;
    if (!this.#reopens || expiredReversal === 'expire' || block.reopenedUntil !== null)
      return false;
    const until = addBounded(this.#at, expiredReversal.grace, this.#account.timeZone);
    this.#reopened.push({ block: block.number, until });
    this.#blocks.set(block.number, { ...block, reopenedUntil: until });
    return true;
  }

  #move(move: Move, hold?: number): void {
    this.moves.push(hold === undefined ? move : { ...move, hold });
    this.#blocks.set(move.block, transfer(this.#block(move.block), move));
  }

  #origin(block: Block): Block {
    return block.lineage === undefined ? block : this.#block(block.lineage.origin);
  }

  #block(number: number): Block {
    return this.#blocks.get(number) ?? blockOf(this.#account, number);
  }
}

/** Cost basis that goes along with the part that rolls; what the rest of the credits cost stays. */
function basisOf(block: Block, from: Away, amount: bigint, part: bigint): bigint {
  if (from === 'burned') return proportion(unburnCost(block, amount), part, amount);
  return rollCost(block, part);
}
