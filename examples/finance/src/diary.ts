// What is noted of a customer while the year is made up: events without numbers, and about how many
// credits there are, so that nobody is made to use more than he has.

import { Dice } from './dice.ts';
import type { BusinessEvent } from './events.ts';

const DAY_MS = 86_400_000;

/** An event that has no number yet. */
export type Draft = Omit<BusinessEvent, 'id'>;

/** The parts of an event that most leave empty. */
export type Said = Partial<Omit<Draft, 'told' | 'event' | 'customer'>>;

/** A moment of the year 2026 (months from 1; the 13th is January 2027), RFC 3339. */
export function moment(month: number, day: number, hour = 9, minute = 0): string {
  return new Date(Date.UTC(2026, month - 1, day, hour, minute)).toISOString().replace('.000Z', 'Z');
}

/** So many months later. */
export function monthsAfter(instant: string, months: number): string {
  const date = new Date(instant);
  return moment(
    date.getUTCMonth() + 1 + months + (date.getUTCFullYear() - 2026) * 12,
    Math.min(date.getUTCDate(), 28),
    date.getUTCHours(),
    date.getUTCMinutes(),
  );
}

/** One customer's year. */
export class Diary {
  readonly customer: string;
  readonly currency: string;
  readonly dice: Dice;
  readonly drafts: Draft[] = [];
  #lots: { left: number; readonly until: string }[] = [];
  #count = 0;

  constructor(customer: string, currency: string, seed: number) {
    this.customer = customer;
    this.currency = currency;
    this.dice = new Dice(seed);
  }

  /** Notes an event. */
  note(told: string, event: Draft['event'], said: Said = {}): void {
    const empty = { happened: '', name: '', credits: '', money: '', currency: '', until: '' };
    this.drafts.push({
      ...{ told, event, customer: this.customer, ...empty, more: '', note: '' },
      ...(said.money !== undefined && { currency: this.currency }),
      ...said,
    });
  }

  /** Opens the account. */
  opens(told: string, said: Said = {}): void {
    this.note(told, 'opens', { currency: this.currency, ...said });
  }

  /** Sells credits; the block has the name of its month where none is said. */
  buys(told: string, credits: number, money: string, said: Said = {}): void {
    this.#count += 1;
    const name = `pack-${this.#count}`;
    this.note(told, 'buys', { name, credits: String(credits), money, ...said });
    const bonus = Number(/bonus=(\d+)/.exec(said.more ?? '')?.[1] ?? 0);
    this.#lots.push({ left: credits + bonus, until: said.until || '9999' });
  }

  /** Gives credits that nobody pays for. */
  gives(told: string, credits: number, said: Said): void {
    this.note(told, 'gives', { credits: String(credits), ...said });
    this.#lots.push({ left: credits, until: said.until || '9999' });
  }

  /** Credits that are there at a moment. */
  at(instant: string): number {
    this.#lots = this.#lots.filter(({ left, until }) => left > 0 && until > instant);
    return this.#lots.reduce((sum, { left }) => sum + left, 0);
  }

  /** Uses credits; what ends first goes first. */
  uses(told: string, credits: number, said: Said = {}): void {
    this.at(told);
    let rest = credits;
    for (const lot of this.#lots.toSorted((one, other) => (one.until < other.until ? -1 : 1))) {
      const part = Math.min(lot.left, rest);
      lot.left -= part;
      rest -= part;
    }
    this.note(told, 'uses', { credits: String(credits), ...said });
  }

  /** A working moment of a month, not before `from` of its days. */
  moments(month: number, count: number, from = 1, to = 28): string[] {
    return Array.from({ length: count }, () =>
      moment(month, this.dice.from(from, to), this.dice.from(7, 19), this.dice.from(0, 59)),
    ).toSorted();
  }
}

/** The date of a moment so many days earlier. */
export function daysBefore(instant: string, days: number): string {
  return new Date(Date.parse(instant) - days * DAY_MS).toISOString().replace('.000Z', 'Z');
}
