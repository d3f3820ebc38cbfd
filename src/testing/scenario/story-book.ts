// The books of a story: one book over its one account, opened as an application opens it, and asked
// what it shows after a step.

import type { PeriodFigures, RevenueBook } from '../../books/api.ts';
import { openBook } from '../../books/open-book.ts';
import type { BookInput } from '../../revenue/book.ts';
import type { Storage } from '../../storage/port.ts';
import type { Clock } from '../clock.ts';
import { blocksNamed } from './block-names.ts';
import { AUTHOR, type Setting, type StoryLedger } from './commands.ts';
import type { BookAct, Expectations, Scenario, Step } from './scenario.ts';

/** Whether a story has a book: it describes one, decides about one, or says what one shows. */
export function hasBook({ book, steps }: Scenario): boolean {
  return (
    Object.keys(book).length > 0 ||
    steps.some((step) => isOfBook(step) || speaksOfBooks(step.expect))
  );
}

/** Whether a step is about the book. */
export function isOfBook(step: Step): step is Extract<Step, BookAct> {
  return step.do === 'policy' || step.do === 'close';
}

/** Whether an expectation is about what the book shows. */
export function speaksOfBooks(expect: Expectations | undefined): boolean {
  return (expect?.revenue ?? expect?.restated) !== undefined;
}

/** The definition of a story's book: of this account alone. */
export function bookFor({ scenario, account }: Setting): BookInput {
  const [, id = account] = account.split(':');
  return { ...scenario.book, name: `story-${id}`, accounts: account };
}

/** The book of a story's account. */
export class StoryBook {
  readonly #book: RevenueBook;
  readonly #account: string;
  #closes = 0;

  private constructor(book: RevenueBook, account: string) {
    this.#book = book;
    this.#account = account;
  }

  static async open(setting: Setting, clock: Clock, storage: Storage): Promise<StoryBook> {
    const { units } = setting.scenario.account;
    const { now } = clock;
    // The ledger has brought the schema up to date.
    const options = { units, book: bookFor(setting), clock: now, migrate: false };
    return new StoryBook(await openBook({ ...options, storage }), setting.account);
  }

  /** Does what the step says of the book. Throws a `Refusal`. */
  async act(act: BookAct, key: string, ledger: StoryLedger): Promise<void> {
    const { by = AUTHOR } = act;
    if (act.do === 'close') {
      await this.#book.close({ period: act.period, by });
      this.#closes += 1;
      return;
    }
    const { policies, block, breakage, reason, occurredAt } = act;
    const account = this.#account;
    await this.#book.changePolicy({
      key: act.key ?? key,
      by,
      ...(policies !== undefined && { policies }),
      ...(block !== undefined && { account, block: await nameOf(block, account, ledger) }),
      ...(breakage !== undefined && { breakage }),
      ...(reason !== undefined && { reason }),
      ...(occurredAt !== undefined && { at: occurredAt }),
    });
  }

  /** What the book shows of the months from one to another. */
  figures(from: string, to: string): Promise<PeriodFigures[]> {
    return this.#book.figures({ from, to, account: this.#account });
  }

  /** What is wrong with the book and its closes, read anew; null: nothing. */
  async problem(): Promise<string | null> {
    if (this.#closes === 0) return null;
    const { ok, problems } = await this.#book.verify();
    return ok ? null : problems.join('; ');
  }
}

/** The block that a name of the story means now; its own name where it means none. */
async function nameOf(block: string, account: string, ledger: StoryLedger): Promise<string> {
  const { blocks, at } = await ledger.balance({ account, blocks: 'all' });
  return blocksNamed(block, blocks, at)?.at(-1)?.block ?? block;
}
