// An operation on its way through an account's book.

import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import type { AccountBook, Origin } from './account-book.ts';
import type { BlockBook } from './block-book.ts';

/** An operation on its way through the book. */
export interface Folding {
  readonly operation: Operation;
  /** The instant that it belongs to. */
  readonly at: Instant;
  readonly from: Origin;
  /** Feature that was used; null: none. */
  readonly product: string | null;
}

/** The block of this number. Throws `InvariantBroken`. */
export function blockIn(book: AccountBook, number: number): BlockBook {
  const block = book.state.blocks.get(number);
  if (block === undefined) {
    throw new InvariantBroken(`"${book.state.account}" has no block ${number}`);
  }
  return block;
}
