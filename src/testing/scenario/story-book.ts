// The books of a story: one book over its one account, folded anew for each look from what the
// account's journal says and from what time has brought by then.

import type { Account } from '../../account/account.ts';
import { unseal } from '../../account/canonical.ts';
import { evolve } from '../../account/evolve.ts';
import type { Operation } from '../../account/operation.ts';
import type { Instant } from '../../calendar/instant.ts';
import { journal } from '../../ledger/journal.ts';
import { advance } from '../../operations/advance.ts';
import type { BookRules } from '../../operations/command.ts';
import { readUnits, type Units } from '../../quantity/units.ts';
import type { AccountClose } from '../../revenue/account-book.ts';
import { Book, type PolicyChange, readBook, readPolicyChange } from '../../revenue/book.ts';
import { AccountFold } from '../../revenue/fold.ts';
import { PeriodSums } from '../../revenue/months.ts';
import type { Storage } from '../../storage/port.ts';
import type { BookAct, Scenario } from './scenario.ts';

/** What the books show, both ways. */
export interface StoryFigures {
  /** By the month of posting. */
  readonly revenue: PeriodSums;
  /** By the month in which it happened. */
  readonly restated: PeriodSums;
  /** In which the figures are. */
  readonly currency: string;
}

/** The book of a story's account. */
export class StoryBook {
  readonly #storage: Storage;
  readonly #account: string;
  readonly #currency: string;
  readonly #declared: Scenario['account']['units'];
  readonly #changes: PolicyChange[] = [];
  readonly #closes: AccountClose[] = [];
  #book: Book;

  /** Throws `InvalidInput` for a book that can't be. */
  constructor({ account, book }: Scenario, name: string, storage: Storage) {
    this.#storage = storage;
    this.#account = name;
    this.#currency = book.currency ?? account.currency;
    this.#declared = account.units;
    this.#book = new Book(readBook(book));
  }

  /** What decisions of an instant ask of the book. */
  rulesAt(at: Instant): BookRules {
    const { listPrice, timeZone, rounding } = this.#book.definition;
    return { policies: this.#book.policiesAt(at), listPrice, timeZone, rounding };
  }

  /** Policies from an instant on. Throws `InvalidInput`. */
  decide({ policies, block, breakage, by, reason }: BookAct & { do: 'policy' }, at: Instant): void {
    const change = readPolicyChange({
      at,
      ...(policies !== undefined && { policies }),
      ...(block !== undefined && { block, account: this.#account }),
      ...(breakage !== undefined && { breakage }),
      ...(by !== undefined && { by }),
      ...(reason !== undefined && { reason }),
    });
    this.#changes.push(change);
    this.#book = new Book(this.#book.definition, this.#changes);
  }

  /** Closes a month and all before it, as the account is recorded now. Throws `InvalidInput`. */
  async close(period: string): Promise<void> {
    const { name } = this.#book.calendar.named(period, 'period');
    const last = this.#closes.at(-1);
    if (last !== undefined && last.period >= name) return;
    let cut = 0;
    for await (const { number } of journal(this.#storage, this.#account)) cut = number;
    this.#closes.push({ period: name, cut });
  }

  /** What the books show at an instant. */
  async figuresAt(at: Instant): Promise<StoryFigures> {
    const [revenue, restated] = [new PeriodSums('period'), new PeriodSums('origin')];
    const units = readUnits(this.#declared);
    const fold = new AccountFold({
      book: this.#book,
      units,
      closes: this.#closes,
      emit: (posting) => {
        revenue.add(posting);
        restated.add(posting);
      },
    });
    for (const operation of await this.#operationsUntil(at, units)) fold.fold(operation);
    fold.follow(at);
    return { revenue, restated, currency: this.#currency };
  }

  /** What was recorded, and what time has brought that nobody has recorded yet. */
  async #operationsUntil(at: Instant, units: Units): Promise<Operation[]> {
    const operations: Operation[] = [];
    let account: Account | null = null;
    for await (const stored of journal(this.#storage, this.#account)) {
      const operation = unseal(account, stored, units);
      account = evolve(account, operation);
      operations.push(operation);
    }
    if (account !== null) operations.push(...advance(account, at, units).operations);
    return operations;
  }
}
