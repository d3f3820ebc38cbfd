// What a close keeps is enough: figures that go on from it are those of the whole journal, and closes
// that are computed anew are the same, on random histories of one account.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { openBook, type PeriodFigures, type RevenueBook } from '../../src/books/index.ts';
import { memory } from '../../src/index.ts';
import { formatMoney } from '../../src/quantity/money.ts';
import { AccountFold, Book, PeriodSums, recognisedOf } from '../../src/revenue/index.ts';
import { policies } from '../revenue/histories/acts.ts';
import { type History, histories, Told } from '../revenue/histories/histories.ts';
import { endOfMonth } from '../revenue/model/months.ts';

const asked = process.env['TALLYSTICK_RUNS'];
const runs = Number(asked ?? 100);
// The suite tells the same stories on every run; a longer search draws its own.
const drawn = asked === undefined ? { seed: 606 } : {};

/** The history's operations in a storage, closed when and as far as it says. */
async function booked(
  history: History,
  afterClose?: (book: RevenueBook, period: string, ends: number) => Promise<void>,
): Promise<{ told: Told; book: RevenueBook }> {
  const told = new Told(history);
  const storage = memory();
  const { operations, units } = told.till;
  const { timeZone, calendar, rounding, listPrice, policies } = history.book;
  const { currency } = told.book();
  let now = operations[0]?.recorded ?? 0;
  const book = await openBook({
    storage,
    units: Object.fromEntries([...units].map(([name, scale]) => [name, { scale }])),
    clock: () => now,
    book: {
      ...{ timeZone, calendar, rounding, policies },
      ...(listPrice !== null && { listPrice }),
      ...(currency !== null && { currency }),
    },
  });
  let decided = 0;
  const decide = async (until: number): Promise<void> => {
    for (const one of told.decisions.slice(decided)) {
      const { at, account, block, cohort, breakage, policies: said } = one;
      if (at > until) return;
      now = Math.max(now, at);
      await book.changePolicy({
        ...{ key: `decision ${decided}`, at, by: 'ada' },
        ...(said !== undefined && { policies: said }),
        ...(account === true && { account: 'acme' }),
        ...(block !== undefined && { block }),
        ...(cohort !== undefined && { cohort }),
        ...(breakage !== undefined && { breakage }),
      });
      decided += 1;
    }
  };
  let stored = 0;
  const store = async (until: number): Promise<void> => {
    const next = operations.slice(stored, until);
    if (next.length === 0) return;
    const { number: base, hash } = operations[stored - 1] ?? { number: 0, hash: '' };
    const none = { dues: [], settledDues: null, notices: [] };
    const rows = next.map(
      ({ account, number, key, kind, occurred, recorded, body, hash: own }) => ({
        ...{ account, number, key, kind, occurred, recorded, body, metadata: null, hash: own },
      }),
    );
    await storage.append([{ account: 'acme', base, hash, operations: rows, ...none }]);
    stored = until;
    now = Math.max(now, operations[until - 1]?.recorded ?? 0);
  };
  for (const { period, head } of told.closes) {
    await store(head);
    now = Math.max(now, endOfMonth(period, history.book));
    await decide(now);
    await book.close({ period, by: 'ada' });
    await afterClose?.(book, period, endOfMonth(period, history.book));
  }
  await store(operations.length);
  now = Math.max(now, told.till.now);
  await decide(now);
  return { told, book };
}

/** The figures of one fold through the whole journal. */
async function straight({ told, book }: { told: Told; book: RevenueBook }) {
  const sums = { asClosed: new PeriodSums('period'), restated: new PeriodSums('origin') };
  const { changes } = await book.policies();
  const fold = new AccountFold({
    book: new Book(book.definition, changes),
    units: told.till.units,
    closes: told.closes.map(({ period, head }) => ({ period, cut: head })),
    emit: (posting) => {
      sums.asClosed.add(posting);
      sums.restated.add(posting);
    },
  });
  for (const operation of told.till.operations) fold.fold(operation);
  fold.follow(told.till.now);
  return (view: 'asClosed' | 'restated', period: string): Record<string, string> => {
    const columns = sums[view].at(period);
    return Object.fromEntries(
      Object.entries({ ...columns, recognised: recognisedOf(columns) }).map(([name, amount]) => [
        name,
        formatMoney(amount, book.definition.currency ?? told.history.coin.currency),
      ]),
    );
  };
}

describe('figures of random histories', () => {
  it('are the same from the start and from any close, and closes can be computed anew', async () => {
    await fc.assert(
      fc.asyncProperty(histories, async (history) => {
        const made = await booked(history);
        const { told, book } = made;
        const whole: PeriodFigures[] = await book.figures();
        const expected = await straight(made);
        for (const row of whole) {
          expect([row.period, row.asClosed]).toEqual([
            row.period,
            expected('asClosed', row.period),
          ]);
          expect([row.period, row.restated]).toEqual([
            row.period,
            expected('restated', row.period),
          ]);
        }
        for (const { period } of told.closes) {
          // A period before anything happened is shown where it is asked for.
          const rest = whole.filter((row) => row.period >= period);
          const from = await book.figures({ from: period });
          expect(from.filter((row) => row.period >= (rest[0]?.period ?? ''))).toEqual(
            rest.length === 0 ? from : rest,
          );
        }
        expect(await book.verify()).toMatchObject({ ok: true, problems: [] });
      }),
      { numRuns: runs, ...drawn },
    );
  });

  it('stay as they were closed, whatever policies are said later to hold since the closed month’s end', async () => {
    await fc.assert(
      fc.asyncProperty(histories, policies, async (history, said) => {
        const closed = new Map<string, PeriodFigures['asClosed']>();
        const { book } = await booked(history, async (open, period, ends) => {
          for (const row of await open.figures({ to: period }))
            closed.set(row.period, row.asClosed);
          await open.changePolicy({ key: period, by: 'bob', at: ends, policies: said });
        });
        const whole = await book.figures();
        for (const { period, asClosed } of whole) {
          if (closed.has(period)) expect([period, asClosed]).toEqual([period, closed.get(period)]);
        }
        for (const period of closed.keys()) {
          const rest = whole.filter((row) => row.period >= period);
          const from = await book.figures({ from: period });
          expect(from.filter((row) => row.period >= (rest[0]?.period ?? ''))).toEqual(
            rest.length === 0 ? from : rest,
          );
        }
        expect(await book.verify()).toMatchObject({ ok: true, problems: [] });
      }),
      { numRuns: Math.ceil(runs / 2), ...drawn },
    );
  });
});
