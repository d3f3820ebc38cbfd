// Something that time brings by itself: when next, and as which operation.

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';

export { RESERVED_KEYS } from '../account/operation.ts';

/** A draft with the key that it is recorded under, so that recording it twice is harmless. */
export interface Brought {
  readonly key: string;
  readonly draft: Draft;
}

/** One kind of thing that time brings. */
export interface Source {
  /** The earliest instant at which it has something to bring, which may have passed; null: nothing is to come. */
  readonly next: (account: Account, units: Units) => Instant | null;
  /** What it brings then. Recording that must move `next` on. */
  readonly bring: (account: Account, due: Instant, units: Units) => Brought;
}
