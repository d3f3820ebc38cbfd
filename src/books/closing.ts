// Closing: what time has brought is recorded, every account is read and held against its own book, how
// far each was known is kept, and one record at the end makes it true. A close that dies before that
// record has changed nothing.

import { asJson } from '../account/codec.ts';
import { actsAt, type JsonObject } from '../account/operation.ts';
import { AccountBusy, InvariantBroken } from '../errors.ts';
import {
  type BookJournal,
  bookAccount,
  bookOf,
  closesInForce,
  type KeptClose,
  writeBook,
} from '../ledger/book-journal.ts';
import { openNamed } from '../ledger/book-opening.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { Book } from '../revenue/book.ts';
import type { BookPeriod } from '../revenue/calendar.ts';
import { type CloseRecord, sealClose } from '../revenue/close-record.ts';
import { stocksOf } from '../revenue/sink.ts';
import { AccountChecks } from './account-checks.ts';
import {
  Chain,
  isOverdue,
  type Loaded,
  loaded,
  pagesOf,
  ReadingFold,
} from './account-reading.ts';
import type { Finding } from './api.ts';
import { CloseDigests } from './close-digests.ts';
import { CutWriter, type KeptAccount } from './cut-pages.ts';
import { recordDue } from './due.ts';
import type { BookEnv } from './env.ts';
import { inAdvance } from './in-advance.ts';
import { readings } from './readings.ts';
import { CloseRefused, PeriodNotOver } from './refusals.ts';
import { sinceLastClose } from './span.ts';

/** Findings beyond these are not listed: something is wrong as a whole. */
const MOST_FINDINGS = 1_000;
/** How often a close begins anew because the book was changed meanwhile. */
const MOST_ROUNDS = 10;

/** Closes a period and all before it that are open; one that is closed gives its record again. Throws `PeriodNotOver`, `CloseRefused`, and a `Fault`. */
export async function closePeriod(
  env: BookEnv,
  { period: name, by }: { readonly period: string; readonly by: string },
): Promise<KeptClose> {
  const began = env.timers.elapsedMs();
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const journal = await openNamed(env.name, env.storage);
    const book = bookOf(journal);
    const period = book.calendar.named(name, 'period');
    const covering = closeOf(journal, period.name);
    if (covering !== null) return covering;
    checkOver(env, period);
    const found = await recordDue(env, journal.definition.accounts);
    const pages = await CutWriter.open(env, {
      ...{ book: env.name, period: period.name, at: journal.account.recorded },
    });
    const pass = new ClosePass(env, journal, book, period);
    const sums = await pass.run((kept) => pages.add(kept));
    const findings = [...found, ...pass.findings];
    if (findings.length > 0) {
      throw new CloseRefused({ book: env.name, period: period.name, findings });
    }
    const place = await pages.finish();
    const after = await writeBook(env.name, env, (known, at) => {
      if (known === null) throw new InvariantBroken(`book "${env.name}" is gone`);
      // Somebody has closed it meanwhile, or changed what the figures follow from.
      if (known.account.number !== journal.account.number) return null;
      const record = recordOf(journal, period, { ...sums, closedBy: by, closedAt: at });
      const times = journal.closes.filter((close) => close.record.period === period.name).length;
      return {
        key: `${RESERVED_KEYS}close/${period.name}/${times + 1}`,
        kind: 'close',
        input: { close: asJson(record), pages: asJson(place) },
      };
    });
    const closed = after === null ? null : closeOf(after, period.name);
    if (closed !== null) return closed;
  }
  throw new AccountBusy(bookAccount(env.name), Math.ceil(env.timers.elapsedMs() - began));
}

/** What would keep a period from being closed. Nothing is written but what time has brought. Throws `PeriodNotOver`. */
export async function checkPeriod(env: BookEnv, name: string): Promise<Finding[]> {
  const journal = await openNamed(env.name, env.storage);
  const book = bookOf(journal);
  const period = book.calendar.named(name, 'period');
  if (closeOf(journal, period.name) !== null) return [];
  checkOver(env, period);
  const found = await recordDue(env, journal.definition.accounts);
  const pass = new ClosePass(env, journal, book, period);
  await pass.run(() => Promise.resolve());
  return [...found, ...pass.findings];
}

/** The close in force that covers a period; null: it is open. */
export function closeOf(journal: BookJournal, period: string): KeptClose | null {
  return closesInForce(journal).find(({ record }) => record.period >= period) ?? null;
}

function checkOver(env: BookEnv, { name, ends }: BookPeriod): void {
  if (env.clock() >= ends) return;
  throw new PeriodNotOver({ book: env.name, period: name, ends: new Date(ends).toISOString() });
}

function recordOf(
  journal: BookJournal,
  { name }: BookPeriod,
  made: Pick<CloseRecord, 'accounts' | 'cut' | 'figures' | 'journal' | 'closedBy' | 'closedAt'>,
): CloseRecord {
  const { name: book, calendar, timeZone, rounding } = journal.definition;
  return sealClose({
    ...{ book, period: name, since: sinceOf(journal), calendar, timeZone, rounding },
    policyVersion: journal.changes.length,
    previous: journal.lastClose,
    ...made,
  });
}

