// What each period shows, as closed and restated: every column of the roll-forward, summed over all
// accounts that are looked at, by currency.

import { formatMoney } from '../quantity/money.ts';
import type { BookCalendar } from '../revenue/calendar.ts';
import { type Column, type Columns, recognisedOf, STOCKS } from '../revenue/columns.ts';
import { PeriodSums } from '../revenue/months.ts';
import type { Posting } from '../revenue/posting.ts';
import { type Sink, stocksOf } from '../revenue/sink.ts';
import type { PeriodFigures } from './api.ts';

interface Sums {
  readonly asClosed: PeriodSums;
  readonly restated: PeriodSums;
  /** What stood where reading began. */
  readonly opening: Record<(typeof STOCKS)[number], bigint>;
}

/** Sums postings by period, both ways. */
export class FiguresSink implements Sink<PeriodFigures> {
  readonly #sums = new Map<string, Sums>();
  readonly #calendar: BookCalendar;
  readonly #from: string;
  readonly #to: string;

  /** Shows every period from the first to the last, those included in which nothing happened. */
  constructor(
    calendar: BookCalendar,
    { from = '', to }: { from?: string | undefined; to: string },
  ) {
    this.#calendar = calendar;
    this.#from = from;
    this.#to = to;
  }

  begin(...[{ currency }, opening]: Parameters<Sink<PeriodFigures>['begin']>): void {
    const sums = this.#of(currency);
    for (const stock of opening === null ? [] : stocksOf(opening)) {
      for (const name of STOCKS) sums.opening[name] += stock[name];
    }
  }

  post(posting: Posting): void {
    const { asClosed, restated } = this.#of(posting.currency);
    asClosed.add(posting);
    restated.add(posting);
  }

  end(): PeriodFigures[] {
    return [];
  }

  *finish(): Generator<PeriodFigures> {
    for (const currency of [...this.#sums.keys()].sort()) {
      const { asClosed, restated, opening } = this.#of(currency);
      const names = [...asClosed.periods, ...restated.periods].sort();
      const first = this.#from === '' ? names[0] : this.#from;
      if (first === undefined) continue;
      const last = names.at(-1) ?? this.#to;
      let period = this.#calendar.named(first, 'period');
      for (;;) {
        const { name } = period;
        yield {
          currency,
          period: name,
          asClosed: shown(asClosed.at(name), opening, currency),
          restated: shown(restated.at(name), opening, currency),
        };
        if (name >= this.#to && name >= last) break;
        period = this.#calendar.after(period);
      }
    }
  }

  #of(currency: string): Sums {
    let sums = this.#sums.get(currency);
    if (sums === undefined) {
      sums = {
        asClosed: new PeriodSums('period'),
        restated: new PeriodSums('origin'),
        opening: { deferred: 0n, term: 0n, unbilled: 0n },
      };
      this.#sums.set(currency, sums);
    }
    return sums;
  }
}

function shown(
  columns: Columns,
  opening: Sums['opening'],
  currency: string,
): PeriodFigures['asClosed'] {
  const whole = { ...columns };
  for (const name of STOCKS) whole[name] += opening[name];
  const texts = Object.entries({ ...whole, recognised: recognisedOf(whole) }).map(
    ([name, amount]) => [name, formatMoney(amount, currency)] as const,
  );
  return Object.fromEntries(texts) as Record<Column | 'recognised', string>;
}
