// `npm run bench`: measures the write path against ledgers and inserts that bound it, side by side in
// one run, prints the tables and writes them into docs/benchmarks.md. `-- --quick` takes about two
// minutes and only prints; `-- --only hot,many` leaves parts out, and only prints as well.

import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { postgres } from '../../src/storage/postgres/index.ts';
import { startPostgres } from '../postgres/server.ts';
import { Committers } from './committers.ts';
import { build, type Known, loadCold, sizes, variants } from './growth.ts';
import { type BenchLedger, benchLedger, type debit, grantBlocks, keyOf } from './ledger.ts';
import { load, machine } from './machine.ts';
import { naiveDebit } from './naive.ts';
import { onPostgres } from './on-postgres.ts';
import { type Arrivals, measureArrivals, type Waited } from './open-loop.ts';
import { type Figures, markdownTable, NAMES, tables, terminalTable } from './report.ts';
import { type Effort, find, type Measured, measure } from './rounds.ts';
import { bytesPerOperation, checkpointNow, walPosition } from './wal.ts';
import { measureElsewhere } from './without-postgres.ts';

const PAGE = new URL('../../docs/benchmarks.md', import.meta.url);
const PARTS = ['hot', 'many', 'joined', 'committers', 'open', 'growth', 'elsewhere'] as const;
const CONNECTIONS = 16;
const PROCESSES = 4;
const TOGETHER = 256;

const { values: options } = parseArgs({
  options: { quick: { type: 'boolean' }, only: { type: 'string' } },
});
const quick = options.quick === true;
const effort: Effort = quick ? { rounds: 3, roundMs: 200 } : { rounds: 15, roundMs: 400 };
const only = options.only?.split(',');
const wants = (part: (typeof PARTS)[number]): boolean => only?.includes(part) ?? true;
for (const part of only ?? []) {
  if (!PARTS.some((one) => one === part)) throw new Error(`--only: ${PARTS.join(', ')}`);
}

const tell = (line: string): void => console.error(line);
const loadBefore = load();
const server = await startPostgres({ durable: true });
try {
  const pool = new pg.Pool({ connectionString: server.url, max: CONNECTIONS });
  try {
    report(await measureAll(pool), await machine(pool));
  } finally {
    await pool.end();
  }
} finally {
  await server.stop();
}

async function measureAll(pool: pg.Pool): Promise<Figures> {
  const { ledger, ...by } = await onPostgres(pool);
  const hot = wants('hot') || wants('open') ? by.hot : [];
  const many = wants('many') ? by.many : [];
  const joined = wants('joined') ? by.joined : [];
  const measured = await measure([...hot, ...many, ...joined], effort, tell);
  const figures = {
    hot: measured.splice(0, hot.length),
    many: measured.splice(0, many.length),
    joined: measured,
  };
  const arrivals = wants('open') ? await measureOpen(pool, ledger, figures.hot) : [];
  // Of debits and hardly anything else, once there were many.
  const bytes = wants('hot') ? await bytesPerOperation(pool, 'tallystick') : null;
  await ledger.close();
  return {
    ...figures,
    committers: wants('committers') ? await measureCommitters(pool) : [],
    arrivals,
    bytes,
    ...(wants('growth') ? await measureGrowth(pool) : { growth: [], known: [] }),
    elsewhere: wants('elsewhere') ? await measureElsewhere(effort, tell) : [],
  };
}

/** Arrivals at shares and multiples of what the naive ledger can do at all in this very run. */
function measureOpen(
  pool: pg.Pool,
  ledger: Parameters<typeof debit>[0],
  hot: readonly Measured[],
): Promise<Waited[]> {
  const saturated = find(hot, NAMES.naive, 16)?.rate ?? 0;
  const ours = (times: number): Arrivals => ({
    name: `${NAMES.ledger}, at ${times} times what naive can`,
    perSecond: saturated * times,
    call: (turn) => ledger.consume({ account: 'open', amount: 1, key: `${times}:${keyOf(turn)}` }),
  });
  const naive: Arrivals = {
    name: `${NAMES.naive}, at 0.8 of what it can`,
    perSecond: saturated * 0.8,
    call: (turn) => naiveDebit(pool, 'open', keyOf(turn)),
  };
  const rounds = quick ? { rounds: 3, roundMs: 500 } : { rounds: 7, roundMs: 2_000 };
  return measureArrivals([naive, ...[0.8, 5, 10, 25].map(ours)], rounds, tell);
}

async function measureCommitters(pool: pg.Pool): Promise<Measured[]> {
  const ledger = await benchLedger(postgres(pool));
  await grantBlocks(ledger, 'shared', 10);
  await ledger.close();
  const committers = await Committers.start(server.url, 'shared', PROCESSES);
  try {
    const over = [1, 2, PROCESSES].map((processes) =>
      committers.variant(NAMES.processes(processes), processes, TOGETHER),
    );
    const longer = { ...effort, roundMs: effort.roundMs * 2 };
    return await measure(over, longer, tell);
  } finally {
    await committers.end();
  }
}

async function measureGrowth(
  pool: pg.Pool,
): Promise<{ readonly growth: readonly Measured[]; readonly known: readonly Known[] }> {
  const all = sizes(quick);
  await build(pool, all, tell);
  const known = await loadCold(pool, all);
  const ledgers = new Map<string, BenchLedger>();
  for (const { account } of all) {
    const ledger = await benchLedger(postgres(pool));
    await ledger.balance({ account });
    ledgers.set(account, ledger);
  }
  // Whole pages go into the log once after a checkpoint, which would fall on whoever comes first.
  await checkpointNow(pool);
  const longer = { ...effort, roundMs: effort.roundMs * 2 };
  const growth = await measure(variants(ledgers, all), longer, tell, () => walPosition(pool));
  for (const ledger of ledgers.values()) await ledger.close();
  return { growth, known };
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
  if (quick || only !== undefined) return;
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
