// A random history with its book's reports: told whole, or on from what a close would have kept.

import {
  type AccountClose,
  AccountFold,
  type Book,
  type Posting,
  type ReportInput,
  type ReportRow,
  reportOf,
  type Sink,
} from '../../../src/revenue/index.ts';
import type { Told } from '../histories/histories.ts';
import { statedBook } from '../histories/stated.ts';
import { ACCOUNT } from '../histories/till.ts';

export class Retold {
  readonly currency: string;
  readonly book: Book;
  readonly #told: Told;
  readonly #closes: readonly AccountClose[];

  constructor(told: Told) {
    const { closes, currency } = told.book();
    this.book = statedBook(told);
    this.currency = currency ?? told.history.coin.currency;
    this.#told = told;
    this.#closes = closes.map(({ period, head }) => ({ period, cut: head }));
  }

  get units() {
    return this.#told.till.units;
  }

  /** Everything that is posted, and the number of the first operation that posts into each period or a later one. */
  postings(): { readonly all: readonly Posting[]; readonly periods: readonly string[] } {
    const all: Posting[] = [];
    this.#fold({ sink: null, emit: (posting) => all.push(posting) });
    const periods = [...new Set(all.flatMap(({ period, origin }) => [period, origin]))].sort();
    return { all, periods };
  }

  /** A report; `isResumed`: on from the newest state before what it reads. */
  report(name: string, asked: ReportInput, isResumed = false): ReportRow[] {
    const { book, units } = this;
    const { sink, reads, needsAll } = reportOf(name, asked, { book, units });
    const rows: ReportRow[] = [];
    const state = this.#fold({ sink, emit: () => {}, ...(isResumed && { reads, needsAll }) });
    if (state !== null) rows.push(...sink.end(state));
    rows.push(...sink.finish());
    return rows;
  }

  #fold({
    sink,
    emit,
    reads = '',
    needsAll = false,
  }: {
    readonly sink: Sink<ReportRow> | null;
    readonly emit: (posting: Posting) => void;
    readonly reads?: string;
    readonly needsAll?: boolean | undefined;
  }) {
    const { book, units } = this;
    const { operations, now } = this.#told.till;
    const before = reads === '' ? 0 : this.#numberBefore(reads);
    let isTold = false;
    const context = {
      ...{ book, units, closes: this.#closes },
      emit: (posting: Posting) => {
        emit(posting);
        if (isTold) sink?.post(posting);
      },
      moved: (move: Parameters<NonNullable<Sink<ReportRow>['moved']>>[0]) => {
        if (isTold) sink?.moved?.(move);
      },
    };
    let fold = new AccountFold(context);
    let recall = (): void => {};
    const begin = (): void => {
      const json = fold.toJSON();
      if (json !== null) {
        const whole = fold.blocks();
        fold = AccountFold.restore(JSON.parse(JSON.stringify(json)), context);
        recall = (): void => fold.recall(whole);
        if (needsAll) recall();
      }
      isTold = true;
      sink?.begin({ account: ACCOUNT, currency: this.currency }, fold.state);
    };
    for (const operation of operations) {
      if (!isTold && operation.number > before) begin();
      if (fold.lacks(operation)) recall();
      fold.fold(operation);
    }
    if (!isTold) begin();
    fold.follow(now);
    return fold.state;
  }

  /** The last operation before the first one that posts into a period or a later one, time before it included. */
  #numberBefore(period: string): number {
    const { operations, now } = this.#told.till;
    const { book, units } = this;
    let isLate = false;
    const fold = new AccountFold({
      ...{ book, units, closes: this.#closes },
      emit: (posting) => {
        isLate ||= posting.period >= period || posting.origin >= period;
      },
      moved: (move) => {
        isLate ||= move.period >= period || move.origin >= period;
      },
    });
    for (const operation of operations) {
      fold.fold(operation);
      if (isLate) return operation.number - 1;
    }
    fold.follow(now);
    return isLate ? operations.length - 1 : operations.length;
  }
}
