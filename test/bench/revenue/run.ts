// `npm run revenue:bench`: how fast a book is read and closed, and how much memory that takes, over
// generated books of as many operations and more and more accounts. Prints a table and writes it into
// docs/benchmarks-revenue.md. `-- --quick` is shorter and only prints; `-- --operations 1000000
// --accounts 1000,1000000 --storage sqlite,postgres` says otherwise.

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
const operations = Number(options.operations ?? (options.quick ? 100_000 : 1_000_000));
const sizes = (options.accounts ?? (options.quick ? '1000,10000' : '1000,10000,100000'))
  .split(',')
  .map(Number);
const storages = (options.storage ?? 'sqlite,postgres').split(',');
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
}

/** How long the work takes, and how much of the heap is in use at the most. */
async function timed(work: () => Promise<unknown>): Promise<Timed> {
  let heap = 0;
  const look = (): void => {
    heap = Math.max(heap, process.memoryUsage().heapUsed);
  };
  const watch = setInterval(look, 20);
  const began = performance.now();
  await work();
  const ms = performance.now() - began;
  clearInterval(watch);
  look();
  return { ms, heap: heap / 2 ** 20 };
}

/** The last month's roll-forward, and how many rows it has. */
async function rollForward(book: RevenueBook): Promise<void> {
  const { rows } = await book.report('deferred', { period: '2025-12' });
  for await (const row of rows) if (row['check'] !== '0.00') throw new Error('it does not add up');
}

async function measured(name: string, storage: Storage, accounts: number): Promise<Figures> {
  await storage.migrate();
  const written = await generate(storage, { accounts, operations }, (done) => {
    if (done % 100_000 < 2_000) tell(`  ${name}, ${accounts} accounts: ${done} operations written`);
  });
  const clock = (): number => Date.UTC(2026, 0, 15);
  const book = await openBook({ storage, units: UNITS, book: {}, clock });
  const whole = await timed(() => rollForward(book));
  const close = await timed(() => book.close({ period: '2025-11', by: 'bench' }));
  const after = await timed(() => rollForward(book));
  tell(`  ${name}, ${accounts} accounts: done`);
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
  ...['close: s', 'report after the close: s', 'of the first', 'heap at most: MB'],
];

function line({ storage, accounts, operations: all, whole, close, after }: Figures): string[] {
  return [
    ...[storage, count.format(accounts), count.format(all), seconds(whole.ms)],
    ...[count.format(Math.round((all / whole.ms) * 1_000)), seconds(close.ms), seconds(after.ms)],
    `${Math.round((after.ms / whole.ms) * 100)} %`,
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
if (storages.includes('sqlite')) for (const size of sizes) found.push(await onSqlite(size));
if (storages.includes('postgres')) {
  const server = await startPostgres({ durable: true });
  try {
    for (const size of sizes) {
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
