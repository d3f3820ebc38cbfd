// `npm run revenue:bench`: how fast a book is read and closed, how much of it is read, and how much
// memory that takes, over generated books of more and more accounts: up to a million in SQLite, up to a
// hundred thousand in PostgreSQL. Prints a table and writes it into docs/benchmarks-revenue.md.
// `-- --quick` is shorter and only prints, and so is what says otherwise: `-- --operations 1000000
// --accounts 1000,1000000 --storage sqlite,postgres`.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { openBook, type RevenueBook } from '../../../src/books/index.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { postgres } from '../../../src/storage/postgres/index.ts';
import { sqlite } from '../../../src/storage/sqlite/index.ts';
import { startPostgres } from '../../postgres/server.ts';
import { load, machine } from '../machine.ts';
import { generate, UNITS } from './generated.ts';

const PAGE = new URL('../../../docs/benchmarks-revenue.md', import.meta.url);
const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean' },
    operations: { type: 'string' },
    accounts: { type: 'string' },
    storage: { type: 'string' },
  },
});
const least = Number(options.operations ?? (options.quick ? 60_000 : 1_000_000));
const storages = (options.storage ?? 'sqlite,postgres').split(',');

/** How many accounts the books of a storage have. */
function sizesOf(largest: number): number[] {
  if (options.accounts !== undefined) return options.accounts.split(',').map(Number);
  return [1_000, 10_000, 100_000, 1_000_000].filter(
    (size) => size <= (options.quick ? 10_000 : largest),
  );
}
const isWhole = Object.keys(options).length === 0;

const tell = (line: string): void => console.error(line);

interface Figures {
  readonly storage: string;
  readonly accounts: number;
  readonly operations: number;
  /** Milliseconds, and megabytes at the most. */
  readonly whole: Timed;
  readonly close: Timed;
  readonly after: Timed;
}

interface Timed {
  readonly ms: number;
  readonly heap: number;
  /** Operations of accounts that were asked for, and pages of what closes kept. */
  readonly read: Reads;
}

interface Reads {
  operations: number;
  pages: number;
}

/** The storage, and what was asked of it since it was looked at last. */
function counted(storage: Storage): { readonly storage: Storage; readonly taken: () => Reads } {
  let reads: Reads = { operations: 0, pages: 0 };
  return {
    storage: {
      ...storage,
      operations: async (account, after, limit) => {
        const rows = await storage.operations(account, after, limit);
        reads[account.startsWith('tallystick:') ? 'pages' : 'operations'] += rows.length;
        return rows;
      },
    },
    taken: () => {
      const was = reads;
      reads = { operations: 0, pages: 0 };
      return was;
    },
  };
}

/** How long the work takes, and how much of the heap is in use at the most. */
async function timed(taken: () => Reads, work: () => Promise<unknown>): Promise<Timed> {
  let heap = 0;
  taken();
  const look = (): void => {
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  };
  const watch = setInterval(look, 20);
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  clearInterval(watch);
  look();
  return { ms, heap: heap / 2 ** 20, read: taken() };
}

/** The last month's roll-forward, and how many rows it has. */
async function rollForward(book: RevenueBook): Promise<void> {
  const { rows } = await book.report('deferred', { period: '2025-12' });
  for await (const row of rows) if (row['check'] !== '0.00') throw new Error('it does not add up');
}

async function measured(name: string, plain: Storage, accounts: number): Promise<Figures> {
  await plain.migrate();
  const { storage, taken } = counted(plain);
  const operations = Math.max(least, 3 * accounts);
  const written = await generate(storage, { accounts, operations }, (done) => {
    if (done % 100_000 < 2_000) tell(`  ${name}, ${accounts} accounts: ${done} operations written`);
  });
  const clock = (): number => Date.UTC(2026, 0, 15);
  const book = await openBook({ storage, units: UNITS, book: {}, clock });
  const whole = await timed(taken, () => rollForward(book));
  tell(`  ${name}, ${accounts} accounts: read`);
  const close = await timed(taken, () => book.close({ period: '2025-11', by: 'bench' }));
  tell(`  ${name}, ${accounts} accounts: closed`);
  const after = await timed(taken, () => rollForward(book));
  return { storage: name, accounts, operations: written, whole, close, after };
}

async function onSqlite(accounts: number): Promise<Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const storage = sqlite(join(folder, 'book.db'));
  try {
    return await measured('SQLite', storage, accounts);
  } finally {
    await storage.close();
    rmSync(folder, { recursive: true });
  }
}

const count = new Intl.NumberFormat('en');
const seconds = (ms: number): string => (ms / 1_000).toFixed(ms < 10_000 ? 2 : 1);

const HEAD = [
  ...['storage', 'accounts', 'operations', 'report, nothing closed: s', 'operations/s'],
  ...['close: s', 'report after the close: s', 'of the first', 'operations that it reads'],
  ...['heap at most: MB'],
];

function line({ storage, accounts, operations: all, whole, close, after }: Figures): string[] {
  return [
    ...[storage, count.format(accounts), count.format(all), seconds(whole.ms)],
    ...[count.format(Math.round((all / whole.ms) * 1_000)), seconds(close.ms), seconds(after.ms)],
    `${Math.round((after.ms / whole.ms) * 100)} %`,
    count.format(after.read.operations),
    String(Math.round(Math.max(whole.heap, close.heap, after.heap))),
  ];
}

function markdown(rows: readonly string[][]): string {
  const cells = (row: readonly string[]): string => `| ${row.join(' | ')} |`;
  return [
    cells(HEAD),
    cells(HEAD.map((_, at) => (at === 0 ? '---' : '---:'))),
    ...rows.map(cells),
  ].join('\n');
}

function terminal(rows: readonly string[][]): string {
  const widths = HEAD.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at]?.length ?? 0)),
  );
  return [HEAD, ...rows]
    .map((row) => row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '))
    .join('\n');
}

const loadBefore = load();
const found: Figures[] = [];
const about: string[] = [];
if (storages.includes('sqlite')) {
  for (const size of sizesOf(1_000_000)) found.push(await onSqlite(size));
}
if (storages.includes('postgres')) {
  const server = await startPostgres({ durable: true });
  try {
    for (const size of sizesOf(100_000)) {
      const pool = new pg.Pool({ connectionString: server.url, max: 16 });
      try {
        if (about.length === 0) about.push(...(await machine(pool)));
        const schema = `bench_${size}`;
        found.push(await measured('PostgreSQL', postgres(pool, { schema }), size));
        await pool.query(`drop schema ${schema} cascade`);
      } finally {
        await pool.end();
      }
    }
  } finally {
    await server.stop();
  }
}
const rows = found.map(line);
console.log(terminal(rows));
if (isWhole) {
  const said = [...about, `load average of one minute: ${loadBefore} before, ${load()} after`];
  const text = `Measured on ${new Date().toISOString().slice(0, 10)}:\n\n${said.map((one) => `- ${one}`).join('\n')}\n\n${markdown(rows)}`;
  const page = readFileSync(PAGE, 'utf8');
  const [before = '', , after = ''] = page.split(/<!-- (?:\/)?measured -->/);
  writeFileSync(PAGE, `${before}<!-- measured -->\n\n${text}\n\n<!-- /measured -->${after}`);
}
