// A ledger whose journal is folded into a book, for tests that look at figures.

import { createLedger, type Ledger, memory } from '../../src/index.ts';
import { formatMoney } from '../../src/quantity/money.ts';
import { readUnits } from '../../src/quantity/units.ts';
import {
  AccountFold,
  Book,
  type BookInput,
  PeriodSums,
  type PolicyChange,
  type Posting,
  readBook,
  readPolicyChange,
  recognisedOf,
} from '../../src/revenue/index.ts';
import { createClock } from '../../src/testing/index.ts';

const UNITS = { credit: { scale: 0 } };
type Desk = Ledger<{ readonly units: typeof UNITS }>;

/** A ledger with one clock, and the figures of its one account. */
export async function desk(book: BookInput = {}, { currency = 'USD', terms = {} } = {}) {
  const storage = memory();
  const clock = createClock('2026-01-01T00:00:00Z');
  const ledger: Desk = await createLedger({ storage, units: UNITS, clock: clock.now });
  await ledger.open({ account: 'acme', key: 'open', currency, terms });
  const changes: PolicyChange[] = [];
  const closes: { period: string; cut: number }[] = [];
  return {
    ledger,
    at: (instant: string): void => clock.set(instant),
    policy: (change: Omit<PolicyChange, 'at'>): void => {
      changes.push(readPolicyChange({ ...change, at: clock.now() }));
    },
    /** Everything that was posted until now, after time has brought what it brings. */
    async postings(): Promise<Posting[]> {
      await ledger.sweep({ account: 'acme' });
      const postings: Posting[] = [];
      const fold = new AccountFold({
        book: new Book(readBook(book), changes),
        units: readUnits(UNITS),
        closes,
        emit: (posting) => postings.push(posting),
      });
      for (const stored of await storage.operations('acme', 0, 10_000))
        fold.fold(fold.read(stored));
      fold.follow(clock.now());
      return postings;
    },
    async close(period: string): Promise<void> {
      await ledger.sweep({ account: 'acme' });
      const stored = await storage.operations('acme', 0, 10_000);
      closes.push({ period, cut: stored.length });
    },
    async figures(
      by: 'period' | 'origin' = 'period',
    ): Promise<Record<string, Record<string, string>>> {
      const sums = new PeriodSums(by);
      for (const posting of await this.postings()) sums.add(posting);
      const shown = book.currency ?? currency;
      return Object.fromEntries(
        sums.periods.map((period) => {
          const columns = sums.at(period);
          const texts = Object.entries({ ...columns, recognised: recognisedOf(columns) })
            .filter(([, amount]) => amount !== 0n)
            .map(([name, amount]) => [name, formatMoney(amount, shown)]);
          return [period, Object.fromEntries(texts)];
        }),
      );
    },
  };
}
