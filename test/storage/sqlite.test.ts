import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { InvalidInput, StorageUnavailable } from '../../src/errors.ts';
import { migrationSql } from '../../src/storage/postgres/index.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { JournalWriter } from '../../src/testing/conformance/journal-writer.ts';
import { sqliteTarget } from './sqlite-target.ts';

describe('the SQLite storage', () => {
  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, sqliteTarget));
  }
});

describe('a SQLite file', () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tallystick-sqlite-'));
    file = join(folder, 'credits.db');
  });
  afterEach(() => rm(folder, { recursive: true }));

  it('is opened in WAL mode', async () => {
    const storage = sqlite(file);
    await storage.migrate();
    const look = new DatabaseSync(file);
    expect({ ...look.prepare('pragma journal_mode').get() }).toEqual({ journal_mode: 'wal' });
    look.close();
    await storage.close();
  });

  it('takes the writes of several processes, and loses none when one is killed', async () => {
    const storage = sqlite(file);
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    const program = fileURLToPath(new URL('sqlite-writer.ts', import.meta.url));
    const told: string[] = [];
    const writers = ['a', 'b', 'c'].map((name) => {
      const child = spawn(process.execPath, [program, file, name], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let rest = '';
      child.stdout.on('data', (data) => {
        const lines = `${rest}${data}`.split('\n');
        rest = lines.pop() ?? '';
        told.push(...lines);
      });
      return child;
    });
    const [victim, ...others] = writers;
    const ended = others.map((child) => once(child, 'exit'));
    const killed = victim === undefined ? [] : once(victim, 'exit');
    while (told.filter((key) => key.startsWith('a')).length < 5) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    victim?.kill('SIGKILL');
    await Promise.all([...ended, killed]);

    const stored = await storage.operations('acme', 0, 10_000);
    expect(stored.map(({ number }) => number)).toEqual(stored.map((_, index) => index + 1));
    const keys = new Set(stored.map(({ key }) => key));
    expect(told.filter((key) => !keys.has(key))).toEqual([]);
    expect(told.filter((key) => key.startsWith('b'))).toHaveLength(100);
    await storage.close();
  });

  it('is waited for outside the driver, and not for ever', async () => {
    const storage = sqlite(file, { deadlineMs: 200 });
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    const hog = new DatabaseSync(file);
    hog.exec('begin immediate');
    let turns = 0;
    const ticking = setInterval(() => {
      turns += 1;
    }, 5);
    const group = writer.group([{ key: 'next' }]);
    expect(await storage.append([group])).toEqual(['busy']);
    expect(turns).toBeGreaterThan(10);
    clearInterval(ticking);
    expect(await storage.append([writer.group([{ key: 'key-1' }])])).toEqual(['used']);
    await expect(storage.noticeDone({ account: 'acme', number: 1, position: 1, by: 'x', now: 1 }))
      .rejects //
      .toMatchObject({ code: 'storage-unavailable', outcome: 'not-applied' });
    expect((await storage.load('acme'))?.operations).toHaveLength(1);
    const patient = sqlite(file).append([group]);
    setTimeout(() => hog.exec('rollback'), 50);
    expect(await patient).toEqual(['stored']);
    hog.close();
    await storage.close();
  });

  it('refuses INSERT OR REPLACE, which would delete without a trigger', async () => {
    const storage = sqlite(file);
    await storage.migrate();
    const [first] = await new JournalWriter('acme').write(storage, [{}]);
    const raw = new DatabaseSync(file);
    for (const key of ['key-1', 'another']) {
      expect(() =>
        raw.exec(`insert or replace into tallystick_operation
          values ('acme', ${key === 'another' ? 1 : 2}, '${key}', 'open', 0, 0, '{}', x'00')`),
      ).toThrow('append-only');
    }
    expect(await storage.operations('acme', 0, 10)).toEqual([first]);
    raw.close();
    await storage.close();
  });

  it('that is full takes nothing, and no half of an append', async () => {
    const db = new DatabaseSync(file);
    const storage = sqlite(db);
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    const { page_count: pages } = db.prepare('pragma page_count').get() ?? {};
    db.exec(`pragma max_page_count = ${Number(pages) + 2}`);
    const body = JSON.stringify('x'.repeat(20_000));
    const full = storage.append([writer.group([{ body: '{}' }, { body }, { body }])]);
    await expect(full).rejects.toMatchObject({ outcome: 'not-applied' });
    expect((await storage.load('acme'))?.operations).toHaveLength(1);
    db.exec('pragma max_page_count = 100000');
    await writer.write(storage, [{ body }]);
    db.close();
  });

  it('refuses a row that a constraint of its owner refuses, and takes the others', async () => {
    const db = new DatabaseSync(file);
    const storage = sqlite(db);
    await storage.migrate();
    db.exec(`create trigger fine before insert on tallystick_operation
      when new.body like '%poison%' begin select raise(abort, 'poison'); end`);
    const [first, last] = [new JournalWriter('first'), new JournalWriter('last')];
    const poisoned = new JournalWriter('poisoned').group([{}, { body: '"poison"' }]);
    const outcomes = await storage.append([first.group([{}]), poisoned, last.group([{}])]);
    expect(outcomes[0]).toBe('stored');
    expect(outcomes[1]).toBeInstanceOf(StorageUnavailable);
    expect(outcomes[2]).toBe('stored');
    expect(await storage.load('poisoned')).toBeNull();

    db.exec('begin; create table own (name text)');
    const joined = await storage.join(db);
    expect(await joined.append(poisoned)).toBeInstanceOf(StorageUnavailable);
    db.exec("insert into own values ('order'); commit");
    expect(await storage.load('poisoned')).toBeNull();
    expect(db.prepare('select name from own').all()).toHaveLength(1);
    db.close();
  });

  it('keeps several ledgers apart by prefix, and refuses one that is anything but plain', async () => {
    const [one, two] = [sqlite(file, { prefix: 'one_' }), sqlite(file, { prefix: 'two_' })];
    await Promise.all([one.migrate(), two.migrate()]);
    await new JournalWriter('acme').write(one, [{}]);
    expect(await two.load('acme')).toBeNull();
    for (const prefix of ['', 'A', 'a"b', 'a b', 'a;b', '1']) {
      expect(() => sqlite(file, { prefix })).toThrow(InvalidInput);
    }
    await one.close();
    await two.close();
  });

  it('is found ready where the exported script was run', async () => {
    const db = new DatabaseSync(file);
    db.exec(migrationSql('sqlite'));
    const storage = sqlite(db);
    await storage.migrate();
    await new JournalWriter('acme').write(storage, [{}]);
    db.close();
  });

  it('is written no more where a newer version has changed what a write means', async () => {
    const db = new DatabaseSync(file);
    const storage = sqlite(db);
    await storage.migrate();
    const writer = new JournalWriter('acme');
    await writer.write(storage, [{}]);
    db.exec('insert into tallystick_migration values (98, 0, 0)');
    await writer.write(storage, [{}]);
    db.exec('insert into tallystick_migration values (99, 1, 0)');
    const refused = expect.objectContaining({ outcome: 'not-applied', retryable: false });
    await expect(storage.append([writer.group([{}])])).rejects.toEqual(refused);
    await expect(storage.migrate()).rejects.toEqual(refused);
    db.exec('begin');
    await expect(storage.join(db)).rejects.toEqual(refused);
    db.exec('rollback');
    expect((await storage.load('acme'))?.operations).toHaveLength(2);
    db.close();
  });

  it('that is no database, or lacks the schema, is told as a fault', async () => {
    const bare = sqlite(file);
    await expect(bare.load('acme')).rejects.toThrow('tallystick migrate');
    await bare.close();
    await writeFile(file, 'this is a letter, not a database, and long enough to be read as one');
    await expect(sqlite(file).load('acme')).rejects.toBeInstanceOf(StorageUnavailable);
    await expect(sqlite(join(folder, 'no', 'such', 'folder')).load('acme')).rejects.toBeInstanceOf(
      StorageUnavailable,
    );
  });
});
