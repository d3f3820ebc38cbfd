// Books on every storage: the same bytes, whoever closes first, whoever dies on the way.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { PGlite } from '@electric-sql/pglite';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBook, type RevenueBook } from '../../src/books/index.ts';
import { memory } from '../../src/index.ts';
import { MemoryTables } from '../../src/storage/memory.ts';
import { pglite } from '../../src/storage/pglite/index.ts';
import type { Storage } from '../../src/storage/port.ts';
import { postgres } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { createDatabase, type Database } from '../postgres/database.ts';
import { manyAccounts, toldBook, UNITS } from './book-story.ts';

const FEBRUARY = Date.UTC(2026, 1, 3);

const bookOn = (storage: Storage): Promise<RevenueBook> =>
  openBook({ storage, units: UNITS, book: 'main', clock: () => FEBRUARY });

/** Ten close at once, on as many connections as there are storages; nobody's close differs. */
async function racing(open: () => Promise<Storage>): Promise<void> {
  const storages = [await open(), await open()];
  const [first] = storages;
  if (first === undefined) throw new Error('no storage');
  await first.migrate();
  await manyAccounts(first, 40);
  const books = await Promise.all(storages.map(bookOn));
  const closers = books.flatMap((book, index) =>
    Array.from({ length: 5 }, (_, n) => book.close({ period: '2026-01', by: `${index}/${n}` })),
  );
  const closes = await Promise.all(closers);
  expect(new Set(closes.map((close) => JSON.stringify(close))).size).toBe(1);
  const [one] = books;
  expect(await one?.closes()).toEqual(closes.slice(0, 1));
  expect(await one?.verify()).toEqual({ ok: true, closes: 1, problems: [] });
}

/** A closer dies with its pages half written; the next closes all the same, and passes by what was left. */
async function killed(kind: 'sqlite' | 'postgres', address: string, storage: Storage) {
  await storage.migrate();
  await manyAccounts(storage, 620);
  const program = fileURLToPath(new URL('book-closer.ts', import.meta.url));
  const child = spawn(process.execPath, [program, kind, address], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  await Promise.race([once(child.stdout, 'data'), exit]);
  child.kill('SIGKILL');
  expect((await exit)[1]).toBe('SIGKILL');
  const left = await storage.operations('tallystick:book:main/2026-01/1', 0, 10);
  expect(left.map(({ kind: what }) => what)).toEqual(['open', 'cut']);
  const book = await bookOn(storage);
  expect(await book.closes()).toEqual([]);
  const close = await book.close({ period: '2026-01', by: 'ada' });
  expect(close).toMatchObject({ accounts: 620, closedBy: 'ada' });
  expect(await book.verify()).toEqual({ ok: true, closes: 1, problems: [] });
}

describe('a book over a storage', { timeout: 120_000 }, () => {
  let folder: string;
  let database: Database;
  let instance: PGlite;
  let told: unknown;
  const opened: { close(): Promise<void> }[] = [];
  const pools: pg.Pool[] = [];
  const pool = (url: string, max: number): pg.Pool => {
    const made = new pg.Pool({ connectionString: url, max });
    made.on('error', () => {});
    pools.push(made);
    return made;
  };
  const kept = <T extends Storage>(storage: T): T => {
    opened.push(storage);
    return storage;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-books-'));
    database = await createDatabase();
    instance = await PGlite.create();
    told = await toldBook(memory());
  });
  afterAll(async () => {
    for (const storage of opened) await storage.close();
    await instance.close();
    await Promise.all(pools.map((each) => each.end()));
    await database.drop();
    await rm(folder, { recursive: true });
  });

  it('shows on SQLite what it shows in memory, byte for byte', async () => {
    const storage = kept(sqlite(join(folder, 'story.db')));
    await storage.migrate();
    expect(await toldBook(storage)).toEqual(told);
  });

  it('shows on PGlite what it shows in memory, byte for byte', async () => {
    const storage = pglite(instance);
    await storage.migrate();
    expect(await toldBook(storage)).toEqual(told);
  });

  it('shows on PostgreSQL what it shows in memory, byte for byte', async () => {
    const storage = postgres(pool(database.url, 4), { schema: 'story' });
    await storage.migrate();
    expect(await toldBook(storage)).toEqual(told);
  });

  it('is closed once, however many close it: in memory, on SQLite and on PostgreSQL', async () => {
    const tables = new MemoryTables();
    await racing(async () => memory(tables));
    await racing(async () => kept(sqlite(join(folder, 'race.db'))));
    await racing(async () => postgres(pool(database.url, 4), { schema: 'race' }));
  });

  it('loses nothing when its closer is killed between two pages, on SQLite', async () => {
    const file = join(folder, 'killed.db');
    await killed('sqlite', file, kept(sqlite(file)));
  });

  it('loses nothing when its closer is killed between two pages, on PostgreSQL', async () => {
    await killed('postgres', database.url, postgres(pool(database.url, 4)));
  });

  it('shows which close was tampered with: its page, its record, or a journal that it covers', async () => {
    const file = join(folder, 'tampered.db');
    const storage = kept(sqlite(file));
    await storage.migrate();
    await manyAccounts(storage, 5);
    const book = await bookOn(storage);
    await book.close({ period: '2026-01', by: 'ada' });
    const raw = new DatabaseSync(file);
    const triggers = raw
      .prepare(
        `select name from sqlite_master where type = 'trigger' and tbl_name = 'tallystick_operation'`,
      )
      .all();
    for (const { name } of triggers) raw.exec(`drop trigger ${String(name)}`);
    const change = (account: string, from: string, to: string): void => {
      const { changes } = raw
        .prepare('update tallystick_operation set body = replace(body, ?, ?) where account = ?')
        .run(from, to, account);
      expect(changes).toBeGreaterThan(0);
    };
    const tampered = async (account: string, from: string, to: string): Promise<string> => {
      change(account, from, to);
      const { ok, problems } = await book.verify();
      change(account, to, from);
      expect(ok).toBe(false);
      return problems.join('\n');
    };
    expect(await tampered('tallystick:book:main/2026-01/1', 'acct-00001', 'acct-00009')).toMatch(
      /what a close knew was changed/,
    );
    expect(await tampered('tallystick:book:main', '"ada"', '"eve"')).toMatch(/the journal of book/);
    expect(await tampered('acct-00002', '"40"', '"39"')).toMatch(/acct-00002.*hash does not fit/);
    raw.close();
    expect(await book.verify()).toMatchObject({ ok: true });
  });
});
