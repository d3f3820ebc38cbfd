// A month's figures: what is true to date at its end, less what was true at the end of the one before.
// Everything is computed anew for each month from what counts by then, so nothing is carried along.

import type { Operation } from '../../../src/account/operation.ts';
import { policiesAt, postedIn } from './book.ts';
import { type Counting, earned, earnedSince } from './delivered.ts';
import { fraction, least, most, round, sum, times } from './fraction.ts';
import { billed } from './instalments.ts';
import type { Journal } from './journal.ts';
import type { AccessEvent, Lot, Rated, RatedLine } from './lists.ts';
import { type Figures, figures, overItems, usedWhenRemote } from './lot.ts';
import { endOfMonth, type Month, monthOf, monthsFrom, startOfMonth } from './months.ts';
import { type Moved, Telling } from './told.ts';

/** What a month adds up to; `deferred`, `term` and `unbilled` are at its end. Minor units. */
export interface Columns {
  readonly billed: bigint;
  readonly goodwill: bigint;
  readonly modification: bigint;
  readonly rolledIn: bigint;
  readonly rolledOut: bigint;
  readonly usage: bigint;
  readonly settled: bigint;
  readonly ratable: bigint;
  readonly breakage: bigint;
  readonly refunded: bigint;
  readonly voided: bigint;
  readonly deferred: bigint;
  readonly term: bigint;
  readonly overage: bigint;
  readonly contra: bigint;
  readonly invoiced: bigint;
  readonly unbilled: bigint;
  readonly recognised: bigint;
}

export type Column = keyof Columns;

const AT_END: readonly Column[] = ['deferred', 'term', 'unbilled'];

const NOTHING: Columns = {
  ...{ billed: 0n, goodwill: 0n, modification: 0n, rolledIn: 0n, rolledOut: 0n, usage: 0n },
  ...{ settled: 0n, ratable: 0n, breakage: 0n, refunded: 0n, voided: 0n, deferred: 0n, term: 0n },
  ...{ overage: 0n, contra: 0n, invoiced: 0n, unbilled: 0n, recognised: 0n },
};

export const COLUMNS = Object.keys(NOTHING) as Column[];

/** By the month in which something is posted, or in which it happened. */
export type View = 'posted' | 'origin';

/** What counts by a month's end. */
export interface Cut {
  readonly counts: (line: { readonly operation: number; readonly at: number }) => boolean;
  /** First instant that doesn't count any more. */
  readonly until: number;
  /** The same for what is earned by time alone: a month that hasn't ended has earned nothing yet. */
  readonly delivered: number;
}

/** Adds two sets of figures. */
function plus(a: Columns, b: Partial<Columns>): Columns {
  const sums: Record<Column, bigint> = { ...a };
  for (const name of COLUMNS) sums[name] += b[name] ?? 0n;
  return sums;
}

/** A block's figures to date. */
export interface BlockToDate extends Figures {
  /** Of what is delivered over time: what is earned, and what isn't yet. */
  readonly ratable: bigint;
  readonly term: bigint;
  /** List price of promotional use, where the book shows it. */
  readonly gross: bigint;
}

/** Computes the monthly figures of one account. */
export class Monthly {
  readonly journal: Journal;
  readonly now: number;
  /** What was computed already, by block, month and view. */
  readonly #known = new Map<string, BlockToDate>();

  /** By block, what each entry moved; null: each month's end is computed anew. */
  readonly #told: ReadonlyMap<number, readonly Moved[]> | null;

  constructor(journal: Journal, now: number, operations: readonly Operation[] | null = null) {
    this.journal = journal;
    this.now = now;
    this.#told =
      operations &&
      new Map(
        [...journal.lots].map(([n, lot]) => [
          n,
          Telling.of(journal, lot, Number.POSITIVE_INFINITY, now).moved,
        ]),
      );
  }

  /** All months from the first that something happened in to the one that it is now. */
  months(): Month[] {
    const { lots, rated, contra, access, setting } = this.journal;
    const dated = [
      ...[...lots.values()].flatMap(({ lines }) => lines),
      ...[...rated.values()].flatMap(({ lines }) => lines),
      ...[...access.values()].flat(),
      ...contra,
    ];
    const first = dated.reduce((earliest, { at }) => Math.min(earliest, at), this.now);
    const { book } = setting;
    return monthsFrom(monthOf(first, book), monthOf(this.now, book));
  }

