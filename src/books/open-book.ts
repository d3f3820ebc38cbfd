// Opening a book over a ledger's storage, and what it answers then.

import { parseInstant } from '../calendar/instant.ts';
import { readClosing, readDefinition, readLookedAt, readPeriod } from '../ledger/book-input.ts';
import { type BookJournal, bookOf, type KeptClose } from '../ledger/book-journal.ts';
import { openDefined, openNamed } from '../ledger/book-opening.ts';
import { readClock, realTimers, type Timers } from '../ledger/clock.ts';
import { readUnits } from '../quantity/units.ts';
import type { View } from '../revenue/reports/input.ts';
import { reportOf } from '../revenue/reports/reports.ts';
import type { Sink } from '../revenue/sink.ts';
import type { Close, LookInput, OpenBookOptions, PeriodFigures, RevenueBook } from './api.ts';
import { checkPeriod, closePeriod } from './closing.ts';
import type { BookEnv } from './env.ts';
import { knownBook } from './known-book.ts';
import { look } from './looking.ts';
import { withPatientReads } from './patient-reads.ts';
import { FiguresSink } from './period-figures.ts';
import { changePolicy } from './policies.ts';
import { reopenPeriod } from './reopening.ts';
import { spanOf } from './span.ts';
import { verifyBook } from './verifying.ts';

const WIDTH = 16;
const DEADLINE_MS = 10_000;

/**
 * Opens a book: with a definition where it isn't open yet, else by its name. The storage stays the
 * caller's to close. Throws `InvalidInput` where the book was opened otherwise, with the first
 * difference, and `StorageUnavailable`.
 */
export async function openBook(options: OpenBookOptions): Promise<RevenueBook> {
  return openBookWith(options, realTimers);
}

/** The same, with other timers. */
export async function openBookWith(
  { storage: stated, book = 'main', ...options }: OpenBookOptions,
  timers: Timers,
): Promise<RevenueBook> {
  const units = readUnits(options.units);
  const clock = readClock(options.clock);
  const deadlineMs = options.deadlineMs ?? DEADLINE_MS;
  const storage = withPatientReads(stated, timers, deadlineMs);
  const press = { storage, clock, timers, deadlineMs };
  const journal = await (async () => {
    if (typeof book === 'string') return openNamed(book, storage);
    const definition = readDefinition(book);
    if (options.migrate !== false) await storage.migrate();
    return openDefined(definition, press);
  })();
  const { definition } = journal;
  const { concurrency: width = WIDTH, onProgress } = options;
  return bookOver({ ...press, name: definition.name, units, width, onProgress }, definition);
}

function bookOver(env: BookEnv, definition: BookJournal['definition']): RevenueBook {
  const journal = (): Promise<BookJournal> => openNamed(env.name, env.storage);
  return {
    definition,
    policies: async () => {
      const known = await journal();
      return {
        inForce: bookOf(known).policiesAt(env.clock()),
        first: known.definition.policies,
        changes: known.changes.map(({ change }) => change),
      };
    },
    changePolicy: (input) => changePolicy(env, input),
    closes: async () => (await journal()).closes.map(shown),
    check: (period) => checkPeriod(env, readPeriod(period)),
    close: async ({ period, by }) => shown(await closePeriod(env, readClosing({ period, by }))),
    reopen: (input) => reopenPeriod(env, input),
    figures: (input = {}) => figures(env, input),
    read: (selection, sink) => read(env, selection, sink),
    report: async (name, input, options = {}) => {
      const account = readLookedAt(input.account);
      const known = await knownBook(env);
      const { sink, ...report } = reportOf(name, input, {
        book: bookOf(known),
        units: env.units,
        reopened: (period) => timesReopened(known, period),
        ...options,
      });
      const { reads: from, to, view, needsAll } = report;
      const span = spanOf(known, { from, to, view });
      return { ...report, rows: look(env, known, { span, account, needsAll }, sink) };
    },
    verify: () => verifyBook(env),
  };
}

/** How often a close that covers a period was taken back. */
function timesReopened({ closes }: BookJournal, period: string): number {
  return closes.filter(
    ({ record: { since, period: last }, reopened }) =>
      reopened !== null && period <= last && (since === null || period >= since),
  ).length;
}

function shown({ record, reopened }: KeptClose): Close {
  return { ...record, inForce: reopened === null };
}

async function* read<Row>(
  env: BookEnv,
  { account: stated, ...selection }: LookInput & { readonly view?: View },
  sink: Sink<Row>,
): AsyncGenerator<Row> {
  const account = readLookedAt(stated);
  const journal = await knownBook(env);
  const { calendar } = bookOf(journal);
  for (const name of [selection.from, selection.to]) {
    if (name !== undefined) calendar.named(name, 'period');
  }
  yield* look(env, journal, { span: spanOf(journal, selection), account }, sink);
}

async function figures(env: BookEnv, input: LookInput): Promise<PeriodFigures[]> {
  const { from, to } = input;
  const account = readLookedAt(input.account);
  const journal = await knownBook(env);
  const { calendar } = bookOf(journal);
  for (const name of [from, to]) if (name !== undefined) calendar.named(name, 'period');
  const sink = new FiguresSink(calendar, {
    from,
    to: to ?? calendar.at(parseInstant(env.clock(), 'clock')).name,
  });
  const rows: PeriodFigures[] = [];
  // Both views in one go: what is restated needs all that was told since.
  for await (const row of look(env, journal, { span: spanOf(journal, { from }), account }, sink)) {
    if (to === undefined || row.period <= to) rows.push(row);
  }
  return rows;
}
