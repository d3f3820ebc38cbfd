// One way over all accounts for one period: each journal is held to its chain, folded, and its postings
// held against its book; digests are made of what is shown. It writes nothing.

import { actsAt, type JsonObject } from '../account/operation.ts';
import { InvariantBroken } from '../errors.ts';
import type { BookPeriod } from '../revenue/calendar.ts';
import { stocksOf } from '../revenue/sink.ts';
import { AccountChecks } from './account-checks.ts';
import {
  Chain,
  isOverdue,
  type KnownBooks,
  type Loaded,
  loaded,
  pagesOf,
  ReadingFold,
} from './account-reading.ts';
import type { Finding } from './api.ts';
import { CloseDigests } from './close-digests.ts';
import type { KeptAccount } from './cut-pages.ts';
import type { BookEnv } from './env.ts';
import { inAdvance } from './in-advance.ts';
import { readings } from './readings.ts';
import type { Span } from './span.ts';

/** Findings beyond these are not listed: something is wrong as a whole. */
const MOST_FINDINGS = 1_000;

/** What a pass is about. */
export interface PassInput {
  readonly books: KnownBooks;
  readonly period: BookPeriod;
  /** First period that is closed; null: from the start. */
  readonly since: string | null;
  /** How the names of the book's accounts begin. */
  readonly prefix: string;
  readonly span: Span;
}

/** One way over all accounts, for one period. */
export class ClosePass {
  readonly findings: Finding[] = [];
  readonly #env: BookEnv;
  readonly #input: PassInput;
  readonly #digests: CloseDigests;

  constructor(env: BookEnv, input: PassInput) {
    this.#env = env;
    this.#input = input;
    this.#digests = new CloseDigests(input.since, input.period.name);
  }

  /** Reads every account and keeps what is known of each. Gives the digests over all. */
  async run(
    keep: (kept: KeptAccount) => Promise<void>,
  ): Promise<ReturnType<CloseDigests['finish']>> {
    const { storage, width, onProgress } = this.#env;
    const { prefix, span } = this.#input;
    const source = readings(storage, prefix, span);
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
    const { books, period } = this.#input;
    const { ends } = period;
    let checks: AccountChecks | null = null;
    let state: JsonObject | null | undefined;
    const fold = new ReadingFold(reading, books, {
      units: this.#env.units,
      emit: (posting) => {
        checks?.post(posting);
        this.#digests.post(posting);
        // What a kept book has in it already must not be told again by the next close.
        if (state === undefined && posting.period > period.name) {
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
        const operation = fold.read(stored) ?? (await fold.readWhole(this.#env.storage, stored));
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
    const { account: name, until, hash } = reading;
    const cuts = this.#input.span.isClosed ? reading.cuts : [...reading.cuts, until];
    const kept = { account: name, number: until, hash, cuts, state };
    this.#digests.end(kept, currency);
    return kept;
  }

  /** Nothing that has expired is left unposted. What was opened again or is frozen only looks so. */
  async #findOverdue(account: string, { fold }: ReadingFold): Promise<void> {
    const { ends } = this.#input.period;
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
