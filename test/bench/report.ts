// The tables: what is put beside what, for the terminal and for the page.

import { type Known, LARGEST, SMALLEST } from './growth.ts';
import type { Waited } from './open-loop.ts';
import { find, type Measured, timesOf, timesTheWalOf } from './rounds.ts';

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
  readonly committers: readonly Measured[];
  readonly arrivals: readonly Waited[];
  readonly growth: readonly Measured[];
  readonly known: readonly Known[];
  readonly elsewhere: readonly Measured[];
  /** Bytes of the journal with its indexes for one operation; null where too few were written. */
  readonly bytes: number | null;
}

/** The names that ratios are taken to, or of. */
export const NAMES = {
  naive: 'naive ledger',
  function: 'naive ledger as a function',
  insert: 'bare INSERT',
  unnest: 'bare INSERT of 1,000 rows at once',
  ledger: 'tallystick',
  repeated: 'tallystick, 5 % of the keys repeated',
  naiveEven: 'naive ledger, even',
  even: 'tallystick, even',
  naiveZipf: 'naive ledger, Zipf',
  zipf: 'tallystick, Zipf',
  naiveOne: 'naive ledger, in a transaction',
  within: 'tallystick, within(trx)',
  engine: 'engine alone',
  engineAndDoor: 'engine and input checks',
  lease: 'lease, spent from memory',
  memory: 'memory storage',
  sqlite: 'SQLite file, every commit synced',
  processes: (count: number): string => (count === 1 ? '1 process' : `${count} processes`),
} as const;

/** All tables. */
export function tables(figures: Figures): Table[] {
  const { hot, many, joined, committers, elsewhere } = figures;
  const naive16 = find(hot, NAMES.naive, 16);
  const naive1 = find(hot, NAMES.naive, 1);
  const ceiling = find(hot, NAMES.unnest, 1);
  const alone = committers[0];
  return [
    table('One hot account, PostgreSQL', hot, [
      ['to naive, 16 callers', (one) => ratio(timesOf(one, naive16))],
      ['to naive, 1 caller', (one) => (one.callers === 1 ? ratio(timesOf(one, naive1)) : '')],
      ['of the ceiling', (one) => ratio(timesOf(one, ceiling))],
    ]),
    table('1,000 accounts, PostgreSQL', many, [
      [
        'to naive over the same, 64 callers',
        (one) => ratio(timesOf(one, naiveLike(many, one.name))),
      ],
    ]),
    table("In the caller's own transaction, one hot account, PostgreSQL", joined, [
      ['to naive, 1 caller', (one) => ratio(timesOf(one, find(joined, NAMES.naiveOne, 1)))],
    ]),
    table('Processes that share one hot account and 256 callers, PostgreSQL', committers, [
      ['to one process', (one) => ratio(timesOf(one, alone))],
    ]),
    openLoop(figures.arrivals),
    growthTable(figures.growth, figures.known),
    knownTable(figures.known),
    table('Without PostgreSQL, one hot account', elsewhere, []),
    {
      title: 'Storage',
      head: ['', 'bytes'],
      rows:
        figures.bytes === null
          ? []
          : [['a debit in the journal, with its two indexes', whole(figures.bytes)]],
    },
    goals(figures),
  ];
}

function naiveLike(many: readonly Measured[], name: string): Measured | undefined {
  const isZipf = name === NAMES.zipf || name === NAMES.naiveZipf;
  return find(many, isZipf ? NAMES.naiveZipf : NAMES.naiveEven, 64);
}

function openLoop(arrivals: readonly Waited[]): Table {
  return {
    title: 'Open loop, one hot account: from the intended arrival to the answer, PostgreSQL',
    head: ['', 'arrivals/s', 'answered/s', 'p50 ms', 'p99 ms', 'p99.9 ms'],
    rows: arrivals.map((one) => [
      one.name,
      whole(one.perSecond),
      whole(one.answered),
      ms(one.p50),
      ms(one.p99),
      ms(one.p999),
    ]),
  };
}

