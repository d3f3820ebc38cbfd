// Which accounts and operations a close covers: zones, calendars of weeks, races, clocks, what is due.
import { describe, expect, it } from 'vitest';
import { openBook } from '../../src/books/index.ts';
import { createLedger } from '../../src/index.ts';
import { MemoryTables, memory } from '../../src/storage/memory.ts';
import type { Storage } from '../../src/storage/port.ts';
import { column, office, UNITS } from './office.ts';

/** The same storage, with something done just before an append that the test waits for. */
function interrupted(storage: Storage, kind: string, work: () => Promise<void>): Storage {
  let isDone = false;
  return {
    ...storage,
    append: async (groups) => {
      if (!isDone && groups.some(({ operations }) => operations.some((one) => one.kind === kind))) {
        isDone = true;
        await work();
      }
      return storage.append(groups);
    },
  };
}

describe('a month-end', () => {
  it.each([
    ['Pacific/Auckland', '2026-01-31T10:59:59.999Z', '2026-01-31T11:00:00Z'],
    ['America/Los_Angeles', '2026-02-01T07:59:59.999Z', '2026-02-01T08:00:00Z'],
    ['UTC', '2026-01-31T23:59:59.999Z', '2026-02-01T00:00:00Z'],
  ])('is drawn in the book’s zone: %s', async (timeZone, last, first) => {
    const it = await office({ timeZone }, { start: '2026-01-05T00:00:00Z' });
    await it.sell('acme', 1_000);
    it.at(last);
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 100 });
    await expect(it.book.close({ period: '2026-01', by: 'ada' })).rejects.toThrow("isn't over");
    it.at(first);
    await it.ledger.consume({ account: 'acme', key: 'b', amount: 200 });
    await it.book.close({ period: '2026-01', by: 'ada' });
    expect(await column(it.book, 'usage')).toEqual({ '2026-01': '1.00', '2026-02': '2.00' });
    expect(await it.book.verify()).toMatchObject({ ok: true });
  });

  it('is that of the fourth week in a calendar of 4-4-5', async () => {
    const years = { 2026: '2025-12-29', 2027: '2026-12-28', 2028: '2027-12-27' };
    const it = await office({ calendar: { weeks: '4-4-5', years } });
    await it.sell('acme', 1_000);
    it.at('2026-01-25T23:59:59Z');
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 100 });
    it.at('2026-01-26T00:00:00Z');
    await it.ledger.consume({ account: 'acme', key: 'b', amount: 200 });
    const close = await it.book.close({ period: '2026-01', by: 'ada' });
    expect(close.calendar).toEqual({ weeks: '4-4-5', years });
    it.at('2026-04-01T00:00:00Z');
    expect(await it.book.close({ period: '2026-03', by: 'ada' })).toMatchObject({
      since: '2026-02',
    });
    expect(await column(it.book, 'usage')).toMatchObject({ '2026-01': '1.00', '2026-02': '2.00' });
  });
});

describe('a calendar of weeks', () => {
  const weeks = (years: Record<string, string>) => ({ weeks: '4-4-5' as const, years });
  const first = { 2026: '2025-12-29', 2027: '2026-12-28' };

  it('is given its later years when they are known, and keeps those that it has', async () => {
    const it = await office({ calendar: weeks(first) });
    await it.sell('acme', 1_000);
    it.at('2027-01-05T00:00:00Z');
    await expect(it.book.figures()).rejects.toMatchObject({ field: 'calendar.years' });
    const open = (years: Record<string, string>) =>
      openBook({
        ...{ storage: it.storage, units: UNITS, clock: it.clock.now },
        book: { calendar: weeks(years) },
      });
    await expect(open({ ...first, 2026: '2026-01-05' })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const later = { 2027: '2026-12-28', 2028: '2027-12-27' };
    const book = await open(later);
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 300 });
    expect(await column(book, 'usage')).toMatchObject({ '2026-12': '0.00', '2027-01': '3.00' });
    expect((await open(first)).definition.calendar).toEqual(weeks({ ...first, ...later }));
    expect((await book.close({ period: '2026-12', by: 'ada' })).calendar).toEqual(
      weeks({ ...first, ...later }),
    );
    expect(await book.verify()).toMatchObject({ ok: true });
  });
});

