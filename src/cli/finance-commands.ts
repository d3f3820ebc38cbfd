// The commands for finance: what each can be asked, with examples. The work is in a file for each.

import { Argument, type Command, InvalidArgumentError, Option } from 'commander';
import {
  DIMENSIONS,
  type Dimension,
  FORECASTS,
  REPORTS,
  type ReportInput,
} from '../revenue/index.ts';
import { closeCommand, closesCommand, reopenCommand } from './close.ts';
import { commissionCommand } from './commission.ts';
import { FORMATS } from './finance-answer.ts';
import type { FinanceOptions } from './finance-book.ts';
import type { Output } from './output.ts';
import { openBookCommand, policyChangeCommand, policyShowCommand } from './policy.ts';
import { type AnswerFlags, reportCommand } from './report.ts';
import { STORAGES } from './storages.ts';

/** A statement has a command of its own. */
const NAMES = Object.keys(REPORTS).filter((name) => name !== 'statement');

/** Makes a command of the program: its name, what it does, examples. */
export type Subcommand = (name: string, description: string, examples: string) => Command;

/** Adds them all. */
export function addFinanceCommands(
  subcommand: Subcommand,
  output: Output,
  ends: (code: number) => void,
): void {
  addReport(subcommand, output, ends);
  addClosing(subcommand, output, ends);
  addPolicy(subcommand, output, ends);
  addStatement(subcommand, output, ends);
  const commission = subcommand(
    'commission',
    'What sellers earn on each term of the contracts that they sold.',
    `  tallystick commission --units credit=0 --url postgres://me@localhost/shop
  tallystick commission acme globex --format csv --out commission.csv --storage sqlite --url credits.db`,
  ).argument('[account...]', 'whose contracts (default: all)');
  answering(placed(commission)).action(async (accounts, options) => {
    ends(await commissionCommand(accounts, options, output));
  });
}

function addReport(subcommand: Subcommand, output: Output, ends: (code: number) => void): void {
  const report = subcommand(
    'report',
    'Shows what a book says of periods: to read, for a spreadsheet, or as a journal for a general ledger.',
    `  tallystick report deferred --period 2026-01 --to 2026-03 --url postgres://me@localhost/shop
  tallystick report deferred --period 2026-03 --by account,kind --format csv --out march.csv
  tallystick report journal --period 2026-03 --by account --format qbo --accounts-config gl.json --out journals/
  tallystick report drill-down --period 2026-03 --line '2026-03/USD/revenue.usage/usage/2026-03'`,
  )
    .addArgument(new Argument('<report>', 'which').choices(NAMES))
    .requiredOption('--period <period>', 'first period: 2026-01')
    .option('--to <period>', 'last period (default: the first)')
    .addOption(
      new Option('--view <view>', 'by when it was posted, when it happened, or both')
        .choices(['as-closed', 'restated', 'difference'])
        .default('as-closed'),
    )
    .option('--by <dimensions>', `rows for each of ${DIMENSIONS.join(', ')}: account,kind`, readBy)
    .option('--currency <code>', 'only this currency')
    .option('--account <account>', 'only this account')
    .option('--contract <name>', 'only this contract')
    .option('--kind <kind>', 'only credits of this kind')
    .option('--block <name>', 'only this block')
    .addOption(
      new Option('--forecast <method>', 'how what is left is expected to be used').choices([
        ...FORECASTS,
      ]),
    )
    .option('--months <number>', 'how many months a forecast tells apart', readNumber)
    .option('--cancellable <contracts>', 'contracts that the customer may cancel: rpo', readList)
    .option('--without-short', 'leave out contracts of a year or less: rpo')
    .option('--line <drillRef>', "what a journal's line is made of: drill-down")
    .addOption(
      new Option('--level <level>', 'of a line: drill-down').choices(['items', 'operations']),
    )
    .option('--operation <number>', 'with --account: lines that it is in: drill-down', readNumber);
  answering(booked(placed(report))).action(async (name, options) => {
    ends(await reportCommand(name, options, askedOf(options), output));
  });
}

function addStatement(subcommand: Subcommand, output: Output, ends: (code: number) => void): void {
  const statement = subcommand(
    'statement',
    'Shows a customer what came, what went and what it cost; nobody sees revenue in it.',
    '  tallystick statement acme --period 2026-01 --to 2026-03 --url postgres://me@localhost/shop',
  )
    .argument('<account>', 'whose')
    .requiredOption('--period <period>', 'first period: 2026-01')
    .option('--to <period>', 'last period (default: the first)');
  answering(booked(placed(statement))).action(async (account, options) => {
    const asked = { ...askedOf(options), account };
    ends(await reportCommand('statement', options, asked, output));
  });
}

/** What was asked, without what isn't the report's. */
function askedOf(options: ReportInput & FinanceOptions & AnswerFlags): ReportInput {
  const { storage, book, units, url, schema, format, out, lineEnd, accountsConfig, ...asked } =
    options;
  return asked;
}

