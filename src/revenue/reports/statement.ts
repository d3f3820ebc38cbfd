// The statement of one account, as its customer reads it: what came and went in each period by unit,
// and what it cost. It shows no revenue: that is nobody's business but the seller's.

import { InvalidInput } from '../../errors.ts';
import { formatMoney } from '../../quantity/money.ts';
import type { AccountState } from '../account-book.ts';
import { leftOf } from '../block-book.ts';
import type { Posting } from '../posting.ts';
import { type AccountHead, type Sink, stocksOf, type UnitMove } from '../sink.ts';
import type { ReportColumn, ReportRow } from '../table.ts';
import { Groups } from './groups.ts';
import { allow, type ReportContext, type ReportMaker } from './report.ts';
import { Scope } from './scope.ts';
import { unitsText } from './text.ts';

const UNITS = [
  ['opening', 'Opening'],
  ['bought', 'Bought'],
  ['received', 'Received'],
  ['carried', 'Rolled or converted'],
  ['used', 'Used'],
  ['expired', 'Expired'],
  ['refunded', 'Refunded'],
  ['cancelled', 'Cancelled'],
  ['closing', 'Closing'],
] as const;

const MONEY = [
  ['paid', 'Paid for'],
  ['paidBack', 'Paid back'],
  ['invoiced', 'Overage invoiced'],
  ['owed', 'Overage owed'],
] as const;

/** One account's statement; `account` says whose. */
export const statement: ReportMaker = (asked, context) => {
  allow(asked, { by: [], narrow: [] });
  if (asked.account === undefined) {
    throw new InvalidInput({ field: 'account', expected: 'the name of an account', found: 'none' });
  }
  const scope = new Scope(asked, []);
  return {
    title: `Statement of ${asked.account}`,
    columns: [
      { name: 'period', title: 'Period', holds: 'text' },
      { name: 'unit', title: 'Unit', holds: 'text' },
      ...UNITS.map(([name, title]): ReportColumn => ({ name, title, holds: 'units' })),
      { name: 'overage', title: 'Used beyond', holds: 'units' },
      { name: 'currency', title: 'Currency', holds: 'text' },
      ...MONEY.map(([name, title]): ReportColumn => ({ name, title, holds: 'money' })),
    ],
    reads: scope.from,
    to: scope.to,
    view: asked.view,
    isForecast: false,
    sink: new Statement(scope, context),
  };
};

/** A row with nothing in it: of units or of money. */
const EMPTY: ReportRow = Object.fromEntries(
  [
    'unit',
    'currency',
    'overage',
    ...UNITS.map(([name]) => name),
    ...MONEY.map(([name]) => name),
  ].map((name) => [name, null]),
);

type UnitFlow = Record<(typeof UNITS)[number][0] | 'overage', bigint>;

type MoneyFlow = Record<(typeof MONEY)[number][0], bigint>;

