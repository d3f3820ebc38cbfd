// `tallystick report`: what a book shows, to read or for another system.

import type { RevenueBook } from '../books/index.ts';
import { Unknown } from '../errors.ts';
import { chartOf, type ReportInput } from '../revenue/index.ts';
import type { Storage } from '../storage/port.ts';
import { type AnswerOptions, answer, checkFormat, type Format } from './finance-answer.ts';
import { type FinanceOptions, withBook } from './finance-book.ts';
import { FINE, type Output } from './output.ts';
import { setupFrom } from './setup-file.ts';

/** How the command is told to give an answer. */
export interface AnswerFlags {
  readonly format: Format;
  readonly out?: string;
  readonly lineEnd?: 'lf' | 'crlf';
  readonly accountsConfig?: string;
}

/** Gives a report. Gives the exit code. Throws `CannotRun`, and `InvalidInput` for what can't be asked of it. */
export async function reportCommand(
  name: string,
  options: FinanceOptions & AnswerFlags,
  asked: ReportInput,
  output: Output,
): Promise<number> {
  checkFormat(name, options);
  const answering = await answerOptions(options);
  return withBook(options, 'shown', output, async ({ book, storage }) => {
    await checkAccount(storage, asked.account);
    const chart = chartOf(answering.setup.accounts);
    const report = await book.report(name, asked, { chart });
    const { columns, rows, to, view } = report;
    const { period } = asked;
    const about = [
      report.title,
      `book ${book.definition.name}`,
      asked.to === undefined ? period : `${period} to ${asked.to}`,
      await stateOf(book, to),
      view.replace('-', ' '),
      book.definition.timeZone,
      ...(['currency', 'account', 'contract', 'kind', 'block'] as const).flatMap((field) =>
        asked[field] === undefined || name === 'statement' ? [] : [`${field} ${asked[field]}`],
      ),
    ];
    await answer({ name, about, columns, rows }, answering, output);
    return FINE;
  });
}

/** A name that is mistyped has no figures, which would look like none. */
async function checkAccount(storage: Storage, account: string | undefined): Promise<void> {
  if (account === undefined) return;
  const [first] = await storage.operations(account, 0, 1);
  if (first === undefined) throw new Unknown('unknown-account', account);
}

/** Whether figures can still change. */
async function stateOf(book: RevenueBook, period: string): Promise<string> {
  const closes = await book.closes();
  return closes.some((close) => close.inForce && close.period >= period) ? 'closed' : 'still open';
}

/** What the flags say. Throws `CannotRun` for a configuration that can't be read. */
export async function answerOptions(flags: AnswerFlags): Promise<AnswerOptions> {
  const { format, out, lineEnd, accountsConfig } = flags;
  return { format, out, lineEnd, setup: await setupFrom(accountsConfig) };
}