function addClosing(subcommand: Subcommand, output: Output, ends: (code: number) => void): void {
  const close = subcommand(
    'close',
    'Closes a period that is over, and all before it that are open: its figures stay as they are.',
    `  tallystick close --period 2026-03 --by ann@example.com --units credit=0 --url postgres://me@localhost/shop
  tallystick close --period 2026-03 --check --units credit=0 --storage sqlite --url credits.db`,
  )
    .requiredOption('--period <period>', 'which: 2026-01')
    .option('--by <name>', 'who closes')
    .option('--check', 'only say what would keep it from being closed');
  booked(placed(close)).action(async (options) => ends(await closeCommand(options, output)));

  const reopen = subcommand(
    'reopen',
    'Takes the latest close back; its record stays, and says who and why.',
    `  tallystick reopen --period 2026-03 --by ann@example.com --reason 'March invoices were wrong'`,
  )
    .requiredOption('--period <period>', 'which: the latest that is closed')
    .requiredOption('--by <name>', 'who reopens')
    .requiredOption('--reason <text>', 'why');
  booked(placed(reopen)).action(async (options) => ends(await reopenCommand(options, output)));

  const closes = subcommand(
    'closes',
    'Lists every close that was ever recorded.',
    '  tallystick closes --url postgres://me@localhost/shop',
  );
  answering(booked(placed(closes))).action(async (options) => {
    ends(await closesCommand(options, output));
  });
}

function addPolicy(subcommand: Subcommand, output: Output, ends: (code: number) => void): void {
  const policy = subcommand(
    'policy',
    'Shows how a book recognises revenue, or changes it from an instant on.',
    `  tallystick policy show --url postgres://me@localhost/shop
  tallystick policy change --breakage purchased=proportional:0.2 --by ann@example.com \\
    --reason 'Cohorts of 2024 and 2025 left 20 % unused'`,
  );
  const show = policy
    .command('show')
    .description('The first policies, every change, and those of now.');
  answering(booked(placed(show))).action(async (options) => {
    ends(await policyShowCommand(options, output));
  });

  const change = policy
    .command('change')
    .description(
      'Changes policies from an instant on; what was earned otherwise until then is caught up.',
    )
    .option(
      '--breakage <policy>',
      'at-expiry, proportional:SHARE or remote-dormancy:DURATION; kind=… once for each kind',
      gathered,
    )
    .addOption(
      new Option(
        '--promotional <policy>',
        'use of free credits: nothing, or list price and as much contra',
      ).choices(['net', 'gross']),
    )
    .addOption(
      new Option(
        '--goodwill <policy>',
        'whether goodwill reduces revenue when it is given',
      ).choices(['none', 'deferral']),
    )
    .addOption(
      new Option('--bonus <policy>', 'how a price is split over credits and their bonus').choices([
        'relative-ssp',
        'by-count',
      ]),
    )
    .addOption(
      new Option('--ratable <policy>', 'how what is delivered over time is earned').choices([
        'daily',
        'even-months',
      ]),
    )
    .option('--account <account>', "breakage of this account's credits only")
    .option('--block <name>', 'with --account: of this block only')
    .option('--cohort <period>', 'breakage of what was sold in this period only')
    .option('--at <instant>', 'since when, ISO 8601 (default: now)')
    .requiredOption('--by <name>', 'who decided')
    .requiredOption('--reason <text>', 'on what evidence')
    .option('--key <key>', 'idempotency key (default: one for the same change on the same day)');
  booked(placed(change)).action(async (options) => {
    ends(await policyChangeCommand(options, output));
  });

  const open = subcommand(
    'open-book',
    'Opens a book over the accounts of a ledger: its zone, calendar, rounding and first policies.',
    `  tallystick open-book --time-zone Europe/Berlin --url postgres://me@localhost/shop
  tallystick open-book --book us --definition us-book.json --storage sqlite --url credits.db`,
  )
    .option(
      '--definition <file>',
      'JSON: timeZone, calendar, rounding, currency, listPrice, policies, accounts',
    )
    .option('--time-zone <zone>', 'whose midnights end months (default: UTC)')
    .option('--currency <code>', "the book's own (default: each account's)");
  booked(placed(open)).action(async (options) => ends(await openBookCommand(options, output)));
}

function placed(command: Command): Command {
  return command
    .addOption(
      new Option('--storage <name>', 'where the accounts are')
        .choices(STORAGES.filter((name) => name !== 'memory'))
        .default('postgres'),
    )
    .option('--url <url>', 'address of the database (default: TALLYSTICK_PG_URL)')
    .option('--schema <name>', 'schema of the tables; with sqlite, their names begin with it')
    .option(
      '--units <units>',
      'the units as your ledger declares them: name=places,… (default: as the latest close or the journals show them)',
    );
}

function booked(command: Command): Command {
  return command.option('--book <name>', 'which book', 'main');
}

function answering(command: Command): Command {
  return command
    .addOption(
      new Option('--format <format>', 'qbo, xero and netsuite: for the journal')
        .choices([...FORMATS])
        .default('table'),
    )
    .option('--out <path>', 'a file or a folder, written as a whole (default: here)')
    .addOption(new Option('--line-end <end>', 'of CSV files (default: lf)').choices(['lf', 'crlf']))
    .option('--accounts-config <file>', 'JSON: codes and names of your general ledger');
}

function readBy(text: string): readonly Dimension[] {
  return text.split(',').map((part) => {
    const found = DIMENSIONS.find((one) => one === part.trim());
    if (found !== undefined) return found;
    throw new InvalidArgumentError(`It is a list of ${DIMENSIONS.join(', ')}.`);
  });
}

function readNumber(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

function readList(text: string): readonly string[] {
  return text.split(',');
}

function gathered(text: string, before: readonly string[] = []): readonly string[] {
  return [...before, text];
}
