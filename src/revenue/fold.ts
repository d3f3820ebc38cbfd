// An account's journal on its way into a book: operations in their order, time between them, postings
// out. The only way in from outside.

import { type Ground, unsealOn } from '../account/canonical.ts';
import { actsAt, type JsonObject, type Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { AccountBook, type AccountState, type BookContext } from './account-book.ts';
import { accountJson, readAccountJson } from './account-json.ts';
import type { BlockBook } from './block-book.ts';
import type { Book } from './book.ts';
import { foldOperation, followedUntil } from './fold-operation.ts';
import { catchUp, followTime } from './fold-time.ts';
import { History } from './history.ts';
import { DebtRates } from './overage-book.ts';
import { namedIn } from './spent.ts';

/**
 * What a fold needs beside the journal: its book, the ledger's units, closes in force (each with the
 * last operation of the account that it knew), and who takes postings and moves as they are made.
 */
export type FoldContext = BookContext;

/** Folds one account's operations into postings. It holds the account's book, and nothing else. */
export class AccountFold {
  #context: FoldContext;
  #book: AccountBook | null;

  constructor(context: FoldContext, state: AccountState | null = null) {
    this.#context = context;
    this.#book = state === null ? null : new AccountBook(state, context);
  }

  /** Goes on from what a close kept. */
  static restore(json: JsonObject, context: FoldContext): AccountFold {
    return new AccountFold(context, readAccountJson(json));
  }

  /** Number of the last operation that was folded; 0: none was. */
  get number(): number {
    return this.#book?.state.number ?? 0;
  }

  /** What reading the account's next operation needs; null: it opens the account. */
  get ground(): Ground | null {
    if (this.#book === null) return null;
    const { currency, blocks } = this.#book.state;
    const unitOf = (block: number): string => {
      const unit = blocks.get(block)?.unit;
      if (unit === undefined && this.isShort)
        throw new LeftOut(`block ${block} was spent, and a close left it out`);
      return unit ?? '';
    };
    return { currency, unitOf };
  }

  /** An operation as it is stored, read on this ground. Throws `LeftOut` where it moves credits of blocks that a close left out. */
  read(stored: Parameters<typeof unsealOn>[1]): Operation {
    return unsealOn(this.ground, stored, this.#context.units);
  }

  /** Whether the close that it goes on from left out blocks that were spent. */
  get isShort(): boolean {
    return this.state !== null && this.state.leftOut !== null;
  }

  /** Whether an operation is about blocks that were left out. */
  lacks(operation: Operation): boolean {
    const blocks = this.state?.blocks;
    if (blocks === undefined || !this.isShort) return false;
    const { opens } = operation.facts;
    const isMissing = (block: number): boolean =>
      !blocks.has(block) && !(opens?.some(({ number }) => number === block) ?? false);
    return (
      operation.moves.some(({ block }) => isMissing(block)) || namedIn(operation).some(isMissing)
    );
  }

  /** Takes blocks that were left out back from a book that has all of them. */
  recall(all: Iterable<BlockBook>): void {
    const { state } = this;
    if (state === null) return;
    const known = new Map(state.blocks);
    const spent = [...all].filter(({ number }) => !known.has(number));
    state.blocks.clear();
    const inOrder = [...known.values(), ...spent].sort((a, b) => a.number - b.number);
    for (const block of inOrder) state.blocks.set(block.number, block);
    state.leftOut = null;
  }

  /** The account's next operation. Throws `InvariantBroken` where it isn't. */
  fold(operation: Operation): void {
    this.#book ??= new AccountBook(opened(operation), this.#context);
    followTime(this.#book, followedUntil(operation));
    foldOperation(this.#book, operation);
  }

  /** Time goes on, with nothing recorded. */
  follow(until: Instant): void {
    if (this.#book !== null) followTime(this.#book, until);
  }

  /** From here on the book knows these changes of policies too; the same changes, as the very same objects, and more. */
  know(book: Book): void {
    const before = this.#context.book;
    if (before === book) return;
    this.#context = { ...this.#context, book };
    if (this.#book === null) return;
    this.#book = new AccountBook(this.#book.state, this.#context);
    catchUp(this.#book, before);
  }

  /** The account's blocks as the book has them now. */
  blocks(): readonly BlockBook[] {
    return [...(this.#book?.state.blocks.values() ?? [])];
  }

  /** The account's book; null before its first operation. */
  get state(): AccountState | null {
    return this.#book?.state ?? null;
  }

  /** What a close keeps; null: nothing was folded. */
  toJSON(): JsonObject | null {
    return this.#book === null ? null : accountJson(this.#book.state);
  }
}

/** Something is about a block that a close left out: `recall` it first. */
export class LeftOut extends InvariantBroken {}

function opened(operation: Operation): AccountState {
  const { opened: opening } = operation.facts;
  if (operation.kind !== 'open' || opening === undefined) {
    throw new InvariantBroken(`"${operation.account}" begins with a ${operation.kind}`);
  }
  return {
    account: operation.account,
    timeZone: opening.timeZone,
    currency: opening.currency,
    number: 0,
    hash: '',
    clock: Math.min(operation.occurred, actsAt(operation)) - 1,
    blocks: new Map(),
    leftOut: null,
    deliveries: [],
    rates: new Map(),
    debts: new DebtRates(),
    plans: [],
    fx: null,
    booked: {},
    history: new History(),
  };
}
