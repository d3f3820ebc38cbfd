// From a line of the journal to the figures that it sums, and on to the operations behind them; and
// from an operation back to its lines. Each step adds up exactly (`docs/revenue.md §10`).

import { InvalidInput } from '../../errors.ts';
import { formatMoney } from '../../quantity/money.ts';
import type { AccountKey, Posting } from '../posting.ts';
import type { AccountHead, Sink } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { amountOn, type DrillRef, drillText, readDrillRef } from './drill-ref.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';
import { dateText, unitsText } from './text.ts';

const COLUMNS: readonly ReportColumn[] = [
  { name: 'line', title: 'Line', holds: 'text', isWhole: true },
  { name: 'accountKey', title: 'Ledger account', holds: 'text' },
  { name: 'currency', title: 'Currency', holds: 'text' },
  { name: 'account', title: 'Account', holds: 'text' },
  { name: 'what', title: 'What', holds: 'text' },
  { name: 'item', title: 'Item', holds: 'text' },
  { name: 'contract', title: 'Contract', holds: 'text' },
  { name: 'kind', title: 'Kind', holds: 'text' },
  { name: 'product', title: 'Product', holds: 'text' },
  { name: 'cause', title: 'Cause', holds: 'text' },
  { name: 'period', title: 'Period', holds: 'text' },
  { name: 'origin', title: 'Origin', holds: 'text' },
  { name: 'operations', title: 'Operations', holds: 'count' },
  { name: 'operation', title: 'Operation', holds: 'count' },
  { name: 'key', title: 'Key', holds: 'text', isWhole: true },
  { name: 'hash', title: 'Hash', holds: 'text', isWhole: true },
  { name: 'date', title: 'Date', holds: 'date' },
  { name: 'unit', title: 'Unit', holds: 'text' },
  { name: 'units', title: 'Units', holds: 'units' },
  { name: 'before', title: 'To date before', holds: 'money', adds: false },
  { name: 'after', title: 'To date after', holds: 'money', adds: false },
  { name: 'delta', title: 'Difference', holds: 'money' },
  { name: 'amount', title: 'On the account', holds: 'money' },
];

/** Down from `line`, or back from `account` and `operation`. */
export const drillDown: ReportMaker = (asked, context) => {
  const { line, operation, account, level = 'items' } = asked;
  // A line says itself what it is of; the way back has no levels.
  if (line === undefined) allow(asked, { views: ['as-closed'], special: ['operation'] });
  else allow(asked, { views: ['as-closed'], by: [], special: ['line', 'level'] });
  const scope = new Scope(asked);
  const base = {
    title: 'Drill-down',
    columns: COLUMNS,
    to: scope.to,
    view: asked.view,
    isForecast: false,
  } as const;
  if (line !== undefined) {
    const ref = readDrillRef(line);
    context.book.calendar.named(ref.period, 'line');
    if (ref.period < scope.from || ref.period > scope.to) {
      const expected = `a line of ${scope.from === scope.to ? scope.from : `${scope.from} to ${scope.to}`}`;
      throw new InvalidInput({ field: 'line', expected, found: line });
    }
    const sink = new Down(scope, context, { ref, isByOperation: level === 'operations' });
    return { ...base, reads: ref.period, to: ref.period, sink };
  }
  if (operation === undefined || account === undefined) {
    throw new InvalidInput({
      field: 'line',
      expected: 'the drillRef of a journal line; or account and operation',
      found: 'neither',
    });
  }
  return { ...base, reads: scope.from, sink: new Back(scope, context, operation) };
};

/** Postings of one item that follow on each other: the first begins where the row begins. */
interface Run {
  readonly first: Posting;
  last: Posting;
  amount: bigint;
  units: bigint;
  operations: number;
}

