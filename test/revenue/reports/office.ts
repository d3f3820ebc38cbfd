// A ledger with several accounts and one book, whose reports are told as a storage would tell them.

import { createLedger, type Ledger, memory } from '../../../src/index.ts';
import { readUnits } from '../../../src/quantity/units.ts';
import {
  type AccountClose,
  AccountFold,
  Book,
  type BookInput,
  type PolicyChange,
  type ReportInput,
  type ReportRow,
  readBook,
  readPolicyChange,
  reportOf,
  type Sink,
} from '../../../src/revenue/index.ts';
import { createClock } from '../../../src/testing/index.ts';

const UNITS = { credit: { scale: 0 } };
type Desk = Ledger<{ readonly units: typeof UNITS }>;

/** What a test says of an account that isn't called `acme`, in dollars and without terms. */
interface Opening {
  readonly currency?: string;
  readonly terms?: object;
}

/** A ledger with one clock; its accounts, its closes and its book's reports. */
export async function office(
  input: BookInput = {},
  accounts: Readonly<Record<string, Opening>> = { acme: {} },
  starts = '2026-01-01T00:00:00Z',
) {
  const storage = memory();
  const clock = createClock(starts);
  const ledger: Desk = await createLedger({ storage, units: UNITS, clock: clock.now });
  const names = Object.keys(accounts).sort();
  for (const account of names) {
    const { currency = 'USD', terms = {} } = accounts[account] ?? {};
    await ledger.open({ account, key: 'open', currency, terms });
  }
  const changes: PolicyChange[] = [];
  const closes = new Map<string, AccountClose[]>(names.map((account) => [account, []]));
  const units = readUnits(UNITS);

  async function tell(sink: Sink<ReportRow>, from: number): Promise<ReportRow[]> {
    const rows: ReportRow[] = [];
    const book = new Book(readBook(input), changes);
    for (const account of names) {
      await ledger.sweep({ account });
      const context = { book, units, closes: closes.get(account) ?? [] };
      let isTold = false;
      const fold = new AccountFold({
        ...context,
        emit: (posting) => isTold && sink.post(posting),
        moved: (move) => isTold && sink.moved?.(move),
      });
      const stored = await storage.operations(account, 0, 100_000);
      const currency = book.definition.currency ?? accounts[account]?.currency ?? 'USD';
      const begin = (): void => {
        isTold = true;
        sink.begin({ account, currency }, fold.state);
      };
      for (const operation of stored) {
        const read = fold.read(operation);
        if (!isTold && read.recorded >= from) begin();
        fold.fold(read);
      }
      if (!isTold) begin();
      fold.follow(clock.now());
      if (fold.state !== null) rows.push(...sink.end(fold.state));
    }
    rows.push(...sink.finish());
    return rows;
  }

  return {
    ledger,
    at: (instant: string): void => clock.set(instant),
    policy: (change: Omit<PolicyChange, 'at'>): void => {
      changes.push(readPolicyChange({ ...change, at: clock.now() }));
    },
    async close(period: string): Promise<void> {
      for (const account of names) {
        await ledger.sweep({ account });
        const cut = (await storage.operations(account, 0, 100_000)).length;
        closes.get(account)?.push({ period, cut });
      }
    },
    /** A report, told from the first operation on, or from what stood at an instant. */
    async report(
      name: string,
      asked: ReportInput,
      { since = 0 }: { readonly since?: string | 0 } = {},
    ): Promise<ReportRow[]> {
      const book = new Book(readBook(input), changes);
      const report = reportOf(name, asked, { book, units });
      const rows = await tell(report.sink, since === 0 ? 0 : Date.parse(since));
      for (const row of rows) {
        const wrong = report.columns.filter((column) => row[column.name] === undefined);
        const names = Object.keys(row).filter(
          (field) => !report.columns.some((column) => column.name === field),
        );
        if (wrong.length + names.length > 0) {
          throw new Error(`${name}: ${JSON.stringify({ wrong, names })}`);
        }
      }
      return rows;
    },
  };
}

/** Money in the account's currency. */
export const usd = (amount: string) => ({ amount, currency: 'USD' });

/** Only these fields of each row, and none that is zero. */
export function shown(
  rows: readonly ReportRow[],
  ...fields: readonly string[]
): Record<string, string>[] {
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).flatMap(([name, text]) =>
        text !== null && !/^0(\.0+)?$/.test(text) && (fields.length === 0 || fields.includes(name))
          ? [[name, text]]
          : [],
      ),
    ),
  );
}
