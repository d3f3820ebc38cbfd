// Which thresholds are armed (`docs/domain.md §7`).

import { plain } from './codec.ts';
import type { Part } from './part.ts';

/** State of this part. */
export interface Alarms {
  readonly none: true;
}

export const alerts: Part<Alarms> = {
  empty: { none: true },
  evolve: (state) => state,
  ...plain<Alarms>(),
};
