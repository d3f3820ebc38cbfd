// What rates add up over a period: tiers, licences and entitlements (`docs/domain.md §7`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Rated {
  readonly none: true;
}

export const rated: Part<Rated> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Rated>(),
};
