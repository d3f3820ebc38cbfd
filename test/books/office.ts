// A ledger, its book and one clock, on whatever storage: what tests of books begin with.

import { type BookInput, type OpenBookOptions, openBook } from '../../src/books/index.ts';
import { createLedger, type Ledger, memory } from '../../src/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { createClock } from '../../src/testing/index.ts';

export const UNITS = { credit: { scale: 0 } };

export const usd = (amount: string) => ({ amount, currency: 'USD' });

/** A ledger without accounts, and its book. */
export async function office(
  definition: BookInput = {},
  {
    storage = memory(),
    start = '2026-01-01T00:00:00Z',
    ...options
  }: {
    storage?: Storage;
    start?: string;
  } & Partial<OpenBookOptions> = {},
) {
  const clock = createClock(start);
  const now = clock.now;
  const ledger: Ledger<{ readonly units: typeof UNITS }> = await createLedger({
    ...{ storage, units: UNITS, clock: now, book: definition },
  });
  const opened = { storage, units: UNITS, clock: now, ...options };
  const book = await openBook({ ...opened, book: definition });
  return {
    ...{ storage, clock, ledger, book },
    at: (instant: string): void => clock.set(instant),
    again: () => openBook({ ...opened, book: definition.name ?? 'main' }),
    /** Opens an account and sells it credits, 0.01 each. */
    async sell(account: string, amount: number): Promise<void> {
      await ledger.open({ account, key: 'open', currency: 'USD' });
      const price = usd((amount / 100).toFixed(2));
      await ledger.purchase({ account, key: 'sale', block: 'sale', amount, price });
    },
  };
}

/** A column of each period, as closed or restated. */
export async function column(
  book: { figures: Awaited<ReturnType<typeof openBook>>['figures'] },
  name: 'usage' | 'deferred' | 'breakage' | 'billed' | 'recognised' | 'ratable',
  view: 'asClosed' | 'restated' = 'asClosed',
  selection = {},
): Promise<Record<string, string>> {
  const rows = await book.figures(selection);
  return Object.fromEntries(rows.map((row) => [row.period, row[view][name]]));
}
