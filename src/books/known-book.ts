// A book's journal for whoever computes: what closes kept of amounts is in parts of units, and with
// other places every figure after them would be another one.

import { InvalidInput } from '../errors.ts';
import { type BookJournal, closesInForce } from '../ledger/book-journal.ts';
import { openNamed } from '../ledger/book-opening.ts';
import type { BookEnv } from './env.ts';

/** The book's journal as it is now. Throws `InvalidInput` where a unit has other places than when a period was closed. */
export async function knownBook({ name, storage, units }: BookEnv): Promise<BookJournal> {
  const journal = await openNamed(name, storage);
  for (const { units: kept, record } of closesInForce(journal)) {
    for (const [unit, places] of Object.entries(kept)) {
      const stated = units.get(unit);
      if (stated === places) continue;
      throw new InvalidInput({
        field: `units.${unit}`,
        expected: `${places} decimal places, as when ${record.period} was closed`,
        found: stated === undefined ? 'no such unit' : String(stated),
      });
    }
  }
  return journal;
}
