// Another currency than the account's: each sale states what a unit of its money is worth in the book's.

import type { Operation } from '../../../src/account/operation.ts';
import { decimal, type Fraction, fraction, round, split, sum, times } from './fraction.ts';
import type { Setting } from './lists.ts';

export class Exchange {
  readonly #setting: Setting;
  /** Money of the book for one of the account's, as the newest sale stated it. */
  newest: Fraction = fraction(1n, 1n);

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  learn({ fxRate }: Operation['facts']): void {
    if (fxRate !== undefined && this.#setting.foreign !== null) this.newest = decimal(fxRate);
  }

  /** Minor units of the account's currency in those of the book. */
  toBook(money: bigint, rate: Fraction): bigint {
    const { foreign, places, book } = this.#setting;
    if (foreign === null) return money;
    const minor = fraction(money * 10n ** BigInt(places), 10n ** BigInt(foreign));
    return round(times(minor, rate), book.rounding);
  }

  /** A price in the book's currency, split by what it bought: blocks first. */
  prices({ opens = [], concession = 0n, shares = [] }: Operation['facts']): bigint[] {
    const own = opens.map(({ basis }, index) => (index === 0 ? basis - concession : basis));
    const parts = [...own, ...shares.slice(own.length).map(({ money }) => money)];
    if (this.#setting.foreign === null) return parts;
    return split(this.toBook(sum(parts), this.newest), parts);
  }
}
