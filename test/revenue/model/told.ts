// The same figures as entries earn them: what an entry moves the to-date figures by, as they were known
// when it was told (U(b1) - U(b0)), is dated where the entry belongs. Where nothing is told out of turn
// this is what a month's end gives; of late facts it differs by how cents fall.

import { least } from './fraction.ts';
import type { Journal } from './journal.ts';
import type { Lot } from './lists.ts';
import { burnedOf, type Figures, figures, idleUntil, isUse, type Line } from './lot.ts';

/** What moved by itself, or with an operation. */
export interface Moved {
  /** 0: time alone moved it. */
  readonly operation: number;
  readonly at: number;
  readonly what: 'used' | 'settled' | 'over' | 'breakage' | 'gross';
  readonly money: bigint;
  /** Of `over`: the usage that it belongs to. */
  readonly item: number;
}

/** Use that is remote by a test. */
interface Remote {
  /** Uses from here on earn nothing. */
  readonly since: number;
  /** Where its breakage is dated. */
  readonly at: number;
  /** Units that were used before, and didn't come back. */
  readonly used: bigint;
}

/** Where a change of use belongs, where one of breakage does, and the operation that made it. */
interface Dates {
  readonly used: number;
  readonly lapsed: number;
  readonly operation: number;
}

const WHAT = ['used', 'settled', 'over', 'breakage'] as const;

/** A block's life as its journal told it, one event after the other. */
export class Telling {
  readonly moved: Moved[] = [];
  remote: Remote | null = null;
  readonly #journal: Journal;
  readonly #lot: Lot;
  readonly #lines: Line[] = [];
  #last: Figures | null = null;
  #gross = 0n;
  #item = 0;
  #clock = 0;
  /** The breakage policy that binds it, and since when. */
  #policy: string | null = null;
  #since = 0;

  constructor(journal: Journal, lot: Lot) {
    this.#journal = journal;
    this.#lot = lot;
  }

  /** All operations before a number, and then time until an instant. */
  static of(journal: Journal, lot: Lot, before: number, until: number): Telling {
    const telling = new Telling(journal, lot);
    const known = lot.lines.filter(({ operation }) => operation < before);
    for (const operation of new Set(known.map((line) => line.operation))) {
      telling.#tell(known.filter((line) => line.operation === operation));
    }
    telling.#follow(until);
    return telling;
  }

  /** What time does by itself until an instant: policies change, the block ends, its use becomes remote. */
  #follow(until: number): void {
    if (this.#lines.length === 0) return;
    for (let next = this.#nextEvent(until); next !== null; next = this.#nextEvent(until)) {
      this.#clock = next.at;
      const date = Math.max(next.date, this.#lot.opened);
      this.#look(next.at, { used: date, lapsed: date, operation: 0 }, 0);
    }
    this.#clock = Math.max(this.#clock, until);
  }

  /** What one operation did to the block. */
  #tell(own: readonly Line[]): void {
    const [first] = own;
    if (first === undefined) return;
    const { operation } = first;
    const at = this.#journal.toldAt(operation);
    this.#follow(at);
    const { remote } = this;
    const late = own.find(({ cause, units }) => cause === 'lapsed' && units < 0n);
    const date = own.find((line) => line !== late)?.at ?? at;
    const before = own.filter(
      (line) => isUse(line) && line.units > 0n && line.at < (remote?.since ?? 0),
    );
    if (remote !== null && before.length > 0) {
      // Of before that and told only now: where it wasn't idle for long enough then, it is looked at anew.
      const { after } = this.#test(at) ?? { after: 'P1D' };
      const isRemote = before.every(
        (line) => idleUntil(line.at, this.#how(at), after) <= remote.since,
      );
      const used = before.reduce((all, { units }) => all + units, remote.used);
      this.remote = isRemote ? { ...remote, used } : null;
    }
    this.#lines.push(...own);
    this.#item = own.find((line) => line.item !== undefined)?.item ?? this.#item;
    this.#clock = Math.max(this.#clock, at);
    // What late usage takes back comes off where it was earned.
    const earned = before.length > 0 ? remote?.at : Math.max(date, remote?.at ?? date);
    const lapsed = late?.at ?? earned ?? date;
    this.#look(at, { used: date, lapsed, operation }, before.length > 0 ? 0 : date);
  }

  #how(at: number) {
    return this.#journal.treatment(this.#lot, this.#lines, at + 1);
  }

  /** The test that binds it; null: there is none. */
  #test(at: number) {
    const { breakage } = this.#how(at);
    const isTest = typeof breakage === 'object' && breakage.method === 'remote-dormancy';
    return isTest && !this.#lot.escheatable ? breakage : null;
  }

  /** When it will have been idle for long enough; null: it is remote, or there is nothing to be. */
  #due(at: number): number | null {
    const test = this.#test(at);
    const { basis, remaining } = figures(this.#lines, this.#how(at), at);
    if (test === null || this.remote !== null || basis === 0n || remaining === 0n) return null;
    const uses = this.#lines.filter((line) => isUse(line) && line.units > 0n);
    return idleUntil(Math.max(0, ...uses.map((use) => use.at)), this.#how(at), test.after);
  }

  /** Figures as they are known at an instant; what comes back isn't remote before it did. */
  #look(at: number, dates: Dates, cameBack: number): void {
    const policy = JSON.stringify(this.#how(at).breakage);
    if (policy !== this.#policy) {
      if (this.#policy !== null) this.#since = at;
      this.#policy = policy;
      this.remote = null;
    }
    if (this.remote !== null) {
      this.remote = { ...this.remote, used: least(this.remote.used, burnedOf(this.#lines)) };
    }
    this.#move(at, dates);
    const due = this.#due(at);
    if (due === null || due > at) return;
    const since = Math.max(due, this.#since, cameBack);
    const date = Math.max(due - 1, this.#since, cameBack, this.#lot.opened);
    this.remote = { since, at: date, used: burnedOf(this.#lines) };
    this.#move(at, { ...dates, used: date, lapsed: date });
  }

  #move(at: number, { used, lapsed, operation }: Dates): void {
    const parts = figures(this.#lines, { ...this.#how(at), remote: this.remote?.used ?? null }, at);
    const post = (what: Moved['what'], money: bigint): void => {
      const date = what === 'breakage' ? lapsed : used;
      if (money !== 0n) this.moved.push({ operation, at: date, what, money, item: this.#item });
    };
    for (const what of WHAT) post(what, parts[what] - (this.#last?.[what] ?? 0n));
    const listed = this.#journal.gross(this.#lot, this.#lines, at + 1);
    const gross = parts.basis === 0n ? listed : 0n;
    post('gross', gross - this.#gross);
    this.#gross = gross;
    this.#last = parts;
  }

  #nextEvent(until: number): { readonly at: number; readonly date: number } | null {
    const { decisions } = this.#journal.setting.book;
    const events = decisions.map(({ at }) => ({ at, date: at }));
    const { ends } = this.#how(this.#clock);
    const due = this.#due(this.#clock);
    for (const end of [ends, due]) if (end !== null) events.push({ at: end, date: end - 1 });
    const next = events.filter(({ at }) => at > this.#clock && at <= until);
    return next.sort((a, b) => a.at - b.at)[0] ?? null;
  }
}
