// `npm run bench`: measures the write path against ledgers and inserts that bound it, side by side in
// one run, prints the tables and writes them into docs/benchmarks.md. `-- --quick` is shorter and
// only prints; `-- --only hot,many` leaves parts out, and only prints as well.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { memory } from '../../src/index.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { startPostgres } from '../postgres/server.ts';
import { createInserts, insertMany, insertOne } from './inserts.ts';
import { BareEngine, type BenchLedger, benchLedger, debit, keyOf, openAccounts } from './ledger.ts';
import { load, machine } from './machine.ts';
import { createNaive, naiveDebit } from './naive.ts';
import { type Figures, markdownTable, NAMES, tables, terminalTable } from './report.ts';
import { type Effort, type Measured, measure, type Variant } from './rounds.ts';

const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const PARTS = ['hot', 'many', 'joined', 'elsewhere'] as const;
const CONNECTIONS = 16;
const UNNEST_ROWS = 1_000;
const ENGINE_RUN = 256;

type Databased = Exclude<(typeof PARTS)[number], 'elsewhere'>;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' } },
});
const effort: Effort = options.quick ? { rounds: 3, roundMs: 300 } : { rounds: 15, roundMs: 400 };
const only = options.only?.split(',');
const wanted = PARTS.filter((part) => only?.includes(part) ?? true);

const tell = (line: string): void => console.error(line);
const loadBefore = load();
const server = await startPostgres({ durable: true });
try {
  const pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS });
  try {
    const about = await machine(pool);
    const variants = await onPostgres(pool);
    const measured = await measure(Object.values(variants).flat(), effort, tell);
    const figures = {
      hot: measured.splice(0, variants.hot.length),
      many: measured.splice(0, variants.many.length),
      joined: measured,
      elsewhere: wanted.includes('elsewhere') ? await measureElsewhere() : [],
    };
    report(figures, about);
  } finally {
    await pool.end();
  }
} finally {
  await server.stop();
}

/** What is measured on PostgreSQL, all of it interleaved. */
async function onPostgres(pool: pg.Pool): Promise<Record<Databased, Variant[]>> {
  const callers = [1, 16, 64];
  const many = Array.from({ length: 1_000 }, (_, index) => `account-${index}`);
  const hot = [...callers, 256, 1_024].map((count) => `hot-${count}`);
  const accounts = [...hot, 'repeated', 'joined', ...many];
  const ledger = await benchLedger(postgres(pool));
  await openAccounts(ledger, accounts);
  await createNaive(pool, [...accounts, 'own']);
  await debit(ledger, 'joined', 0);
  const row = await createInserts(pool, 'tallystick');
  const some = (turn: number): string => many[(turn * 7_919) % many.length] ?? '';
  const variants: Record<Databased, Variant[]> = {
    hot: [
      ...callers.map((count) => ({
        name: NAMES.naive,
        callers: count,
        call: (turn: number) => naiveDebit(pool, `hot-${count}`, keyOf(turn)),
      })),
      ...callers.map((count) => ({
        name: NAMES.insert,
        callers: count,
        call: (turn: number) => insertOne(pool, `hot-${count}`, turn, row),
      })),
      {
        name: NAMES.unnest,
        callers: 1,
        operations: UNNEST_ROWS,
        call: (turn) => insertMany(pool, 'many', turn * UNNEST_ROWS, UNNEST_ROWS, row),
      },
      ...[...callers, 256, 1_024].map((count) => ({
        name: NAMES.ledger,
        callers: count,
        call: (turn: number) => debit(ledger, `hot-${count}`, turn),
      })),
      { name: NAMES.repeated, callers: 64, call: (turn) => oftenAgain(ledger, turn) },
    ],
    many: [
      ...[64, 1_024].map((count) => ({
        name: NAMES.naiveMany,
        callers: count,
        call: (turn: number) => naiveDebit(pool, some(turn), `${count}:${keyOf(turn)}`),
      })),
      ...[64, 1_024].map((count) => ({
        name: NAMES.ledgerMany,
        callers: count,
        call: (turn: number) =>
          ledger.consume({ account: some(turn), amount: 1, key: `${count}:${keyOf(turn)}` }),
      })),
    ],
    joined: [
      {
        name: NAMES.naiveOne,
        callers: 1,
        call: (turn) => naiveDebit(pool, 'own', keyOf(turn)),
      },
      { name: NAMES.within, callers: 1, call: (turn) => debitWithin(pool, ledger, turn) },
    ],
  };
  for (const part of ['hot', 'many', 'joined'] as const) {
    if (!wanted.includes(part)) variants[part] = [];
  }
  return variants;
}

