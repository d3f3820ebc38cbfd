// An operation on its way through an account's book.

import type { Operation } from '../account/operation.ts';
import { InvariantBroken } from '../errors.ts';
import type { AccountBook, Dated } from './account-book.ts';
import { type BlockBook, endWhereOver } from './block-book.ts';
import { type Touch, touch } from './settle.ts';

/** An operation on its way through the book. */
export class Folding {
  readonly operation: Operation;
  /** What it belongs to. */
  readonly when: Dated;
  /** Feature that was used; null: none. */
  readonly product: string | null;
  /** Blocks that it changes, in the order in which it comes to them. */
  readonly touched: Map<number, Touch> = new Map();

  constructor(operation: Operation, when: Dated) {
    this.operation = operation;
    this.when = when;
    const said = operation.input['feature'];
    this.product = operation.facts.rated?.feature ?? (typeof said === 'string' ? said : null);
  }

  /** The block of this number, about to change. */
  touch(book: AccountBook, number: number): Touch {
    const known = this.touched.get(number);
    if (known !== undefined) return known;
    const block = blockIn(book, number);
    endWhereOver(block, book.state.clock);
    const fresh = touch(book, block, this.when);
    this.touched.set(number, fresh);
    return fresh;
  }
}

/** The block of this number. Throws `InvariantBroken`. */
export function blockIn(book: AccountBook, number: number): BlockBook {
  const block = book.state.blocks.get(number);
  if (block === undefined) {
    throw new InvariantBroken(`"${book.state.account}" has no block ${number}`);
  }
  return block;
}
