// Accounts with very many parts that are over: what a process keeps of them, what it writes and what it
// reads, counted and not timed.
import { describe, expect, it } from 'vitest';
import { realTimers } from '../../../src/ledger/clock.ts';
import { readCommand } from '../../../src/ledger/commands.ts';
import { createLedgerWith } from '../../../src/ledger/create-ledger.ts';
import { decideRun, groupOf, type Rules } from '../../../src/ledger/deciding.ts';
import { Accounts, type Keeping } from '../../../src/ledger/loading.ts';
import { readUnits } from '../../../src/quantity/units.ts';
import { readRateCards } from '../../../src/rating/rate.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { Checkpoint, Storage } from '../../../src/storage/port.ts';

const UNITS = readUnits({ credit: { scale: 0 } });
const RULES: Rules = { units: UNITS, rateCards: readRateCards([], UNITS), offers: new Map() };
const FORGETFUL: Keeping = { checkpointEvery: 20, wholeUpTo: 10, cachedParts: 1_000 };
const NOW = Date.UTC(2026, 0, 1);

/** A process: its accounts, over a storage that counts. */
class Desk {
  readonly accounts: Accounts;
  readonly written: Checkpoint[] = [];
  fetches = 0;
  /** Parts that came with the last load. */
  loaded = 0;
  readonly #storage: Storage;

  constructor(tables: MemoryTables, keeping: Partial<Keeping> = {}) {
    const sound = memory(tables);
    this.#storage = {
      ...sound,
      load: async (account, after, whole) => {
        const stored = await sound.load(account, after, whole);
        if (after === undefined) this.loaded = stored?.checkpoint?.parts.length ?? 0;
        return stored;
      },
      parts: (...asked) => {
        this.fetches += 1;
        return sound.parts(...asked);
      },
      checkpoint: (account, base, next) => {
        this.written.push(next);
        return sound.checkpoint(account, base, next);
      },
    };
    this.accounts = new Accounts(this.#storage, UNITS, { ...FORGETFUL, ...keeping });
  }

  /** Does a write as the ledger does, and waits for its checkpoint. */
  async write(name: string, input: Readonly<Record<string, unknown>>): Promise<unknown> {
    const command = readCommand(name, input, new Map());
    for (;;) {
      const keys = [command.key, ...(name === 'reverse' ? [String(input['of'])] : [])];
      const { account, found } = await this.accounts.lookUp(command.account, keys);
      const decide = (before: typeof account) => decideRun(before, [command], found, NOW, RULES);
      const done =
        account === null ? { value: decide(null) } : await this.accounts.supplied(account, decide);
      if (done === null) continue;
      const run = done.value;
      if (run.operations.length > 0) {
        const [outcome] = await this.#storage.append([groupOf(command.account, run, UNITS)]);
        if (outcome !== 'stored') throw new Error(`not stored: ${outcome}`);
        if (run.after !== null) this.accounts.stored(run.after);
        await this.accounts.settle();
      }
      const [decided] = run.decided;
      if (decided === undefined) throw new Error('nothing was decided');
      return 'error' in decided ? decided.error : decided.receipt;
    }
  }

  /** Sets credits aside and spends them, so many times. */
  async work(times: number, from = 0): Promise<void> {
    for (let n = from; n < from + times; n += 1) {
      await this.write('hold', { account: 'acme', key: `h${n}`, amount: 1 });
      await this.write('capture', { account: 'acme', key: `c${n}`, hold: `h${n}`, amount: 1 });
    }
  }
}

async function opened(tables: MemoryTables): Promise<Desk> {
  const desk = new Desk(tables);
  await desk.write('open', { account: 'acme', key: 'open' });
  await desk.write('grant', { account: 'acme', key: 'grant', amount: 100_000 });
  return desk;
}