/** The first open period; null where none was ever closed. */
function sinceOf(journal: BookJournal): string | null {
  const last = closesInForce(journal).at(-1);
  if (last === undefined) return null;
  const { calendar } = bookOf(journal);
  return calendar.after(calendar.named(last.record.period, 'period')).name;
}

/** One way over all accounts, for one period. */
class ClosePass {
  readonly findings: Finding[] = [];
  readonly #env: BookEnv;
  readonly #journal: BookJournal;
  readonly #book: Book;
  readonly #period: BookPeriod;
  readonly #digests: CloseDigests;

  constructor(env: BookEnv, journal: BookJournal, book: Book, period: BookPeriod) {
    this.#env = env;
    this.#journal = journal;
    this.#book = book;
    this.#period = period;
    this.#digests = new CloseDigests(sinceOf(journal), period.name);
  }

  /** Reads every account and keeps what is known of each. Gives the digests over all. */
  async run(
    keep: (kept: KeptAccount) => Promise<void>,
  ): Promise<ReturnType<CloseDigests['finish']>> {
    const { storage, width, onProgress } = this.#env;
    const source = readings(
      storage,
      this.#journal.definition.accounts,
      sinceLastClose(this.#journal),
    );
    let done = 0;
    for await (const account of inAdvance(source, width, (one) => loaded(storage, one))) {
      const kept = await this.#account(account);
      if (kept !== null) await keep(kept);
      done += 1;
      onProgress?.(done);
      if (this.findings.length >= MOST_FINDINGS) break;
    }
    return this.#digests.finish();
  }

  /** Null where its journal is broken. */
  async #account(account: Loaded): Promise<KeptAccount | null> {
    const { reading } = account;
    try {
      return await this.#read(account);
    } catch (error) {
      // A line that can't be read, or that doesn't follow: it is told with the others.
      if (!(error instanceof InvariantBroken || error instanceof SyntaxError)) throw error;
      this.#find('journal', reading.account, error.message);
      return null;
    }
  }

  async #read(account: Loaded): Promise<KeptAccount> {
    const { reading } = account;
    const { ends } = this.#period;
    let checks: AccountChecks | null = null;
    let state: JsonObject | null | undefined;
    const fold = new ReadingFold(reading, {
      book: this.#book,
      units: this.#env.units,
      emit: (posting) => {
        checks?.post(posting);
        this.#digests.post(posting);
        // What a kept book has in it already must not be told again by the next close.
        if (state === undefined && posting.period > this.#period.name) {
          throw new InvariantBroken(
            `operation ${posting.operation} acts before ${posting.period} and is posted in it`,
          );
        }
      },
    });
    const chain = new Chain(reading);
    let currency = fold.currencyOf(null);
    this.#digests.begin(fold.fold.state === null ? [] : stocksOf(fold.fold.state));
    if (fold.fold.state !== null) {
      checks = new AccountChecks(reading.account, currency, fold.fold.state);
    }
    for await (const page of pagesOf(this.#env.storage, account)) {
      for (const stored of page) {
        const broken = chain.problem(stored);
        if (broken !== null) throw new InvariantBroken(broken);
        const operation = fold.read(stored);
        if (checks === null) {
          currency = fold.currencyOf(operation);
          checks = new AccountChecks(reading.account, currency, null);
        }
        if (state === undefined && actsAt(operation) >= ends) state = fold.keptAt(ends - 1);
        fold.next(operation);
      }
    }
    const cutShort = chain.endProblem(reading);
    if (cutShort !== null) throw new InvariantBroken(cutShort);
    if (state === undefined) state = fold.keptAt(ends - 1);
    fold.finish(ends);
    if (fold.fold.state !== null) this.findings.push(...(checks?.findings(fold.fold.state) ?? []));
    await this.#findOverdue(reading.account, fold);
    const { account: name, until, hash, cuts } = reading;
    const kept = { account: name, number: until, hash, cuts: [...cuts, until], state };
    this.#digests.end(kept, currency);
    return kept;
  }

  /** Nothing that has expired is left unposted. What was opened again or is frozen only looks so. */
  async #findOverdue(account: string, { fold }: ReadingFold): Promise<void> {
    const { ends } = this.#period;
    const block = fold
      .blocks()
      .find(
        ({ expires, free, ended }) =>
          expires !== null && expires <= ends && free > 0n && ended === null,
      );
    if (block === undefined) return;
    const { storage, units } = this.#env;
    if (!(await isOverdue(storage, account, ends, units))) return;
    this.#find('overdue', account, 'it has expired, and nobody has recorded it', block.name);
  }

  #find(check: Finding['check'], account: string, message: string, block?: string): void {
    this.findings.push({ check, account, block: block ?? null, message });
  }
}
