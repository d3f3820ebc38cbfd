// Verifying a book: its journal line by line, and each close in force by reading anew what it covers.

import { type BookJournal, bookAccount, type KeptClose } from '../ledger/book-journal.ts';
import { verifyAccount } from '../ledger/history.ts';
import { CATALOGUE } from '../ledger/publishing.ts';
import { isSealed } from '../revenue/close-record.ts';
import { compareNames } from '../storage/names.ts';
import type { BookVerification } from './api.ts';
import { ClosePass } from './close-pass.ts';
import { type KeptAccount, keptAccounts } from './cut-pages.ts';
import type { BookEnv } from './env.ts';
import { knownBook } from './known-book.ts';
import { knownIn, spanOfClose } from './span.ts';

const MOST_PROBLEMS = 100;

/** What is wrong; every close in force is computed anew from the one before it. */
export async function verifyBook(env: BookEnv): Promise<BookVerification> {
  const problems: string[] = [];
  const found = await verifyAccount(env.storage, bookAccount(env.name), new Map(), CATALOGUE);
  if (found === null || !found.ok) {
    const what = found === null ? 'is gone' : `operation ${found.number}: ${found.problem}`;
    return { ok: false, closes: 0, problems: [`the journal of book "${env.name}": ${what}`] };
  }
  const journal = await knownBook(env);
  const inForce = journal.closes.filter(({ reopened }) => reopened === null);
  for (const { record } of journal.closes) {
    if (!isSealed(record)) problems.push(`the close of ${record.period}: its record was changed`);
  }
  for (const [index, close] of inForce.entries()) {
    const before = inForce.slice(0, index);
    for (const problem of await problemsOf(env, journal, before, close)) {
      if (problems.length < MOST_PROBLEMS)
        problems.push(`the close of ${close.record.period}: ${problem}`);
    }
  }
  return { ok: problems.length === 0, closes: inForce.length, problems };
}

async function problemsOf(
  env: BookEnv,
  journal: BookJournal,
  before: readonly KeptClose[],
  close: KeptClose,
): Promise<string[]> {
  const problems: string[] = [];
  const { record, pages } = close;
  const span = spanOfClose([...before, close]);
  const books = knownIn(journal, span);
  const pass = new ClosePass(env, {
    ...{ books, span, since: record.since },
    period: books.atEnd.calendar.named(record.period, 'period'),
    prefix: journal.definition.accounts,
  });
  const kept = keptAccounts(env.storage, pages);
  try {
    const sums = await pass.run(async (anew) => {
      let { value } = await kept.next();
      // An account whose journal is broken gave nothing; it is told by itself, and those after it are no worse.
      while (value !== undefined && compareNames(value.account, anew.account) < 0) {
        ({ value } = await kept.next());
      }
      if (!isSame(anew, value))
        problems.push(`what it kept of account "${anew.account}" is not what its journal gives`);
    });
    for (const name of ['accounts', 'cut', 'figures', 'journal'] as const) {
      if (sums[name] !== record[name])
        problems.push(`its digest of ${name} is not what journals give`);
    }
  } catch (error) {
    problems.push(error instanceof Error ? error.message : String(error));
  }
  // First what is wrong in itself: all else may follow from it, and only so much is told.
  const found = pass.findings.map(({ account, message }) => `account "${account}": ${message}`);
  return [...found, ...problems];
}

function isSame(anew: KeptAccount, kept: KeptAccount | undefined): boolean {
  return (
    JSON.stringify(fieldsOf(anew)) === JSON.stringify(kept === undefined ? null : fieldsOf(kept))
  );
}

function fieldsOf({ account, number, hash, cuts, state }: KeptAccount): readonly unknown[] {
  return [account, number, hash, cuts, state];
}