class Statement implements Sink<ReportRow> {
  readonly #scope: Scope;
  readonly #context: ReportContext;
  readonly #units = new Groups<UnitFlow>(() => ({
    ...{ opening: 0n, bought: 0n, received: 0n, carried: 0n, used: 0n },
    ...{ expired: 0n, refunded: 0n, cancelled: 0n, closing: 0n, overage: 0n },
  }));
  readonly #money = new Groups<MoneyFlow>(() => ({
    paid: 0n,
    paidBack: 0n,
    invoiced: 0n,
    owed: 0n,
  }));
  #head: AccountHead | null = null;
  #standing = new Map<string, bigint>();
  /** Overage that nobody has invoiced or paid. */
  #owed = 0n;
  /** Credits of the operation that left by rolling and haven't come in again yet. */
  #rolling = { operation: 0, parts: new Map<string, bigint>() };
  #came: UnitMove[] = [];

  constructor(scope: Scope, context: ReportContext) {
    this.#scope = scope;
    this.#context = context;
  }

  begin(head: AccountHead, opening: AccountState | null): void {
    this.#head = this.#scope.isOf(head) ? head : null;
    this.#standing = new Map();
    this.#came = [];
    this.#owed = 0n;
    if (opening === null) return;
    for (const block of opening.blocks.values()) this.#stand(block.unit, leftOf(block));
    for (const { item, unbilled } of stocksOf(opening)) {
      if (item.what === 'overage') this.#owed += unbilled;
    }
  }

  moved(move: UnitMove): void {
    const { item, from, to, amount, operation } = move;
    if (this.#head === null || item.unit === null) return;
    const date = this.#scope.dateOf(move);
    if (date > this.#scope.to) return;
    if (operation !== this.#rolling.operation) this.#arrive(operation);
    const isLeft = (place: string): boolean => place === 'free' || place === 'held';
    if (date < this.#scope.from) {
      this.#stand(item.unit, (isLeft(to) ? amount : 0n) - (isLeft(from) ? amount : 0n));
      return;
    }
    const flow = this.#units.at([date, item.unit]);
    if (from === 'issued') this.#came.push(move);
    if (from === 'burned') flow.used -= amount;
    if (from === 'expired') flow.expired -= amount;
    if (to === 'burned') flow.used += amount;
    if (to === 'expired') flow.expired += amount;
    if (to === 'refunded') flow.refunded += amount;
    if (to === 'voided') flow.cancelled += amount;
    if (to !== 'rolled') return;
    flow.carried -= amount;
    const { parts } = this.#rolling;
    parts.set(item.unit, (parts.get(item.unit) ?? 0n) + amount);
  }

  /** What an operation brought: as much as rolled in it has only gone from block to block. */
  #arrive(next: number): void {
    const { parts } = this.#rolling;
    for (const move of this.#came) {
      const unit = move.item.unit ?? '';
      const flow = this.#units.at([this.#scope.dateOf(move), unit]);
      const rolled = parts.get(unit) ?? 0n;
      const carried = rolled < move.amount ? rolled : move.amount;
      parts.set(unit, rolled - carried);
      flow.carried += carried;
      const isBought = move.isPaid || move.item.kind === 'purchased';
      flow[isBought ? 'bought' : 'received'] += move.amount - carried;
    }
    this.#came = [];
    this.#rolling = { operation: next, parts: new Map() };
  }

  post(posting: Posting): void {
    const { item, cause, amount, units, currency } = posting;
    const date = this.#scope.dateOf(posting);
    if (this.#head === null || date > this.#scope.to) return;
    if (date < this.#scope.from) {
      if (item.what === 'overage') this.#owed += cause === 'invoiced' ? -amount : amount;
      return;
    }
    if (cause === 'overage' && item.unit !== null) {
      this.#units.at([date, item.unit]).overage += units;
    }
    const flow = (): MoneyFlow => this.#money.at([date, currency]);
    if (cause === 'billed' || cause === 'modification') flow().paid += amount;
    if (cause === 'refunded' || cause === 'refundUsed' || cause === 'voided') {
      flow().paidBack += amount;
    }
    if (cause === 'invoiced') {
      flow().invoiced += amount;
      flow().owed -= amount;
    }
    if (cause === 'overage') flow().owed += amount;
  }

  *end(): Generator<ReportRow> {
    if (this.#head === null) return;
    this.#arrive(0);
    const { periods } = this.#scope.asked;
    for (const { name } of periods) {
      for (const unit of this.#context.units.keys()) {
        const opening = this.#standing.get(unit) ?? 0n;
        const flow = this.#units.at([name, unit]);
        flow.opening = opening;
        const { bought, received, carried, used, expired, refunded, cancelled } = flow;
        const came = bought + received + carried;
        flow.closing = opening + came - used - expired - refunded - cancelled;
        this.#standing.set(unit, flow.closing);
      }
      const money = this.#money.at([name, this.#head.currency]);
      this.#owed += money.owed;
      money.owed = this.#owed;
    }
    yield* this.#rows();
  }

  *finish(): Generator<ReportRow> {}

  /** By period the units as they were declared, and then the money. */
  *#rows(): Generator<ReportRow> {
    const { units } = this.#context;
    const byUnit = new Map(
      this.#units.take().map(({ parts, sum }) => [parts.join(' '), sum] as const),
    );
    const money = this.#money.take();
    for (const { name: period } of this.#scope.asked.periods) {
      for (const unit of units.keys()) {
        const flow = byUnit.get(`${period} ${unit}`);
        if (flow === undefined || Object.values(flow).every((parts) => parts === 0n)) continue;
        const texts = Object.entries(flow).map(([name, parts]) => [
          name,
          unitsText(units, unit, parts),
        ]);
        yield { ...EMPTY, period, unit, ...Object.fromEntries(texts) };
      }
      for (const { parts, sum } of money) {
        const currency = parts[1] ?? '';
        if (parts[0] !== period || Object.values(sum).every((minor) => minor === 0n)) continue;
        const texts = Object.entries(sum).map(([name, minor]) => [
          name,
          formatMoney(minor, currency),
        ]);
        yield { ...EMPTY, period, currency, ...Object.fromEntries(texts) };
      }
    }
  }

  #stand(unit: string, more: bigint): void {
    this.#standing.set(unit, (this.#standing.get(unit) ?? 0n) + more);
  }
}
