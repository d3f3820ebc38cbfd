// The journal: all postings of a period, summed by account, cause, origin and whatever else is asked,
// as lines that balance in every batch (`docs/revenue.md §3` and §10). It computes nothing but sums.

import { dateOf } from '../../calendar/zone.ts';
import { formatMoney } from '../../quantity/money.ts';
import {
  externalIdOf,
  JOURNAL_COLUMNS,
  type JournalLine,
  LINES_PER_BATCH,
} from '../journal-line.ts';
import { ACCOUNT_KEYS, type AccountKey, type Cause, ENTRY, type Posting } from '../posting.ts';
import type { AccountHead, Sink } from '../sink.ts';
import type { ReportRow } from '../table.ts';
import { drillText } from './drill-ref.ts';
import { Groups, type Parts } from './groups.ts';
import type { Dimension } from './input.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';

const CAUSES = Object.keys(ENTRY);

const MEMOS: Readonly<Record<Cause, string>> = {
  billed: 'Credits and access sold',
  goodwill: 'Goodwill credits given',
  concession: 'Concession for past use',
  modification: 'Change of price',
  rolledIn: 'Rolled in',
  rolledOut: 'Rolled out',
  usage: 'Credits used',
  promotional: 'Promotional credits used, at list price',
  settled: 'Credits that paid overage',
  delivered: 'Credits used for what is delivered over time',
  ratable: 'Delivered over time',
  breakage: 'Credits that lapsed or will not be used',
  refunded: 'Unused credits refunded',
  refundUsed: 'Refund for what was used',
  voided: 'Sale taken back',
  overage: 'Use beyond the balance',
  released: 'Overage at the cost of the credits that paid it',
  invoiced: 'Overage invoiced or paid',
  netting: 'Use beyond what was billed',
  receipt: 'Receivable paid',
};

/** Journal lines. */
export const journal: ReportMaker = (asked, context) => {
  allow(asked, { views: ['as-closed'] });
  const scope = new Scope(asked);
  return {
    title: 'Journal',
    columns: JOURNAL_COLUMNS,
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Journal(scope, context),
  };
};

/** What is posted to each account of one entry: debit less credit. */
type Entry = Map<AccountKey, bigint>;

/** The batch that is being filled. */
interface Batch {
  readonly period: string;
  readonly currency: string;
  readonly number: number;
  lines: number;
}

class Journal implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #isStreamed: boolean;
  readonly #entries = new Groups<Entry>(() => new Map());
  #head: AccountHead | null = null;
  #batch: Batch | null = null;

  constructor(scope: Scope, context: ReportContext) {
    this.#scope = scope;
    this.#context = context;
    const { asked } = scope;
    const hasOneCurrency = (context.book.definition.currency ?? asked.currency) !== undefined;
    // Lines of one journal stand together, so only where there is just one can accounts pass by.
    this.#isStreamed = scope.isByAccount && asked.periods.length === 1 && hasOneCurrency;
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
  }

  post(posting: Posting): void {
    const { item, period, origin, currency, product, cause, debit, credit, amount } = posting;
    const { from, to } = this.#scope;
    if (this.#head === null || debit === null || credit === null) return;
    if (period < from || period > to || !this.#scope.covers(item)) return;
    const dimensions = this.#scope.dimensions(this.#head.account, item, product);
    const order = String(CAUSES.indexOf(cause)).padStart(2, '0');
    const entry = this.#entries.at([period, currency, ...dimensions, order, origin]);
    entry.set(debit, (entry.get(debit) ?? 0n) + amount);
    entry.set(credit, (entry.get(credit) ?? 0n) - amount);
  }

  *end(): Generator<ReportRow> {
    if (this.#head !== null && this.#isStreamed) yield* this.finish();
  }

  *finish(): Generator<ReportRow> {
    for (const { parts, sum } of this.#entries.take()) yield* this.#lines(parts, sum);
  }

  /** Lines of one entry: debits before credits, none of zero, all in one batch. */
  *#lines(parts: Parts, entry: Entry): Generator<JournalLine> {
    const sums = ACCOUNT_KEYS.map((key) => [key, entry.get(key) ?? 0n] as const);
    const lines = [
      ...sums.filter(([, amount]) => amount > 0n),
      ...sums.filter(([, amount]) => amount < 0n),
    ];
    if (lines.length === 0) return;
    const [period, currency] = [parts[0] ?? '', parts[1] ?? ''];
    const batch = this.#batchFor(period, currency, lines.length);
    for (const [key, amount] of lines) {
      batch.lines += 1;
      yield this.#line(parts, batch, key, amount);
    }
  }

  #batchFor(period: string, currency: string, more: number): Batch {
    const last = this.#batch;
    const isSame = last?.period === period && last.currency === currency;
    if (last !== null && isSame && last.lines + more <= LINES_PER_BATCH) return last;
    const number = last !== null && isSame ? last.number + 1 : 1;
    const batch: Batch = { period, currency, number, lines: 0 };
    this.#batch = batch;
    return batch;
  }

  #line(parts: Parts, batch: Batch, accountKey: AccountKey, amount: bigint): JournalLine {
    const { book, chart, reopened } = this.#context;
    const { name, timeZone } = book.definition;
    const { period, currency, number, lines } = batch;
    const { by } = this.#scope;
    const dimensions = parts.slice(2, 2 + by.length);
    const cause = CAUSES[Number(parts[2 + by.length])] as Cause;
    const origin = parts[3 + by.length] ?? period;
    const shown = (dimension: Dimension): string | null =>
      dimensions[by.indexOf(dimension)] ?? null;
    const said = (['kind', 'block'] as const).flatMap((one) => shown(one) ?? []);
    const late = origin === period ? [] : [`of ${origin}`];
    const externalId = externalIdOf(name, period, currency, number, reopened(period));
    const { code, name: accountName } = chart[accountKey];
    const text = formatMoney(amount < 0n ? -amount : amount, currency);
    return {
      journalId: externalId.replaceAll('/', '-'),
      book: name,
      period,
      postingDate: dateOf(book.calendar.named(period, 'period').ends - 1, timeZone),
      lineNo: String(lines),
      ...{ accountKey, accountCode: code, accountName },
      debit: amount > 0n ? text : null,
      credit: amount < 0n ? text : null,
      ...{ currency, cause },
      customer: shown('account'),
      contract: shown('contract'),
      product: shown('product'),
      originPeriod: origin,
      memo: [MEMOS[cause], ...said, ...late].join(', '),
      externalId,
      drillRef: drillText({
        ...{ period, currency, accountKey, cause, origin },
        by: by.map((dimension) => [dimension, shown(dimension)]),
      }),
    };
  }
}
