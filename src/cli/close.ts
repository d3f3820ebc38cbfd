// `tallystick close` and `reopen`: a period's figures are frozen, or taken back by name.

import type { Finding, RevenueBook } from '../books/index.ts';
import { CloseRefused } from '../books/index.ts';
import type { ReportColumn, ReportRow } from '../revenue/index.ts';
import { answer } from './finance-answer.ts';
import { type FinanceOptions, withBook } from './finance-book.ts';
import { CannotRun, FINE, type Output, WRONG } from './output.ts';
import { type AnswerFlags, answerOptions } from './report.ts';

/** Closes a period, or says what keeps it from being closed. Gives the exit code. Throws `CannotRun`, `PeriodNotOver`. */
export async function closeCommand(
  options: FinanceOptions & {
    readonly period: string;
    readonly by?: string;
    readonly check?: boolean;
  },
  output: Output,
): Promise<number> {
  const { period, by, check = false } = options;
  if (!check && by === undefined) {
    throw new CannotRun('a close has somebody who closes: --by ann@example.com for example');
  }
  return withBook(options, 'declared', output, async ({ book }) => {
    if (check) return checked(book, period, output);
    try {
      await closed(book, { period, by: by ?? '' }, output);
      return FINE;
    } catch (error) {
      if (!(error instanceof CloseRefused)) throw error;
      tell(error.findings, output);
      return WRONG;
    }
  });
}

async function checked(book: RevenueBook, period: string, output: Output): Promise<number> {
  const findings = await book.check(period);
  if (findings.length === 0) {
    const { name } = book.definition;
    const latest = await latestInForce(book);
    if (latest !== undefined && latest >= period) {
      output.say(`${period} of book ${name} is closed already${withLater(period, latest)}`);
      return FINE;
    }
    const open = openBefore(period, latest);
    const more = open === null ? '' : `; what is open from ${open} on would be closed with it`;
    output.say(`nothing keeps ${period} of book ${name} from being closed${more}`);
    return FINE;
  }
  tell(findings, output);
  return WRONG;
}

function tell(findings: readonly Finding[], output: Output): void {
  for (const { check, account, block, message } of findings) {
    const where = [account, block].filter((part) => part !== null).join(', ');
    output.say(`WRONG  ${check}${where === '' ? '' : ` ${where}`}: ${message}`);
  }
  output.say(
    `${findings.length} ${findings.length === 1 ? 'finding' : 'findings'}; nothing was closed`,
  );
}

async function closed(
  book: RevenueBook,
  said: { readonly period: string; readonly by: string },
  output: Output,
): Promise<void> {
  const { period } = said;
  const known = (await book.closes()).map(({ hash }) => hash);
  const latest = await latestInForce(book);
  const close = await book.close(said);
  const { accounts, closedBy, closedAt, figures, journal, hash } = close;
  const at = new Date(closedAt).toISOString();
  const open = openBefore(period, latest);
  // Months that nobody named are closed as well: whoever mistypes one must see it.
  const more = open === null ? '' : `, and with it all that was open from ${open} on`;
  const was = known.includes(hash)
    ? `was closed already${withLater(period, close.period)}`
    : `is closed${more}`;
  output.say(`${period} of book ${close.book} ${was}: ${accounts} accounts, by ${closedBy}, ${at}`);
  output.say(`  figures ${figures}`);
  output.say(`  journal ${journal}`);
  output.say(`  close   ${hash}`);
}

/** The last period that is closed. */
async function latestInForce(book: RevenueBook): Promise<string | undefined> {
  const closes = await book.closes();
  return closes.filter(({ inForce }) => inForce).at(-1)?.period;
}

function withLater(period: string, closedAs: string): string {
  return closedAs === period ? '' : `, with ${closedAs}`;
}

/** The first period that is open before this one; null: none, or nothing was ever closed. */
function openBefore(period: string, latest: string | undefined): string | null {
  if (latest === undefined) return null;
  const [year = 0, month = 0] = latest.split('-').map(Number);
  const after = month === 12 ? [year + 1, 1] : [year, month + 1];
  const open = after
    .map((part, index) => String(part).padStart(index === 0 ? 4 : 2, '0'))
    .join('-');
  return open < period ? open : null;
}

/** Takes the latest close back. Gives the exit code. Throws `PeriodClosed`, `InvalidInput`. */
export async function reopenCommand(
  options: FinanceOptions & {
    readonly period: string;
    readonly by: string;
    readonly reason: string;
  },
  output: Output,
): Promise<number> {
  const { period, by, reason } = options;
  return withBook(options, 'none', output, async ({ book }) => {
    await book.reopen({ period, by, reason });
    output.say(
      `${period} of book ${book.definition.name} is open again; close it anew when it is right`,
    );
    return FINE;
  });
}

const CLOSES: readonly ReportColumn[] = [
  { name: 'period', title: 'Period', holds: 'text' },
  { name: 'state', title: 'State', holds: 'text' },
  { name: 'closedAt', title: 'Closed at', holds: 'text', isWhole: true },
  { name: 'closedBy', title: 'Closed by', holds: 'text' },
  { name: 'accounts', title: 'Accounts', holds: 'count' },
  { name: 'policyVersion', title: 'Policy changes', holds: 'count' },
  { name: 'figures', title: 'Figures', holds: 'text', isWhole: true },
  { name: 'journal', title: 'Journal', holds: 'text', isWhole: true },
  { name: 'previous', title: 'Previous', holds: 'text', isWhole: true },
  { name: 'hash', title: 'Hash', holds: 'text', isWhole: true },
];

/** Lists every close that was ever recorded. Gives the exit code. Throws `CannotRun`. */
export async function closesCommand(
  options: FinanceOptions & AnswerFlags,
  output: Output,
): Promise<number> {
  const answering = await answerOptions(options);
  return withBook(options, 'none', output, async ({ book }) => {
    const closes = await book.closes();
    const rows = closes.map((close): ReportRow => {
      const { period, closedBy, accounts, policyVersion, figures, journal, previous, hash } = close;
      return {
        ...{ period, closedBy, figures, journal, previous, hash },
        state: close.inForce ? 'closed' : 'reopened',
        closedAt: new Date(close.closedAt).toISOString(),
        accounts: String(accounts),
        policyVersion: String(policyVersion),
      };
    });
    const about = ['Closes', `book ${book.definition.name}`];
    await answer({ name: 'closes', about, columns: CLOSES, rows: each(rows) }, answering, output);
    return FINE;
  });
}

/** Rows that are there already. */
export async function* each(rows: readonly ReportRow[]): AsyncGenerator<ReportRow> {
  yield* rows;
}