describe('an account with very many parts that are over', () => {
  it('takes no more memory after a thousand holds than after a few', async () => {
    const desk = await opened(new MemoryTables());
    await desk.work(40);
    const few = desk.accounts.weight;
    await desk.work(500, 40);
    expect(desk.accounts.weight).toBeLessThanOrEqual(few + FORGETFUL.checkpointEvery);
  });

  it('has checkpoints that hold what changed, and a head that does not grow', async () => {
    const desk = await opened(new MemoryTables());
    await desk.work(200);
    const [last, early] = [desk.written.at(-1), desk.written[4]];
    // Two operations a hold, and the one block that they all spend from.
    expect(last?.parts.length).toBeLessThanOrEqual(FORGETFUL.checkpointEvery / 2 + 2);
    expect(last?.body.length).toBeLessThan((early?.body.length ?? 0) + 40);
  });

  it('is loaded with what is open, and asks for the rest by name and number', async () => {
    const tables = new MemoryTables();
    const desk = await opened(tables);
    await desk.work(100);
    const other = new Desk(tables);
    const ended = await other.write('capture', {
      account: 'acme',
      key: 'x',
      hold: 'h3',
      amount: 1,
    });
    expect([ended, other.loaded]).toMatchObject([{ code: 'hold-ended' }, 1]);
    expect(other.fetches).toBe(1);
    // It is there now, and so is the word that nothing bears a name.
    await other.write('release', { account: 'acme', key: 'y', hold: 'h3' });
    expect(other.fetches).toBe(1);
    const taken = await other.write('hold', { account: 'acme', key: 'z', hold: 'h90', amount: 1 });
    expect(taken).toMatchObject({ code: 'idempotency-conflict' });
    expect(other.fetches).toBe(2);
  });

  it('undoes a usage of long ago', async () => {
    const tables = new MemoryTables();
    const desk = await opened(tables);
    await desk.write('grant', { account: 'acme', key: 'first', amount: 5, priority: -1 });
    await desk.write('consume', { account: 'acme', key: 'use', amount: 5 });
    await desk.work(60);
    const other = new Desk(tables);
    const back = await other.write('reverse', { account: 'acme', key: 'r', of: 'use', amount: 2 });
    expect(back).toMatchObject({ kind: 'reverse' });
    await other.work(30, 60);
    const again = { account: 'acme', key: 's', of: 'use', amount: 4 };
    expect(await new Desk(tables).write('reverse', again)).toMatchObject({ code: 'over-reversal' });
  });

  it('is loaded anew where another process has replaced the checkpoint that has the rest', async () => {
    const tables = new MemoryTables();
    const desk = await opened(tables);
    await desk.work(30);
    const other = new Desk(tables);
    await other.write('consume', { account: 'acme', key: 'seen', amount: 1 });
    await desk.work(30, 30);
    const ended = await other.write('release', { account: 'acme', key: 'x', hold: 'h2' });
    expect(ended).toMatchObject({ code: 'hold-ended' });
    const both = await Promise.all([
      desk.accounts.read('acme', ({ totals }) => totals.get('credit')?.free),
      other.accounts.read('acme', ({ totals }) => totals.get('credit')?.free),
    ]);
    expect(both).toEqual([100_000n - 61n, 100_000n - 61n]);
  });

  it('makes way for others by its weight', async () => {
    const desk = new Desk(new MemoryTables(), { cachedParts: 60 });
    for (let n = 0; n < 30; n += 1) {
      await desk.write('open', { account: `a${n}`, key: 'open' });
      await desk.write('grant', { account: `a${n}`, key: 'grant', amount: 10 });
      expect(desk.accounts.weight).toBeLessThanOrEqual(60);
    }
    expect([desk.accounts.cached('a0'), desk.accounts.cached('a29')?.number]).toEqual([
      ...[undefined, 2],
    ]);
  });
});

describe('a ledger that keeps next to nothing', () => {
  it('makes one trip more for the name of a new hold, and none for a debit', async () => {
    const storage = memory();
    const calls: string[] = [];
    const counting: Storage = {
      ...storage,
      load: (...asked) => {
        calls.push('load');
        return storage.load(...asked);
      },
      find: (...asked) => {
        calls.push('find');
        return storage.find(...asked);
      },
      parts: (...asked) => {
        calls.push('parts');
        return storage.parts(...asked);
      },
      append: (groups) => {
        calls.push('append');
        return storage.append(groups);
      },
    };
    const inside = { timers: realTimers, checkpointEvery: 2, wholeUpTo: 0, cachedParts: 100 };
    const units = { credit: { scale: 0 } };
    const ledger = await createLedgerWith({ storage: counting, units }, inside);
    const account = 'acme';
    await ledger.open({ account, key: 'open' });
    await ledger.grant({ account, key: 'grant', amount: 100 });
    for (const key of ['a', 'b', 'c']) {
      await ledger.hold({ account, key, amount: 1 });
      await ledger.release({ account, key: `${key}/end`, hold: key });
    }
    const trips = async (work: () => Promise<unknown>): Promise<readonly string[]> => {
      calls.length = 0;
      await work();
      return [...calls];
    };
    expect(await trips(() => ledger.consume({ account, key: 'use', amount: 1 }))).toEqual([
      'append',
    ]);
    expect(await trips(() => ledger.hold({ account, key: 'd', amount: 1 }))).toEqual([
      ...['parts', 'append'],
    ]);
    expect(await trips(() => ledger.capture({ account, key: 'e', hold: 'd', amount: 1 }))).toEqual([
      'append',
    ]);
    await ledger.close();
  });

  it('answers a batch of repeated and new calls as any other', async () => {
    const storage = memory();
    const units = { credit: { scale: 0 } };
    const inside = { timers: realTimers, checkpointEvery: 1, wholeUpTo: 0, cachedParts: 0 };
    const ledger = await createLedgerWith({ storage, units }, inside);
    await ledger.open({ account: 'acme', key: 'open' });
    const writes = async (from: number, to: number): Promise<readonly unknown[]> =>
      ledger.batch(
        Array.from({ length: to - from }, (_, n) => [
          { do: 'grant' as const, account: 'acme', key: `g${from + n}`, amount: 3 },
          { do: 'consume' as const, account: 'acme', key: `c${from + n}`, amount: 3 },
        ]).flat(),
      );
    const first = await writes(0, 40);
    let fetches = 0;
    const { parts } = storage;
    storage.parts = (...asked) => {
      fetches += 1;
      return parts(...asked);
    };
    const again = await writes(20, 60);
    const outcomes = [...first, ...again];
    expect(outcomes.filter((one) => !Reflect.get(Object(one), 'ok'))).toEqual([]);
    expect((await ledger.balance({ account: 'acme' })).available.toFixed()).toBe('0');
    expect(await ledger.verify({ account: 'acme' })).toMatchObject({ ok: true, operations: 121 });
    // What repeated calls did and what new ones name is fetched together.
    expect(fetches).toBeLessThan(10);
    await ledger.close();
  });
});
