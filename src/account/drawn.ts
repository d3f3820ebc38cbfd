// Who has drawn how much of which cap (`docs/domain.md §7`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Drawn {
  readonly none: true;
}

export const drawn: Part<Drawn> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Drawn>(),
};