  /** Month → its figures. */
  figures(view: View): Map<Month, Columns> {
    const all = new Map<Month, Columns>();
    let before = NOTHING;
    for (const month of this.months()) {
      const date = this.toDate(month, view);
      const own = COLUMNS.map((name) => [
        name,
        AT_END.includes(name) ? date[name] : date[name] - before[name],
      ]);
      all.set(month, { ...NOTHING, ...Object.fromEntries(own) });
      before = date;
    }
    return all;
  }

  /** All that is true to date at a month's end, or now. */
  toDate(month: Month, view: View): Columns {
    const { journal } = this;
    const cut = this.cut(month, view);
    const within = ({ operation, at }: { operation: number; at: number }): boolean =>
      cut.counts({ operation, at });
    let all = NOTHING;
    const deferred = new Map<number, bigint>();
    for (const [number, lot] of journal.lots) {
      const columns = this.#lot(lot, this.block(number, month, view), cut);
      deferred.set(number, columns.deferred - columns.term);
      all = plus(all, columns);
    }
    for (const events of journal.access.values()) all = plus(all, this.#access(events, cut));
    for (const position of billed(journal, cut, deferred)) all = plus(all, position);
    const contra = sum(journal.contra.filter(within).map(({ money }) => money));
    const { overage: used, invoiced } = this.#overage(cut);
    all = plus(all, { contra, invoiced, overage: used, unbilled: used - invoiced });
    // What settled overage is revenue of the overage that it paid.
    all = plus(all, { overage: all.settled });
    const { usage, overage, ratable, breakage } = all;
    return { ...all, recognised: usage + overage + ratable + breakage - all.contra };
  }

  /** A block's figures at a month's end. */
  block(number: number, month: Month, view: View): BlockToDate {
    const name = `${number} ${month} ${view}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const block = this.#block(this.journal.lot(number), this.cut(month, view));
    this.#known.set(name, block);
    return block;
  }

  cut(month: Month, view: View): Cut {
    const { book } = this.journal.setting;
    const end = endOfMonth(month, book);
    const hasEnded = end <= this.now;
    return {
      counts: ({ operation, at }) =>
        (view === 'origin' ? monthOf(at, book) : postedIn(book, operation, at)) <= month,
      until: hasEnded ? end : this.now + 1,
      delivered: hasEnded ? end : startOfMonth(month, book),
    };
  }

  #counting(until: number): Counting {
    const { book } = this.journal.setting;
    const { ratable: method } = policiesAt(book, until);
    return { method, zone: book.timeZone, rounding: book.rounding };
  }

  #block(lot: Lot, cut: Cut): BlockToDate {
    const { journal } = this;
    const lines = lot.lines.filter(cut.counts);
    const treated = journal.treatment(lot, lines, cut.until);
    const how = { ...treated, remote: usedWhenRemote(lines, treated, cut.until) };
    const computed = figures(lines, how, cut.until);
    if (this.#told === null) {
      const items = overItems(lines, how, cut.until);
      const gross = computed.basis === 0n ? journal.gross(lot, lines, cut.until) : 0n;
      return this.#withTime(computed, items, gross, cut);
    }
    const moved = (this.#told.get(lot.opening.number) ?? []).filter(cut.counts);
    const of = (name: Moved['what']): bigint =>
      sum(moved.filter(({ what }) => what === name).map(({ money }) => money));
    const items = new Map<number, bigint>();
    for (const { what, item, money } of moved) {
      if (what === 'over') items.set(item, (items.get(item) ?? 0n) + money);
    }
    const [used, settled, over, breakage] = [of('used'), of('settled'), of('over'), of('breakage')];
    const { basis, refunded, voided, rolled } = computed;
    const deferred = basis - refunded - voided - rolled - used - breakage;
    const parts = { ...computed, used, settled, over, breakage, deferred };
    return this.#withTime(parts, items, of('gross'), cut);
  }

  #withTime(
    parts: Figures,
    items: ReadonlyMap<number, bigint>,
    gross: bigint,
    cut: Cut,
  ): BlockToDate {
    const counting = this.#counting(cut.until);
    let ratable = 0n;
    for (const [number, amount] of items) {
      const item = this.journal.items.get(number);
      const isStopped = item?.stops.some(cut.counts) ?? false;
      if (item === undefined) throw new Error(`operation ${number} delivers nothing over time`);
      ratable += isStopped ? amount : earned(amount, item, cut.delivered, counting);
    }
    return { ...parts, ratable, term: parts.over - ratable, gross };
  }

  #lot(lot: Lot, block: BlockToDate, cut: Cut): Columns {
    const lines = lot.lines.filter(cut.counts);
    const brought = (term: string): bigint =>
      sum(lines.filter((line) => line.term === term).map(({ money }) => money));
    return {
      ...NOTHING,
      ...{ billed: brought('billed'), goodwill: brought('goodwill') },
      ...{ modification: brought('modification'), rolledIn: brought('rolledIn') },
      ...{ rolledOut: block.rolled, refunded: block.refunded, voided: block.voided },
      ...{ settled: block.settled, breakage: block.breakage, ratable: block.ratable },
      usage: block.used - block.settled - block.over + block.gross,
      contra: block.gross,
      deferred: block.deferred + block.term,
      term: block.term,
    };
  }

  /** What overage was worth that is owed or was paid, and what was invoiced of it: rounded by unit and rate. */
  #overage(cut: Cut): { readonly overage: bigint; readonly invoiced: bigint } {
    let [overage, invoiced] = [0n, 0n];
    for (const rated of this.journal.rated.values()) {
      overage += this.#worth(rated, cut, ({ units }) => units);
      invoiced += this.#worth(rated, cut, ({ paid }) => paid);
    }
    return { overage, invoiced };
  }

  #worth({ unit, rate, fx, lines }: Rated, cut: Cut, of: (line: RatedLine) => bigint): bigint {
    const { setting } = this.journal;
    const minor = 10n ** BigInt(setting.places);
    const scale = 10n ** BigInt(setting.scales.get(unit) ?? 0);
    const worth = (units: bigint): bigint => {
      const over = BigInt(rate.money) * most(units, 0n) * minor;
      const own = fraction(over, BigInt(rate.credits) * scale);
      return round(times(own, fx), setting.book.rounding);
    };
    if (this.#told === null) return worth(sum(lines.filter(cut.counts).map(of)));
    let [units, money] = [0n, 0n];
    for (const line of lines) {
      if (cut.counts(line)) money += worth(units + of(line)) - worth(units);
      units += of(line);
    }
    return money;
  }

  /** Access that is sold: its price is a liability that days or months earn. */
  #access(events: readonly AccessEvent[], cut: Cut): Columns {
    const known = events.filter(cut.counts);
    const counting = this.#counting(cut.until);
    let columns = NOTHING;
    let price = 0n;
    let back = 0n;
    let delivered = cut.delivered;
    let earnedUpTo = (_: number, __: Counting): bigint => 0n;
    for (const { what, money, at, starts, ends } of known) {
      const span = { starts, ends };
      const before = earnedUpTo(at, this.#counting(at + 1));
      if (what !== 'sold') delivered = Math.max(delivered, at);
      if (what === 'repaid') {
        const unearned = least(money, price - back - before);
        columns = plus(columns, { refunded: unearned, contra: money - unearned });
        back += unearned;
      } else {
        columns = plus(
          columns,
          what === 'sold' ? { billed: money } : { modification: money - price },
        );
        price = money;
      }
      const rest = price - back - before;
      const whole = price - back;
      earnedUpTo =
        what === 'sold' || what === 'catch-up'
          ? (upTo, how) => earned(whole, span, upTo, how)
          : (upTo, how) => earnedSince({ at, before, rest }, span, upTo, how);
    }
    const ratable = earnedUpTo(delivered, counting);
    const term = price - back - ratable;
    return plus(columns, { ratable, term, deferred: term });
  }
}