class Down implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #ref: DrillRef;
  readonly #isByOperation: boolean;
  #head: AccountHead | null = null;
  #runs: Run[] = [];
  #open = new Map<string, Run>();

  constructor(
    scope: Scope,
    context: ReportContext,
    { ref, isByOperation }: { readonly ref: DrillRef; readonly isByOperation: boolean },
  ) {
    this.#scope = scope;
    this.#context = context;
    this.#ref = ref;
    this.#isByOperation = isByOperation;
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#runs = [];
    this.#open = new Map();
  }

  post(posting: Posting): void {
    if (this.#head === null || !this.#sums(posting)) return;
    const { item, before, units } = posting;
    const amount = amountOn(posting, this.#ref.accountKey);
    const key = `${item.what} ${item.name} ${posting.product ?? ''}`;
    const last = this.#open.get(key);
    if (!this.#isByOperation && last !== undefined && last.last.after === before) {
      if (last.last.operation !== posting.operation) last.operations += 1;
      last.last = posting;
      last.amount += amount;
      last.units += units;
      return;
    }
    const run: Run = { first: posting, last: posting, amount, units, operations: 1 };
    this.#runs.push(run);
    this.#open.set(key, run);
  }

  /** Whether the line sums it. */
  #sums(posting: Posting): boolean {
    const { accountKey, period, currency, cause, origin, by } = this.#ref;
    const { item, product, debit, credit } = posting;
    if (debit !== accountKey && credit !== accountKey) return false;
    if (posting.period !== period || posting.currency !== currency) return false;
    if (posting.cause !== cause || posting.origin !== origin) return false;
    const { asked } = this.#scope;
    if (asked.contract !== undefined && asked.contract !== item.contract) return false;
    if (asked.kind !== undefined && asked.kind !== item.kind) return false;
    // Of an item that is no block its name is asked just so.
    if (asked.block !== undefined && asked.block !== item.name) return false;
    return by.every(([dimension, value]) => {
      if (dimension === 'account') return posting.account === value;
      if (dimension === 'product') return product === value;
      if (dimension === 'block') return (item.what === 'block' ? item.name : null) === value;
      return item[dimension] === value;
    });
  }

  *end(): Generator<ReportRow> {
    const { accountKey } = this.#ref;
    const line = drillText(this.#ref);
    for (const { first, last, amount, units, operations } of this.#runs) {
      yield {
        ...rowOf(last, this.#context, { line, accountKey, amount }),
        operations: this.#isByOperation ? null : String(operations),
        ...(!this.#isByOperation && { operation: null, key: null, hash: null, date: null }),
        units: unitsOf(last, units, this.#context),
        before: formatMoney(first.before, last.currency),
        delta: formatMoney(last.after - first.before, last.currency),
      };
    }
    this.#runs = [];
  }

  *finish(): Generator<ReportRow> {}
}

/** Both lines of each posting that an operation made. */
class Back implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #operation: number;
  #head: AccountHead | null = null;
  #postings: Posting[] = [];

  constructor(scope: Scope, context: ReportContext, operation: number) {
    this.#scope = scope;
    this.#context = context;
    this.#operation = operation;
  }

  begin(head: AccountHead): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#postings = [];
  }

  post(posting: Posting): void {
    const { operation, period, item } = posting;
    if (this.#head === null || operation !== this.#operation) return;
    if (period < this.#scope.from || period > this.#scope.to) return;
    if (this.#scope.covers(item)) this.#postings.push(posting);
  }

  *end(): Generator<ReportRow> {
    for (const posting of this.#postings) {
      for (const accountKey of [posting.debit, posting.credit]) {
        if (accountKey === null) continue;
        const line = drillText(this.#refOf(posting, accountKey));
        const amount = amountOn(posting, accountKey);
        yield rowOf(posting, this.#context, { line, accountKey, amount });
      }
    }
    this.#postings = [];
  }

  #refOf(posting: Posting, accountKey: AccountKey): DrillRef {
    const { period, currency, cause, origin, account, item, product } = posting;
    const values = this.#scope.dimensions(account, item, product);
    const by = this.#scope.by.map((one, index) => [one, values[index] ?? null] as const);
    return { period, currency, accountKey, cause, origin, by };
  }

  *finish(): Generator<ReportRow> {}
}

function rowOf(
  posting: Posting,
  context: ReportContext,
  on: { readonly line: string; readonly accountKey: AccountKey; readonly amount: bigint },
): ReportRow {
  const { currency, account, item, product, cause, period, origin } = posting;
  const { operation, key, hash, at, units, before, after } = posting;
  return {
    ...{ line: on.line, accountKey: on.accountKey, currency, account },
    ...{ what: item.what, item: item.name, contract: item.contract, kind: item.kind },
    ...{ product, cause, period, origin, operations: null },
    ...{ operation: String(operation), key, hash },
    date: dateText(at, context.book.definition.timeZone),
    unit: item.unit,
    units: unitsOf(posting, units, context),
    before: formatMoney(before, currency),
    after: formatMoney(after, currency),
    delta: formatMoney(after - before, currency),
    amount: formatMoney(on.amount, currency),
  };
}

function unitsOf(
  { item }: Posting,
  parts: bigint,
  { units }: Pick<ReportContext, 'units'>,
): string | null {
  return item.unit === null ? null : unitsText(units, item.unit, parts);
}
