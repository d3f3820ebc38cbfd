// The tables: what is put beside what, for the terminal and for the page.

import { type Measured, timesOf } from './rounds.ts';

/** A table of figures. */
export interface Table {
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** What was measured, by the names that the variants were given. */
export interface Figures {
  readonly hot: readonly Measured[];
  readonly many: readonly Measured[];
  readonly joined: readonly Measured[];
  readonly elsewhere: readonly Measured[];
}

/** The names that ratios are taken to, or of. */
export const NAMES = {
  naive: 'naive ledger',
  insert: 'bare INSERT',
  unnest: 'bare INSERT of 1,000 rows at once',
  ledger: 'tallystick',
  repeated: 'tallystick, 5 % of the keys repeated',
  naiveMany: 'naive ledger, 1,000 accounts',
  ledgerMany: 'tallystick, 1,000 accounts',
  naiveOne: 'naive ledger, in a transaction',
  within: 'tallystick, within(trx)',
  engine: 'engine alone',
  engineAndDoor: 'engine and input checks',
  memory: 'memory storage',
  sqlite: 'SQLite file, every commit synced',
} as const;

/** All tables. */
export function tables(figures: Figures): Table[] {
  const { hot, many, joined, elsewhere } = figures;
  const naive16 = find(hot, NAMES.naive, 16);
  const naive1 = find(hot, NAMES.naive, 1);
  const naiveMany = find(many, NAMES.naiveMany, 64);
  return [
    table('One hot account, PostgreSQL', hot, [
      ['to naive, 16 callers', (one) => ratio(timesOf(one, naive16))],
      ['to naive, 1 caller', (one) => (one.callers === 1 ? ratio(timesOf(one, naive1)) : '')],
    ]),
    table('1,000 accounts, evenly used, PostgreSQL', many, [
      ['to naive over the same, 64 callers', (one) => ratio(timesOf(one, naiveMany))],
    ]),
    table("In the caller's own transaction, one hot account, PostgreSQL", joined, [
      ['to naive, 1 caller', (one) => ratio(timesOf(one, naive1))],
    ]),
    table('Without PostgreSQL, one hot account', elsewhere, []),
    goals(figures),
  ];
}

/** Where the write path stands against what it is meant to reach. */
function goals({ hot, many, joined, elsewhere }: Figures): Table {
  const naive1 = find(hot, NAMES.naive, 1);
  const naive16 = find(hot, NAMES.naive, 16);
  const ledger64 = find(hot, NAMES.ledger, 64);
  const rows: readonly (readonly [what: string, goal: number, measured: number])[] = [
    ['hot account, 64 callers, to naive with 16', 40, timesOf(ledger64, naive16)],
    [
      'hot account, 1,024 callers, to naive with 16',
      60,
      timesOf(find(hot, NAMES.ledger, 1024), naive16),
    ],
    ['one caller, to naive with one', 1.5, timesOf(find(hot, NAMES.ledger, 1), naive1)],
    [
      '1,000 accounts, 1,024 callers, to naive over the same',
      10,
      timesOf(find(many, NAMES.ledgerMany, 1024), find(many, NAMES.naiveMany, 64)),
    ],
    [
      'of the ceiling of 1,000 rows at once, 256 callers',
      0.5,
      timesOf(find(hot, NAMES.ledger, 256), find(hot, NAMES.unnest, 1)),
    ],
    ['within(trx), to naive with one', 1.5, timesOf(find(joined, NAMES.within, 1), naive1)],
    ['5 % repeated keys, to none', 0.95, timesOf(find(hot, NAMES.repeated, 64), ledger64)],
    [
      'engine alone, debits a second',
      300_000,
      find(elsewhere, NAMES.engine, 1)?.rate ?? Number.NaN,
    ],
  ];
  return {
    title: 'Goals of the write path',
    head: ['', 'goal', 'measured'],
    rows: rows.map(([what, goal, measured]) => [what, figure(goal), figure(measured)]),
  };
}

function table(
  title: string,
  measured: readonly Measured[],
  ratios: readonly (readonly [name: string, of: (one: Measured) => string])[],
): Table {
  return {
    title,
    head: ['', 'callers', 'debits/s', ...ratios.map(([name]) => name), 'p50 / p99 ms', 'rounds'],
    rows: measured.map((one) => [
      one.name,
      whole(one.callers),
      whole(one.rate),
      ...ratios.map(([, of]) => of(one)),
      `${ms(one.p50)} / ${ms(one.p99)}`,
      `${percent(one.spread[0])} to ${percent(one.spread[1])}`,
    ]),
  };
}

/** The table with its columns under each other. */
export function terminalTable({ title, head, rows }: Table): string {
  const lines = [head, ...rows];
  const widths = head.map((_, column) =>
    Math.max(...lines.map((line) => line[column]?.length ?? 0)),
  );
  const written = lines.map((line) =>
    line
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0),
      )
      .join('   ')
      .trimEnd(),
  );
  return `${title}\n\n${written.map((line) => `  ${line}`).join('\n')}\n`;
}

/** The table in Markdown. */
export function markdownTable({ title, head, rows }: Table): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = line(head.map((_, column) => (column === 0 ? '---' : '---:')));
  return `### ${title}\n\n${[line(head), rule, ...rows.map(line)].join('\n')}\n`;
}

function find(measured: readonly Measured[], name: string, callers: number): Measured | undefined {
  return measured.find((one) => one.name === name && one.callers === callers);
}

function figure(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 1_000 ? whole(value) : ratio(value);
}

function ratio(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function ms(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 1 ? value.toFixed(1) : value.toFixed(2);
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