/** One debit in twenty repeats the key of an earlier one. */
function oftenAgain(ledger: BenchLedger, turn: number): Promise<unknown> {
  return debit(ledger, 'repeated', turn % 20 === 0 && turn > 1_001 ? turn - 1_001 : turn);
}

async function debitWithin(pool: pg.Pool, ledger: BenchLedger, turn: number): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    await ledger.within(client).consume({ account: 'joined', amount: 1, key: keyOf(turn) });
    await client.query('commit');
  } finally {
    client.release();
  }
}

async function measureElsewhere(): Promise<Measured[]> {
  const folder = mkdtempSync(join(tmpdir(), 'tallystick-bench-'));
  const engine = new BareEngine();
  const commands = engine.read(0, ENGINE_RUN);
  const inMemory = await benchLedger(memory());
  const onFile = await benchLedger(sqlite(join(folder, 'credits.db')));
  for (const ledger of [inMemory, onFile])
    await openAccounts(ledger, ['hot-1', 'hot-64', 'hot-1024']);
  const stored = (name: string, ledger: BenchLedger): Variant[] =>
    [1, 64, 1_024].map((callers) => ({
      name,
      callers,
      call: (turn) => debit(ledger, `hot-${callers}`, turn),
    }));
  try {
    return await measure(
      [
        {
          name: NAMES.engine,
          callers: 1,
          operations: ENGINE_RUN,
          call: async () => engine.decide(commands),
        },
        {
          name: NAMES.engineAndDoor,
          callers: 1,
          operations: ENGINE_RUN,
          call: async (turn) => engine.decide(engine.read(turn * ENGINE_RUN, ENGINE_RUN)),
        },
        ...stored(NAMES.memory, inMemory),
        ...stored(NAMES.sqlite, onFile),
      ],
      effort,
      tell,
    );
  } finally {
    await inMemory.close();
    await onFile.close();
    rmSync(folder, { recursive: true });
  }
}

function report(figures: Figures, about: readonly string[]): void {
  const all = tables(figures).filter(({ rows }) => rows.length > 0);
  const lines = [
    ...about,
    `${effort.rounds} rounds of ${effort.roundMs} ms, interleaved; figures are medians over the rounds, ratios medians of each round's own ratio`,
    `load average of one minute: ${loadBefore} before, ${load()} after`,
  ];
  console.log(`\n${lines.join('\n')}\n`);
  for (const table of all) console.log(terminalTable(table));
  if (options.quick || only !== undefined) return;
  const date = new Date().toISOString().slice(0, 10);
  const measured = [
    `Measured on ${date}:\n\n${lines.map((line) => `- ${line}`).join('\n')}\n`,
    ...all.map(markdownTable),
  ].join('\n');
  const page = readFileSync(PAGE, 'utf8');
  const marked = /(<!-- measured -->\n)[\s\S]*(<!-- \/measured -->)/;
  if (!marked.test(page)) throw new Error('docs/benchmarks.md has no place for the figures');
  writeFileSync(
    PAGE,
    page.replace(marked, (_, before, after) => `${before}\n${measured}\n${after}`),
  );
  tell('written to docs/benchmarks.md');
}
