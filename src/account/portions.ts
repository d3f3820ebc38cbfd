// Which portions of which allowances have come, who has a seat, and which offers were claimed (`docs/domain.md §7`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Portions {
  readonly none: true;
}

export const portions: Part<Portions> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Portions>(),
};
