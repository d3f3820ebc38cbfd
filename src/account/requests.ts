// What waits for somebody's answer: a payment, an approval (`docs/domain.md §7`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Requests {
  readonly none: true;
}

export const requests: Part<Requests> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Requests>(),
};
