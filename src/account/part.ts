// A part of an account beside its blocks: what its terms need to remember. Each part folds the same
// operations, looks at nothing else, and stays the very same object where nothing of it changed.

import type { Account } from './account.ts';
import type { Codec } from './codec.ts';
import type { Operation } from './operation.ts';

/** One part: where it begins, how an operation changes it, and how a checkpoint keeps it. */
export interface Part<S> extends Codec<S> {
  readonly empty: S;
  /** `after` has its blocks, holds and terms as the operation leaves them, and its parts as they were. */
  readonly evolve: (state: S, operation: Operation, before: Account, after: Account) => S;
}
