// Looking at a book: accounts one after the other, folded into a report. Memory holds one account's
// book and a few pages of journals, however many accounts and operations there are.

import type { Operation } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { BookJournal } from '../ledger/book-journal.ts';
import type { Sink } from '../revenue/sink.ts';
import type { Storage } from '../storage/port.ts';
import {
  type KnownBooks,
  type Loaded,
  loaded,
  loadedAhead,
  pagesOf,
  ReadingFold,
} from './account-reading.ts';
import { dueAt } from './due.ts';
import type { BookEnv } from './env.ts';
import { inAdvance } from './in-advance.ts';
import { type Reading, readingFor, readings } from './readings.ts';
import { knownIn, type Span } from './span.ts';

/** Reads a span of the book into a report and gives its rows as they come. Nothing is written. */
export async function* look<Row>(
  env: BookEnv,
  journal: BookJournal,
  {
    span,
    account,
    needsAll = false,
  }: {
    readonly span: Span;
    readonly account?: string | undefined;
    readonly needsAll?: boolean | undefined;
  },
  sink: Sink<Row>,
): AsyncGenerator<Row> {
  const { storage, units, width, onProgress } = env;
  const books = knownIn(journal, span);
  const last = span.isClosed ? span.closes.at(-1) : undefined;
  const now = env.clock();
  const until =
    last === undefined ? now : books.atEnd.calendar.named(last.record.period, 'period').ends;
  const isDue = last === undefined ? await dueIn(storage, now, account) : () => false;
  const load = (reading: Reading): Promise<Loaded> =>
    isDue(reading.account) ? loadedAhead(storage, reading, now, units) : loaded(storage, reading);
  const source =
    account === undefined
      ? readings(storage, journal.definition.accounts, span)
      : one(await readingFor(storage, journal.definition.accounts, account, span));
  let done = 0;
  for await (const each of inAdvance(source, width, load)) {
    yield* await rowsOf(env, books, each, { until, needsAll }, sink);
    done += 1;
    onProgress?.(done);
  }
  yield* sink.finish();
}

/** Whether something may be due for an account; one that is looked at alone is always asked. */
function dueIn(
  storage: Storage,
  now: Instant,
  account: string | undefined,
): Promise<(account: string) => boolean> {
  return account === undefined ? dueAt(storage, now) : Promise.resolve(() => true);
}

async function* one(reading: Reading | null): AsyncGenerator<Reading> {
  if (reading !== null) yield reading;
}

async function rowsOf<Row>(
  { storage, units }: BookEnv,
  books: KnownBooks,
  account: Loaded,
  { until, needsAll }: { readonly until: Instant; readonly needsAll: boolean },
  sink: Sink<Row>,
): Promise<Iterable<Row>> {
  const { moved } = sink;
  const fold = new ReadingFold(account.reading, books, {
    units,
    emit: (posting) => sink.post(posting),
    ...(moved !== undefined && { moved: (move) => moved.call(sink, move) }),
  });
  if (needsAll) await fold.recall(storage);
  let hasBegun = false;
  const begin = (first: Operation | null): void => {
    if (hasBegun) return;
    hasBegun = true;
    const head = { account: account.reading.account, currency: fold.currencyOf(first) };
    sink.begin(head, fold.fold.state);
  };
  for await (const page of pagesOf(storage, account)) {
    for (const stored of page) {
      const operation = fold.read(stored) ?? (await fold.readWhole(storage, stored));
      begin(operation);
      fold.next(operation);
    }
  }
  begin(null);
  for (const operation of account.ahead) {
    if (fold.fold.lacks(operation)) await fold.recall(storage);
    fold.next(operation);
  }
  fold.finish(until);
  const { state } = fold.fold;
  return state === null ? [] : sink.end(state);
}
