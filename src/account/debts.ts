// What usage beyond the balance left to be paid (`docs/domain.md §6`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Debts {
  readonly none: true;
}

export const debts: Part<Debts> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Debts>(),
};
