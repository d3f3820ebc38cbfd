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
    output.say(`nothing keeps ${period} of book ${book.definition.name} from being closed`);
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
  const known = (await book.closes()).map(({ hash }) => hash);
  const close = await book.close(said);
  const { period, accounts, closedBy, closedAt, figures, journal, hash } = close;
  const at = new Date(closedAt).toISOString();
  const was = known.includes(hash) ? 'was closed already' : 'is closed';
  output.say(`${period} of book ${close.book} ${was}: ${accounts} accounts, by ${closedBy}, ${at}`);
  output.say(`  figures ${figures}`);
  output.say(`  journal ${journal}`);
  output.say(`  close   ${hash}`);
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
  { name: 'closedAt', title: 'Closed at', holds: 'text' },
  { name: 'closedBy', title: 'Closed by', holds: 'text' },
  { name: 'accounts', title: 'Accounts', holds: 'count' },
  { name: 'policyVersion', title: 'Policy changes', holds: 'count' },
  { name: 'figures', title: 'Figures', holds: 'text' },
  { name: 'journal', title: 'Journal', holds: 'text' },
  { name: 'previous', title: 'Previous', holds: 'text' },
  { name: 'hash', title: 'Hash', holds: 'text' },
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
