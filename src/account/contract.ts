// Which term an account is in, and what that term has brought so far (`docs/domain.md §6`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Contract {
  readonly none: true;
}

export const contract: Part<Contract> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Contract>(),
};
