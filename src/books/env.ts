// What the calls of a book share.

import type { BookPress } from '../ledger/book-journal.ts';
import type { Units } from '../quantity/units.ts';

/** The parts of an open book. */
export interface BookEnv extends BookPress {
  readonly name: string;
  readonly units: Units;
  /** Accounts are asked for so many at once. */
  readonly width: number;
  /** Hears how many accounts are done. */
  readonly onProgress?: ((accounts: number) => void) | undefined;
}