describe('a close', () => {
  it('records what time has brought first: when a sweep ran changes nothing', async () => {
    const digests = [];
    for (const sweeps of [true, false]) {
      const it = await office();
      for (const account of ['acme', 'globex']) {
        await it.ledger.open({ account, key: 'open', currency: 'USD' });
        await it.ledger.purchase({
          ...{ account, key: 'sale', amount: 100, price: { amount: '1.00', currency: 'USD' } },
          expiresAt: '2026-02-01T00:00:00Z',
        });
      }
      it.at('2026-02-01T00:00:00Z');
      expect(await column(it.book, 'breakage')).toMatchObject({ '2026-01': '2.00' });
      it.at('2026-02-03T00:00:00Z');
      if (sweeps) await it.ledger.sweep({ account: 'acme' });
      expect(await it.book.check('2026-01')).toEqual([]);
      const { figures, journal } = await it.book.close({ period: '2026-01', by: 'ada' });
      digests.push([figures, journal]);
      expect(await column(it.book, 'breakage')).toMatchObject({ '2026-01': '2.00' });
    }
    expect(digests[0]).toEqual(digests[1]);
  });

  it('leaves out an account that opens between its cut and its record; that one’s past is late', async () => {
    const tables = new MemoryTables();
    const it = await office({}, { storage: memory(tables) });
    await it.sell('acme', 1_000);
    it.at('2026-02-03T00:00:00Z');
    const racing = interrupted(memory(tables), 'close', async () => {
      await it.sell('late', 1_000);
      await it.ledger.consume({
        ...{ account: 'late', key: 'u', amount: 100 },
        occurredAt: '2026-01-31T00:00:00Z',
      });
    });
    const book = await openBook({ storage: racing, units: UNITS, clock: it.clock.now });
    expect((await book.close({ period: '2026-01', by: 'ada' })).accounts).toBe(1);
    expect(await column(it.book, 'billed')).toEqual({ '2026-01': '10.00', '2026-02': '10.00' });
    expect(await column(it.book, 'usage')).toEqual({ '2026-01': '0.00', '2026-02': '1.00' });
    it.at('2026-03-03T00:00:00Z');
    expect((await it.book.close({ period: '2026-02', by: 'ada' })).accounts).toBe(2);
    expect(await it.book.verify()).toEqual({ ok: true, closes: 2, problems: [] });
  });

  it('begins anew where policies change while it reads', async () => {
    const tables = new MemoryTables();
    const it = await office({}, { storage: memory(tables) });
    await it.sell('acme', 1_000);
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 400 });
    it.at('2026-02-03T00:00:00Z');
    const breakage = { purchased: { method: 'proportional' as const, expected: '0.2' } };
    const racing = interrupted(memory(tables), 'close', async () => {
      await it.book.changePolicy({
        ...{ key: 'k', by: 'bob', at: '2026-01-15T00:00:00Z', policies: { breakage } },
      });
    });
    const book = await openBook({ storage: racing, units: UNITS, clock: it.clock.now });
    expect(await book.close({ period: '2026-01', by: 'ada' })).toMatchObject({ policyVersion: 1 });
    expect(await column(it.book, 'recognised')).toMatchObject({ '2026-01': '5.00' });
    expect(await it.book.verify()).toMatchObject({ ok: true });
  });

  it('covers only the accounts of its book', async () => {
    const it = await office({ accounts: 'eu:' });
    for (const account of ['eu', 'eu:', 'eu:a', 'eu:b', 'eu;', 'us:a', 'dz', 'ev']) {
      await it.sell(account, 100);
    }
    it.at('2026-02-03T00:00:00Z');
    expect(await it.book.close({ period: '2026-01', by: 'ada' })).toMatchObject({ accounts: 3 });
    expect(await column(it.book, 'billed')).toMatchObject({ '2026-01': '3.00' });
  });

  it('never runs back where the clock does', async () => {
    const it = await office();
    await it.sell('acme', 1_000);
    it.at('2026-02-01T00:01:00Z');
    const january = await it.book.close({ period: '2026-01', by: 'ada' });
    it.at('2026-02-01T00:00:00Z');
    const reopening = await it.book.reopen({ period: '2026-01', by: 'ada', reason: 'test' });
    expect(reopening.reopenedAt).toBe(january.closedAt);
    it.at('2026-01-31T00:00:00Z');
    await expect(
      it.book.changePolicy({ key: 'k', by: 'ada', policies: { goodwill: 'deferral' } }),
    ).rejects.toMatchObject({ code: 'clock-skew' });
  });

  it('is refused, with findings, where a journal was tampered with', async () => {
    const tables = new MemoryTables();
    const it = await office({}, { storage: memory(tables) });
    await it.sell('acme', 1_000);
    await it.sell('globex', 1_000);
    it.at('2026-02-03T00:00:00Z');
    const sound = memory(tables);
    const forged: Storage = {
      ...sound,
      operations: async (account, after, limit) => {
        const rows = await sound.operations(account, after, limit);
        if (account !== 'globex') return rows;
        return rows.map((row) => ({ ...row, body: row.body.replaceAll('"10.00"', '"11.00"') }));
      },
    };
    const book = await openBook({ storage: forged, units: UNITS, clock: it.clock.now });
    expect(await book.check('2026-01')).toMatchObject([{ check: 'journal', account: 'globex' }]);
    await expect(book.close({ period: '2026-01', by: 'ada' })).rejects.toMatchObject({
      code: 'not-due',
      findings: [{ check: 'journal', account: 'globex', block: null }],
    });
    expect(await book.closes()).toEqual([]);
  });
});

