// A journal written by hand: operations as they would stand in one, for examples whose figures are known.

import type { BlockOpening } from '../../../src/account/block.ts';
import type {
  Move,
  Operation,
  OperationFacts,
  OperationKind,
} from '../../../src/account/operation.ts';
import { DEFAULT_POLICIES } from '../../../src/terms/policies.ts';
import type { Book, Decision } from './book.ts';
import { Journal } from './journal.ts';
import { type Columns, Monthly, type View } from './monthly.ts';

const PLACES: Readonly<Record<string, number>> = { USD: 2, JPY: 0, KWD: 3 };

/** Block, from where, to where, and how many. */
type Moved = readonly [number, Move['from'], Move['to'], bigint];

/** Tells what happened to an account, act by act. */
export class Story {
  readonly #operations: Operation[] = [];
  readonly #decisions: Decision[] = [];
  readonly #book: Partial<Book>;
  readonly #places: number;
  #at = 0;
  #blocks = 0;

  constructor(book: Partial<Book> = {}, currency = 'USD') {
    this.#book = book;
    this.#places = PLACES[currency] ?? 2;
  }

  on(date: string): this {
    this.#at = Date.parse(date.length === 10 ? `${date}T00:00:00Z` : date);
    return this;
  }

  /** A block of so many units for so much money; gives its number. */
  sells(
    units: bigint,
    basis: bigint,
    facts: OperationFacts = {},
    moves: readonly Moved[] = [],
  ): number {
    this.#blocks += 1;
    const number = this.#blocks;
    const opening: BlockOpening = {
      ...{ number, name: `b${number}`, unit: 'credit', kind: 'purchased', basis },
      ...{ effective: this.#at, expires: null, priority: 100, features: null },
    };
    const issued: Moved = [number, 'issued', 'free', units];
    this.adds('purchase', { ...facts, opens: [opening] }, [...moves, issued]);
    return number;
  }

  uses(block: number, units: bigint, facts: OperationFacts = {}): this {
    return this.adds('consume', facts, [[block, 'free', 'burned', units]]);
  }

  adds(kind: OperationKind, facts: OperationFacts, moves: readonly Moved[] = []): this {
    const number = this.#operations.length + 1;
    this.#operations.push({
      ...{ account: 'acme', number, key: `k${number}`, kind, facts },
      ...{ occurred: this.#at, recorded: this.#at, input: {}, metadata: null, body: '', hash: '' },
      moves: moves.map(([block, from, to, amount]) => ({ block, from, to, amount })),
    });
    return this;
  }

  decides(decision: Omit<Decision, 'at'>): this {
    this.#decisions.push({ at: this.#at, ...decision });
    return this;
  }

  /** The figures of each month, up to the date that was told last. */
  figures(view: View = 'posted'): Map<string, Columns> {
    const journal = new Journal({
      book: {
        ...{
          timeZone: 'UTC',
          calendar: 'month',
          rounding: 'half-away-from-zero',
          listPrice: null,
          closes: [],
        },
        ...{ policies: DEFAULT_POLICIES, currency: null },
        ...this.#book,
        decisions: this.#decisions,
      },
      timeZone: 'UTC',
      ...{ places: this.#places, foreign: null },
      scales: new Map([['credit', 0]]),
    });
    for (const operation of this.#operations) journal.read(operation);
    return new Monthly(journal, this.#at).figures(view);
  }

  /** One column, month by month, without the months of nothing at the end. */
  column(name: keyof Columns, view: View = 'posted'): bigint[] {
    const all = [...this.figures(view).values()].map((columns) => columns[name]);
    return all.slice(0, all.findLastIndex((amount) => amount !== 0n) + 1);
  }
}
