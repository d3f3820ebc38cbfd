// The trial balance: each account of the general ledger with what stood, what was posted and what
// stands; all of them together come to nothing (`docs/revenue.md §10`).

import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import { ACCOUNT_KEYS, type AccountKey, type Posting } from '../posting.ts';
import type { AccountHead, Sink } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { Groups, type Parts } from './groups.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

/** Debits and credits of the general ledger. */
export const trialBalance: ReportMaker = (asked, context) => {
  allow(asked, { by: ['account'], narrow: [] });
  const scope = new Scope(asked);
  return {
    title: 'Trial balance',
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...scope.columns(),
      { name: 'accountKey', title: 'Ledger account', holds: 'text' },
      { name: 'accountCode', title: 'Code', holds: 'text' },
      { name: 'accountName', title: 'Name', holds: 'text' },
      { name: 'opening', title: 'Opening', holds: 'money' },
      { name: 'debit', title: 'Debit', holds: 'money' },
      { name: 'credit', title: 'Credit', holds: 'money' },
      { name: 'closing', title: 'Closing', holds: 'money' },
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new TrialBalance(scope, context),
  };
};

/** One account of the general ledger in one period; of `moved` the lines of the journal, by cause and origin. */
interface Line {
  opening: bigint;
  closing: bigint;
  readonly moved: Map<string, bigint>;
}

class TrialBalance implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #lines = new Groups<Line>(() => ({ opening: 0n, closing: 0n, moved: new Map() }));
  #head: AccountHead | null = null;
  #standing = new Map<AccountKey, bigint>();
  #moved = new Map<string, Map<AccountKey, Map<string, bigint>>>();

  constructor(scope: Scope, context: ReportContext) {
    this.#scope = scope;
    this.#context = context;
  }

  begin(head: AccountHead, opening: AccountState | null): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    const balances = opening?.history.balances;
    this.#standing = new Map(ACCOUNT_KEYS.map((key) => [key, balances?.[key] ?? 0n]));
    this.#moved = new Map();
  }

  post(posting: Posting): void {
    const { debit, credit, amount } = posting;
    const date = this.#scope.dateOf(posting);
    if (this.#head === null || date > this.#scope.to) return;
    if (debit !== null) this.#add(debit, amount, date, posting);
    if (credit !== null) this.#add(credit, -amount, date, posting);
  }

  #add(key: AccountKey, amount: bigint, date: string, { cause, origin, period }: Posting): void {
    if (date < this.#scope.from) {
      this.#standing.set(key, (this.#standing.get(key) ?? 0n) + amount);
      return;
    }
    const ofPeriod = this.#moved.get(date) ?? new Map<AccountKey, Map<string, bigint>>();
    this.#moved.set(date, ofPeriod);
    const ofKey = ofPeriod.get(key) ?? new Map<string, bigint>();
    ofPeriod.set(key, ofKey);
    const line = `${cause} ${origin} ${period}`;
    ofKey.set(line, (ofKey.get(line) ?? 0n) + amount);
  }

  *end(): Generator<ReportRow> {
    if (this.#head === null) return;
    const { account, currency } = this.#head;
    for (const { name } of this.#scope.asked.periods) {
      for (const [order, key] of ACCOUNT_KEYS.entries()) {
        const opening = this.#standing.get(key) ?? 0n;
        const moved = this.#moved.get(name)?.get(key);
        if (opening === 0n && moved === undefined) continue;
        const dimensions = this.#scope.by.map(() => account);
        const parts = [name, currency, ...dimensions, String(order).padStart(2, '0')];
        const line = this.#lines.at(parts);
        let closing = opening;
        for (const [what, amount] of moved ?? []) {
          line.moved.set(what, (line.moved.get(what) ?? 0n) + amount);
          closing += amount;
        }
        line.opening += opening;
        line.closing += closing;
        this.#standing.set(key, closing);
      }
    }
    if (this.#scope.isByAccount) yield* this.finish();
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#lines.take()) yield this.#row(parts, sum);
  }

  #row(parts: Parts, { opening, closing, moved }: Line): ReportRow {
    const [period = null, currency = null, ...rest] = parts;
    const key = ACCOUNT_KEYS[Number(rest.at(-1))] ?? 'cash';
    let [debit, credit] = [0n, 0n];
    // A line below zero stands on the other side, as it does in the journal.
    for (const amount of moved.values()) {
      if (amount > 0n) debit += amount;
      else credit -= amount;
    }
    const money = (amount: bigint): string => formatMoney(amount, currency ?? '');
    return {
      ...{ period, currency },
      ...this.#scope.texts(rest),
      accountKey: key,
      accountCode: this.#context.chart[key].code,
      accountName: this.#context.chart[key].name,
      opening: money(opening),
      debit: money(debit),
      credit: money(credit),
      closing: money(closing),
    };
  }
}
