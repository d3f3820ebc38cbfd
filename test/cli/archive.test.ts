// Journals as lines of JSON: proven as they are written, and verified together with what the database has after them.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../../src/cli/main.ts';
import { realTimers } from '../../src/ledger/clock.ts';
import { createLedgerWith } from '../../src/ledger/create-ledger.ts';
import { sqlite } from '../../src/storage/sqlite/index.ts';
import { createClock } from '../../src/testing/index.ts';

let folder = '';
let database = '';
let archive = '';

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tallystick-archive-'));
  database = join(folder, 'credits.db');
  archive = join(folder, '2025.jsonl');
});

afterEach(() => rm(folder, { recursive: true }));

async function tallystick(...args: string[]): Promise<{ code: number; said: string }> {
  const lines: string[] = [];
  const say = (line: string): void => void lines.push(line);
  const code = await main([...args, '--storage', 'sqlite', '--url', database], { say, warn: say });
  return { code, said: lines.join('\n') };
}

/** Two accounts with some operations in 2025 and some in 2026. */
async function twoYears(): Promise<void> {
  const clock = createClock('2025-11-30T12:00:00Z');
  const units = { credit: { scale: 0 } };
  const ledger = await createLedgerWith(
    { storage: sqlite(database), units, clock: clock.now },
    { timers: realTimers, checkpointEvery: 4 },
  );
  for (const account of ['acme', 'globex']) {
    await ledger.open({ account, key: 'open' });
    await ledger.grant({ account, amount: 10, key: 'grant', expiresAt: null });
    await ledger.consume({ account, amount: 3, key: 'old', metadata: { person: 'Ann' } });
  }
  clock.set('2026-01-02T12:00:00Z');
  await ledger.consume({ account: 'acme', amount: 2, key: 'new' });
  await ledger.reverse({ account: 'acme', of: 'old', key: 'undo' });
  await ledger.close();
}

async function archived(...args: string[]): Promise<{ code: number; said: string }> {
  return tallystick('archive', '--before', '2026-01-01T00:00:00Z', '--out', archive, ...args);
}

describe('an archive', () => {
  beforeEach(twoYears);

  test('has what was recorded before the instant, line by line, and tells each head', async () => {
    const { code, said } = await archived();
    expect(code).toBe(0);
    expect(said).toMatch(
      /^acme: 3 operations, head [0-9a-f]{64}\nglobex: 3 operations, head [0-9a-f]{64}$/,
    );
    const text = await readFile(archive, 'utf8');
    const lines = text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ account, number }) => `${account} ${number}`)).toEqual([
      'acme 1',
      'acme 2',
      'acme 3',
      'globex 1',
      'globex 2',
      'globex 3',
    ]);
    expect(text).not.toContain('Ann');
  });

  test('is verified with what the database has after it', async () => {
    await archived();
    const whole = await tallystick('verify', 'acme', 'globex');
    expect(await tallystick('verify', '--archive', archive)).toEqual(whole);
    expect(whole.said).toContain('ok     acme: 5 operations');
    expect(await tallystick('verify', '--archive', archive, 'globex')).toMatchObject({ code: 0 });
  });

  test('proves a journal whose old rows were taken away, which can not prove itself any more', async () => {
    await archived();
    const whole = await tallystick('verify', '--archive', archive, 'acme');
    const raw = new DatabaseSync(database);
    raw.exec(`drop trigger tallystick_operation_no_delete;
      delete from tallystick_operation where account = 'acme' and number <= 3`);
    raw.close();
    expect(await tallystick('verify', 'acme')).toMatchObject({
      code: 1,
      said: expect.stringContaining('operation 1 is missing'),
    });
    expect(await tallystick('verify', '--archive', archive, 'acme')).toEqual(whole);
    expect(whole.code).toBe(0);
  });

  test('shows a database that goes on from another journal, or not at all', async () => {
    await archived();
    const text = await readFile(archive, 'utf8');
    await rm(database);
    expect(await tallystick('verify', '--archive', archive)).toMatchObject({ code: 2 });
    await twoYears();
    await tallystick('archive', '--out', archive, '--before', '2030-01-01T00:00:00Z');
    const raw = new DatabaseSync(database);
    raw.exec(`drop trigger tallystick_operation_no_delete;
      delete from tallystick_operation where account = 'acme' and number > 4`);
    raw.close();
    expect(await tallystick('verify', '--archive', archive, 'acme')).toMatchObject({
      code: 1,
      said: expect.stringContaining('operation 5: is in the archive, and the journal ends before'),
    });
    await writeFile(archive, text.replaceAll('\\"3\\"', '\\"1\\"'));
    expect(await tallystick('verify', '--archive', archive, 'acme')).toMatchObject({
      code: 1,
      said: expect.stringContaining('WRONG  acme: operation 3'),
    });
  });

  test('is refused where lines are missing, mixed up or none', async () => {
    await archived();
    const lines = (await readFile(archive, 'utf8')).trim().split('\n');
    for (const [wrong, problem] of [
      [[lines[0], lines[2]], 'operation 2 is missing'],
      [[lines[0], lines[3], lines[1]], "don't stand together"],
      [[lines[0], 'nonsense'], ':2: no line of an archive'],
      [['{"account":"acme"}'], ':1: no line of an archive'],
    ] as const) {
      await writeFile(archive, wrong.join('\n'));
      const { code, said } = await tallystick('verify', '--archive', archive);
      expect({ code, said }).toEqual({ code: 2, said: expect.stringContaining(problem) });
    }
    expect(await tallystick('verify', '--archive', join(folder, 'none'))).toMatchObject({
      code: 2,
    });
  });

  test('is not written of a journal that was changed', async () => {
    const raw = new DatabaseSync(database);
    raw.exec(`drop trigger tallystick_operation_no_update;
      update tallystick_operation set body = replace(body, '"3"', '"1"') where number = 3`);
    raw.close();
    const { code, said } = await archived();
    expect({ code, said }).toEqual({
      code: 1,
      said: 'WRONG  acme: operation 3: the hash does not fit; nothing was written',
    });
    await expect(readFile(archive)).rejects.toThrow('ENOENT');
  });

  test('needs an instant, and accounts that are there', async () => {
    expect(await tallystick('archive', '--out', archive, '--before', '2026')).toMatchObject({
      code: 2,
      said: expect.stringContaining('an instant is needed'),
    });
    expect(await archived('nobody')).toMatchObject({
      code: 2,
      said: expect.stringContaining('no account "nobody"'),
    });
  });
});