function growthTable(growth: readonly Measured[], known: readonly Known[]): Table {
  return {
    title: 'Growth: debits on accounts of several sizes, PostgreSQL',
    head: [
      'blocks / operations',
      'callers',
      'debits/s',
      'time, to the smallest',
      'bytes of WAL a debit',
      'WAL, to the smallest',
    ],
    rows: growth.map((one) => {
      const size = known.find(({ account }) => account === one.name);
      const smallest = find(growth, SMALLEST, one.callers);
      return [
        `${whole(size?.blocks ?? 0)} / ${whole(size?.operations ?? 0)}`,
        whole(one.callers),
        whole(one.rate),
        figure(timesOf(smallest, one)),
        whole(one.wal),
        figure(timesTheWalOf(one, smallest)),
      ];
    }),
  };
}

function knownTable(known: readonly Known[]): Table {
  return {
    title: 'A process that has never seen the account, PostgreSQL',
    head: ['blocks / operations', 'first balance, ms', 'heap that it takes, kB'],
    rows: known.map(({ blocks, operations, coldMs, heapKb }) => [
      `${whole(blocks)} / ${whole(operations)}`,
      ms(coldMs),
      whole(heapKb),
    ]),
  };
}

type Goal = readonly [what: string, bound: 'at least' | 'at most', goal: number, measured: number];

/** Where the write path stands against what it is meant to reach. */
function goals({ hot, many, joined, committers, growth, elsewhere }: Figures): Table {
  const naive16 = find(hot, NAMES.naive, 16);
  const ours = (callers: number): Measured | undefined => find(hot, NAMES.ledger, callers);
  const large = find(growth, LARGEST, 64);
  const small = find(growth, SMALLEST, 64);
  const rows: readonly Goal[] = [
    ['hot account, 64 callers, to naive with 16', 'at least', 40, timesOf(ours(64), naive16)],
    ['hot account, 1,024 callers, to naive with 16', 'at least', 60, timesOf(ours(1024), naive16)],
    ['one caller, to naive with one', 'at least', 1.5, timesOf(ours(1), find(hot, NAMES.naive, 1))],
    [
      '1,000 accounts even, 1,024 callers, to naive over the same',
      'at least',
      10,
      timesOf(find(many, NAMES.even, 1024), find(many, NAMES.naiveEven, 64)),
    ],
    [
      'of the ceiling of 1,000 rows at once, 1,024 callers',
      'at least',
      0.5,
      timesOf(ours(1024), find(hot, NAMES.unnest, 1)),
    ],
    [
      'within(trx), one caller, to naive with one',
      'at least',
      1.5,
      timesOf(find(joined, NAMES.within, 1), find(joined, NAMES.naiveOne, 1)),
    ],
    [
      'time of a debit on the largest account, to the smallest',
      'at most',
      1.1,
      timesOf(small, large),
    ],
    [
      'WAL of a debit on the largest account, to the smallest',
      'at most',
      1.05,
      timesTheWalOf(large, small),
    ],
    ['4 processes on one account, to one', 'at least', 0.5, timesOf(committers[2], committers[0])],
    [
      '5 % repeated keys, to none',
      'at least',
      0.95,
      timesOf(find(hot, NAMES.repeated, 64), ours(64)),
    ],
    [
      'engine alone, debits a second (for orientation)',
      'at least',
      300_000,
      find(elsewhere, NAMES.engine, 1)?.rate ?? Number.NaN,
    ],
  ];
  return {
    title: 'Goals of the write path',
    head: ['', 'goal', 'measured', ''],
    rows: rows.map(([what, bound, goal, measured]) => [
      what,
      `${bound} ${figure(goal)}`,
      figure(measured),
      Number.isNaN(measured) ? '' : isReached(bound, goal, measured) ? 'reached' : 'not reached',
    ]),
  };
}

function isReached(bound: Goal[1], goal: number, measured: number): boolean {
  return bound === 'at least' ? measured >= goal : measured <= goal;
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
      Number.isNaN(one.p50) ? '' : `${ms(one.p50)} / ${ms(one.p99)}`,
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

function figure(value: number): string {
  if (Number.isNaN(value)) return '–';
  return value >= 1_000 ? whole(value) : ratio(value);
}

function ratio(value: number): string {
  return value >= 10 ? value.toFixed(0) : value >= 2 ? value.toFixed(1) : value.toFixed(2);
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
