// What keeps a close from being made, and what can't be asked of a book.
import { describe, expect, it } from 'vitest';
import { chain } from '../../src/account/canonical.ts';
import { openBook } from '../../src/books/index.ts';
import { StorageUnavailable } from '../../src/index.ts';
import type { Storage, StoredOperation } from '../../src/storage/port.ts';
import { office, UNITS, usd } from './office.ts';

/** Credits of January that nobody has recorded as expired, and a book over what `hinder` makes of their storage. */
async function overdue(
  hinder: (storage: Storage) => Partial<Storage> = () => ({}),
  deadlineMs = 60,
) {
  const it = await office();
  const { ledger, clock, storage } = it;
  await ledger.open({ account: 'acme', key: 'open', currency: 'USD' });
  await ledger.purchase({
    ...{ account: 'acme', key: 'sale', amount: 1_000, price: usd('10.00') },
    expiresAt: '2026-01-20T00:00:00Z',
  });
  it.at('2026-02-02T00:00:00Z');
  const hindered = await openBook({
    ...{ units: UNITS, clock: clock.now, book: 'main', deadlineMs },
    storage: { ...storage, ...hinder(storage) },
  });
  return { ...it, hindered };
}

describe('a close', () => {
  it('is not made while somebody else has an account for which something is due', async () => {
    const { book, hindered } = await overdue((storage) => ({
      append: async (groups) =>
        groups.some(({ account }) => account === 'acme') ? ['busy'] : storage.append(groups),
    }));
    await expect(hindered.check('2026-01')).rejects.toMatchObject({ code: 'account-busy' });
    await expect(hindered.close({ period: '2026-01', by: 'ada' })).rejects.toMatchObject({
      code: 'account-busy',
    });
    expect(await book.closes()).toEqual([]);
    await book.close({ period: '2026-01', by: 'ada' });
    expect(await book.figures()).toMatchObject([{ asClosed: { breakage: '10.00' } }, {}]);
  });

  it('tells of storage that is away as such, and not as something to put right', async () => {
    const { book, hindered } = await overdue((storage) => ({
      append: async (groups) => {
        if (groups.every(({ account }) => account !== 'acme')) return storage.append(groups);
        throw new StorageUnavailable('the line was cut', { outcome: 'unknown' });
      },
    }));
    await expect(hindered.close({ period: '2026-01', by: 'ada' })).rejects.toMatchObject({
      code: 'storage-unavailable',
    });
    expect(await book.closes()).toEqual([]);
  });

  it('goes on after storage was away for a moment, at whatever it was asked', async () => {
    const calm = await overdue();
    const record = await calm.book.close({ period: '2026-01', by: 'ada' });
    let asked = 0;
    const shaky =
      <In extends unknown[], Out>(ask: (...input: In) => Promise<Out>) =>
      async (...input: In): Promise<Out> => {
        asked += 1;
        if (asked % 3 === 0) throw new StorageUnavailable('the line was cut');
        const answer = await ask(...input);
        // It was done, and nobody heard of it.
        if (asked % 5 === 0)
          throw new StorageUnavailable('the line was cut', { outcome: 'unknown' });
        return answer;
      };
    const { hindered } = await overdue(
      (storage) => ({
        load: shaky(storage.load),
        operations: shaky(storage.operations),
        heads: shaky(storage.heads),
        due: shaky(storage.due),
        append: shaky(storage.append),
      }),
      10_000,
    );
    const { figures, journal, cut } = await hindered.close({ period: '2026-01', by: 'ada' });
    expect({ figures, journal, cut }).toEqual({
      ...{ figures: record.figures, journal: record.journal, cut: record.cut },
    });
    expect(await hindered.figures()).toEqual(await calm.book.figures());
    expect(await hindered.verify()).toEqual({ ok: true, closes: 1, problems: [] });
    expect(asked).toBeGreaterThan(30);
  });

  it('is somebody’s, by a name that can be kept', async () => {
    const { book } = await overdue();
    const names: readonly unknown[] = ['', 'a\0', '\ud800', 'x'.repeat(256), 3, null, undefined];
    for (const by of names) {
      // What callers without types may pass.
      const closed: unknown = Reflect.apply(book.close, book, [{ period: '2026-01', by }]);
      await expect(closed).rejects.toMatchObject({
        ...{ code: 'invalid-input', field: 'by' },
      });
    }
    expect(await book.closes()).toEqual([]);
  });
});

describe('a book', () => {
  it('is never taken for what its closes keep beside it', async () => {
    const { book, storage } = await overdue();
    await book.close({ period: '2026-01', by: 'ada' });
    for (const name of ['main/2026-01/1', 'main\0', '']) {
      await expect(openBook({ storage, units: UNITS, book: name })).rejects.toMatchObject({
        ...{ code: 'invalid-input', field: 'book' },
      });
    }
  });

  it('refuses to look at an account whose name no storage can hold', async () => {
    const { book } = await overdue();
    const account = 'acme\0';
    const refused = { code: 'invalid-input', field: 'account' };
    await expect(book.figures({ account })).rejects.toMatchObject(refused);
    await expect(book.report('statement', { period: '2026-01', account })).rejects.toMatchObject(
      refused,
    );
  });
});

describe('a storage that was tampered with', () => {
  /** January is closed with five accounts; what is stored under a name comes out of the storage changed. */
  async function tampered(name: string, change: (row: StoredOperation) => string) {
    const it = await office();
    for (const account of ['a', 'b', 'c', 'd', 'e']) await it.sell(account, 100);
    it.at('2026-02-02T00:00:00Z');
    await it.book.close({ period: '2026-01', by: 'ada' });
    const rows: StoredOperation[] = [];
    for (const row of await it.storage.operations(name, 0, 100)) {
      const body = change(row);
      rows.push({ ...row, body, hash: chain(rows.at(-1)?.hash ?? '', row, body) });
    }
    const storage: Storage = {
      ...it.storage,
      operations: async (account, after, limit) =>
        account === name
          ? rows.filter(({ number }) => number > after).slice(0, limit)
          : it.storage.operations(account, after, limit),
    };
    return openBook({ storage, units: UNITS, clock: it.clock.now, book: 'main' });
  }

  it('is told by the account that it is, and not by those that come after it', async () => {
    const book = await tampered('b', ({ body }) => body.replace('"amount":"100"', '"amount":"90"'));
    const { ok, problems } = await book.verify();
    expect(ok).toBe(false);
    expect(problems[0]).toMatch(/account "b": .*is not the one that the last close knew/);
    expect(problems.join('\n')).not.toMatch(/account "[acde]"/);
  });

  it('shows no figure of pages that were written anew, hashes and all', async () => {
    const book = await tampered('tallystick:book:main/2026-01/1', ({ body }) =>
      body.replace('"basis":{"#":"100"}', '"basis":{"#":"900"}'),
    );
    await expect(book.figures({ from: '2026-02' })).rejects.toThrow(
      'what a close knew was changed',
    );
  });
});