describe('a journal that ends before what the last close knew', () => {
  /** The same storage after a backup was restored that has less. */
  const without = (storage: Storage, lost: string, number: number): Storage => ({
    ...storage,
    heads: async (cursor, limit) => {
      const heads = await storage.heads(cursor, limit);
      if (number === 0) return heads.filter(({ account }) => account !== lost);
      const [kept] = await storage.operations(lost, number - 1, 1);
      return heads.map((head) =>
        head.account === lost ? { account: lost, number, hash: kept?.hash ?? '' } : head,
      );
    },
  });

  it.each([
    ['is gone', 0],
    ['is shorter', 2],
  ])('keeps the next period open: %s', async (_, number) => {
    const it = await office();
    for (const account of ['acme', 'globex', 'zeta']) {
      await it.sell(account, 1_000);
      await it.ledger.consume({ account, key: 'u', amount: 1 });
    }
    it.at('2026-02-03T00:00:00Z');
    await it.book.close({ period: '2026-01', by: 'ada' });
    it.at('2026-03-03T00:00:00Z');
    for (const account of ['acme', 'zeta']) {
      const storage = without(it.storage, account, number);
      const book = await openBook({ storage, units: UNITS, clock: it.clock.now });
      expect(await book.check('2026-02')).toMatchObject([
        { check: 'journal', account, message: expect.stringContaining('ends before operation 3') },
      ]);
    }
  });
});

describe('a look at one account', () => {
  it('that the book has not is refused by its name', async () => {
    const it = await office({ accounts: 'eu:' });
    await it.sell('us:acme', 1_000);
    for (const account of ['eu:nobody', 'us:acme', 'tallystick:book:main']) {
      await expect(it.book.figures({ account })).rejects.toMatchObject({ code: 'unknown-account' });
    }
  });
});

describe('a book’s account', () => {
  it('can not be written to by callers, and is verified like any other', async () => {
    const it = await office();
    const account = 'tallystick:book:main';
    await expect(it.ledger.grant({ account, key: 'k', amount: 1 })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const elsewhere = await createLedger({ storage: it.storage, units: UNITS });
    expect(await elsewhere.verify({ account })).toMatchObject({ ok: true, operations: 1 });
  });
});
