// Closing: what time has brought is recorded, every account is read and held against its own book, how
// far each was known is kept, and one record at the end makes it true. A close that dies before that
// record has changed nothing.

import { asJson } from '../account/codec.ts';
import { AccountBusy, InvariantBroken } from '../errors.ts';
import {
  type BookJournal,
  bookAccount,
  bookOf,
  closesInForce,
  type KeptClose,
  writeBook,
} from '../ledger/book-journal.ts';
import { RESERVED_KEYS } from '../operations/source.ts';
import type { BookPeriod } from '../revenue/calendar.ts';
import { type CloseRecord, sealClose } from '../revenue/close-record.ts';
import type { Finding } from './api.ts';
import { ClosePass } from './close-pass.ts';
import { CutWriter } from './cut-pages.ts';
import { recordDue } from './due.ts';
import type { BookEnv } from './env.ts';
import { knownBook } from './known-book.ts';
import { CloseRefused, PeriodNotOver } from './refusals.ts';
import { knownIn, sinceLastClose } from './span.ts';

/** How often a close begins anew because the book was changed meanwhile. */
const MOST_ROUNDS = 10;

/** Closes a period and all before it that are open; one that is closed gives its record again. Throws `PeriodNotOver`, `CloseRefused`, and a `Fault`. */
export async function closePeriod(
  env: BookEnv,
  { period: name, by }: { readonly period: string; readonly by: string },
): Promise<KeptClose> {
  const began = env.timers.elapsedMs();
  for (let round = 1; round <= MOST_ROUNDS; round += 1) {
    const journal = await knownBook(env);
    const book = bookOf(journal);
    const period = book.calendar.named(name, 'period');
    const covering = closeOf(journal, period.name);
    if (covering !== null) return covering;
    checkOver(env, period);
    const found = await recordDue(env, journal.definition.accounts);
    const pages = await CutWriter.open(env, {
      ...{ book: env.name, period: period.name, at: journal.account.recorded },
    });
    const pass = passFor(env, journal, period);
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
        input: {
          close: asJson(record),
          pages: asJson(place),
          units: Object.fromEntries(env.units),
        },
      };
    });
    const closed = after === null ? null : closeOf(after, period.name);
    if (closed !== null) return closed;
  }
  throw new AccountBusy(bookAccount(env.name), Math.ceil(env.timers.elapsedMs() - began));
}

/** What would keep a period from being closed. Nothing is written but what time has brought. Throws `PeriodNotOver`. */
export async function checkPeriod(env: BookEnv, name: string): Promise<Finding[]> {
  const journal = await knownBook(env);
  const book = bookOf(journal);
  const period = book.calendar.named(name, 'period');
  if (closeOf(journal, period.name) !== null) return [];
  checkOver(env, period);
  const found = await recordDue(env, journal.definition.accounts);
  const pass = passFor(env, journal, period);
  await pass.run(() => Promise.resolve());
  return [...found, ...pass.findings];
}

/** The close in force that covers a period; null: it is open. */
export function closeOf(journal: BookJournal, period: string): KeptClose | null {
  return closesInForce(journal).find(({ record }) => record.period >= period) ?? null;
}

function passFor(env: BookEnv, journal: BookJournal, period: BookPeriod): ClosePass {
  const prefix = journal.definition.accounts;
  const span = sinceLastClose(journal);
  const books = knownIn(journal, span);
  return new ClosePass(env, { books, period, since: sinceOf(journal), prefix, span });
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
