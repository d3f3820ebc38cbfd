// A report as it is asked for: a table to read, or files for a spreadsheet, a program, a general
// ledger. On the way nothing is computed; a file is there as a whole or not at all.

import {
  csv,
  type FilePart,
  type JournalLine,
  type JournalSetup,
  journalLines,
  json,
  type LineEnd,
  type Notes,
  netSuiteFiles,
  quickBooksFiles,
  type ReportColumn,
  type ReportRow,
  type Rows,
  xeroFiles,
} from '../revenue/index.ts';
import { CannotRun, type Output } from './output.ts';
import { tableLines } from './table.ts';
import { leftOver, writeWhole } from './whole-files.ts';

/** How a report can be given; the last three are journals. */
export const FORMATS = ['table', 'csv', 'json', 'jsonl', 'qbo', 'xero', 'netsuite'] as const;

/** One of them. */
export type Format = (typeof FORMATS)[number];

/** Answers a command gives. */
export interface Told {
  /** Of its file: `journal`. */
  readonly name: string;
  /** What it is and of what: `Journal`, `book main`, `2026-01`. */
  readonly about: readonly string[];
  readonly columns: readonly ReportColumn[];
  readonly rows: AsyncIterable<ReportRow>;
}

/** How it is given. */
export interface AnswerOptions {
  readonly format: Format;
  /** A file or a folder. Default: where answers go. */
  readonly out?: string | undefined;
  /** Default: `lf`. */
  readonly lineEnd?: LineEnd | undefined;
  readonly setup: JournalSetup;
}

type Adapter = (
  lines: Rows<JournalLine>,
  setup: JournalSetup,
  notes: Notes,
) => AsyncGenerator<FilePart>;

const ADAPTERS: ReadonlyMap<Format, Adapter> = new Map([
  ['qbo', quickBooksFiles],
  ['xero', xeroFiles],
  ['netsuite', netSuiteFiles],
]);

const ENDINGS: Readonly<Partial<Record<Format, string>>> = {
  table: 'txt',
  json: 'json',
  jsonl: 'jsonl',
};

/** Throws `CannotRun` where a report can't be given so; asked before anything is read. */
export function checkFormat(
  name: string,
  { format, out, lineEnd }: Pick<AnswerOptions, 'format' | 'out' | 'lineEnd'>,
): void {
  if (out === '') throw new CannotRun('--out: say a file, or a folder with / at its end');
  if (lineEnd !== undefined && ENDINGS[format] !== undefined) {
    throw new CannotRun(`--line-end is for CSV files, and --format ${format} is none`);
  }
  if (!ADAPTERS.has(format) || name === 'journal') return;
  throw new CannotRun(
    `--format ${format} is for the journal: tallystick report journal --format ${format}; others are given as table, csv, json or jsonl`,
  );
}

/** Gives it. Throws `CannotRun` where its place can't be written to. */
export async function answer(told: Told, options: AnswerOptions, output: Output): Promise<void> {
  const { format, out } = options;
  checkFormat(told.name, options);
  if (out === undefined || out === '-') {
    await print(told, options, output);
    return;
  }
  const name = fileName(told.name, format);
  const written = await writeWhole(partsOf(told, options, output, undefined), { path: out, name });
  for (const path of written) output.warn(`written: ${path}`);
  for (const file of await leftOver(out, name, written.length)) {
    output.warn(`note: ${file} is there from before and is no part of this answer`);
  }
}

function fileName(name: string, format: Format): string {
  const system = ADAPTERS.has(format) ? `-${format}` : '';
  return `${name}${system}.${ENDINGS[format] ?? 'csv'}`;
}

async function print(told: Told, options: AnswerOptions, output: Output): Promise<void> {
  const write = output.write ?? bySay(output);
  // Of several files none is printed: two imports would look like one.
  let first = '';
  const isSplit = mayBeSplit(options);
  for await (const { file, text } of partsOf(told, options, output, output)) {
    if (file > 1) {
      throw new CannotRun('the answer has several files: say where to with --out FOLDER/');
    }
    if (isSplit) first += text;
    else await write(text);
  }
  if (isSplit) await write(first);
}

function mayBeSplit({ format, setup }: AnswerOptions): boolean {
  if (format === 'xero') return true;
  return (
    (format === 'qbo' && setup.quickbooks?.linesPerFile !== undefined) ||
    (format === 'netsuite' && setup.netsuite?.linesPerFile !== undefined)
  );
}

function partsOf(
  told: Told,
  { format, lineEnd, setup }: AnswerOptions,
  output: Output,
  reader: Output | undefined,
): AsyncIterable<FilePart> {
  const { columns, rows } = told;
  const ends = lineEnd === undefined ? {} : { lineEnd };
  const adapter = ADAPTERS.get(format);
  if (adapter !== undefined) {
    return adapter(journalLines(rows), { ...setup, ...ends }, ({ externalId, message }) => {
      output.warn(`note: ${externalId}: ${message}`);
    });
  }
  if (format === 'csv') return oneFile(csv(columns, rows, ends));
  if (format === 'table') return oneFile(asText(told, reader));
  return oneFile(json(columns, rows, { lines: format === 'jsonl' }));
}

async function* oneFile(texts: AsyncIterable<string>): AsyncGenerator<FilePart> {
  let isEmpty = true;
  for await (const text of texts) {
    isEmpty = false;
    yield { file: 1, text };
  }
  // A file without a row is a file too.
  if (isEmpty) yield { file: 1, text: '' };
}

async function* asText(
  { about, columns, rows }: Told,
  reader: Output | undefined,
): AsyncGenerator<string> {
  const terminal = reader?.terminal;
  const title = about.join(', ');
  yield terminal?.isStyled === true ? `\x1b[1m${title}\x1b[22m\n\n` : `${title}\n\n`;
  for await (const line of tableLines(columns, rows, terminal)) yield `${line}\n`;
}

/** Whoever takes lines only gets lines. */
function bySay({ say }: Output): (text: string) => Promise<void> {
  return async (text) => {
    for (const line of text.replace(/\n$/, '').split('\n')) say(line);
  };
}
