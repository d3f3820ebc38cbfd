// Policies that change: by whom, from when on, and who knows of them.
import { describe, expect, it } from 'vitest';
import { openBook } from '../../src/books/index.ts';
import { createLedger } from '../../src/index.ts';
import { memory } from '../../src/storage/memory.ts';
import { column, office, UNITS, usd } from './office.ts';

const estimate = (expected: string) => ({
  breakage: { purchased: { method: 'proportional' as const, expected } },
});

describe('a book', () => {
  it('is opened once, and refuses another definition with the first difference', async () => {
    const it = await office({ timeZone: 'Europe/Paris', listPrice: '0.010' });
    const again = (book: object) =>
      openBook({ storage: it.storage, units: UNITS, clock: it.clock.now, book });
    await expect(again({ timeZone: 'UTC', listPrice: '0.01' })).rejects.toMatchObject({
      ...{ code: 'invalid-input', field: 'book.timeZone', found: '"UTC"' },
    });
    expect((await again({ timeZone: 'Europe/Paris', listPrice: '0.01' })).definition).toEqual(
      it.book.definition,
    );
    expect((await it.again()).definition).toEqual(it.book.definition);
  });

  it('that nobody opened is not guessed', async () => {
    const nowhere = openBook({ storage: memory(), units: UNITS });
    await expect(nowhere).rejects.toMatchObject({ code: 'invalid-input', field: 'book' });
  });

  it.each([
    [{ timeZone: 'Mars/Olympus' }, 'book.timeZone'],
    [{ rounding: 'down' }, 'book.rounding'],
    [{ policies: { promotional: 'grand' } }, 'book.policies.promotional'],
    [{ policies: { breakage: { method: 'proportional', expected: '1.2' } } }, 'expected'],
    [{ name: 'a/b' }, 'book.name'],
    [{ owner: 'ada' }, 'book.owner'],
    [{ listPrice: '-1' }, 'book.listPrice'],
    [{ calendar: { weeks: '4-4-5', years: { 2026: '2026-02-31' } } }, 'book.calendar'],
  ])('is refused where it can not be: %j', async (definition, field) => {
    const opened = openBook({ storage: memory(), units: UNITS, book: definition as object });
    await expect(opened).rejects.toMatchObject({ code: 'invalid-input' });
    await expect(opened).rejects.toThrow(field);
  });
});

describe('a change of policies', () => {
  it('catches up in the period of its instant, and keeps author and evidence', async () => {
    const it = await office({ policies: estimate('0.2') });
    await it.sell('acme', 100_000);
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 40_000 });
    it.at('2026-02-10T00:00:00Z');
    const said = { key: 'less', by: 'ada', reason: 'two years of history' };
    const change = await it.book.changePolicy({ ...said, policies: estimate('0.1') });
    it.at('2026-02-11T00:00:00Z');
    expect(await it.book.changePolicy({ ...said, policies: estimate('0.1') })).toEqual(change);
    await expect(
      it.book.changePolicy({ ...said, policies: estimate('0.3') }),
    ).rejects.toMatchObject({ code: 'idempotency-conflict', field: 'policies' });
    expect(await it.book.policies()).toMatchObject({
      inForce: estimate('0.1'),
      first: estimate('0.2'),
      changes: [{ by: 'ada', reason: 'two years of history' }],
    });
    expect(await column(it.book, 'recognised')).toEqual({
      ...{ '2026-01': '500.00', '2026-02': '-55.56' },
    });
  });

  it('is never of a period that is closed', async () => {
    const it = await office();
    it.at('2026-02-02T00:00:00Z');
    await it.book.close({ period: '2026-01', by: 'ada' });
    const change = (at: string) =>
      it.book.changePolicy({ key: at, by: 'ada', at, policies: { goodwill: 'deferral' } });
    await expect(change('2026-01-31T23:59:59Z')).rejects.toMatchObject({ code: 'period-closed' });
    expect(await change('2026-02-01T00:00:00Z')).toMatchObject({ at: Date.UTC(2026, 1, 1) });
  });

  it('that is said later of an earlier instant is in force from there on', async () => {
    const it = await office();
    await it.sell('acme', 100_000);
    it.at('2026-01-20T00:00:00Z');
    const at = (day: string) => `2026-01-${day}T00:00:00Z`;
    await it.book.changePolicy({ key: 'b', by: 'ada', at: at('18'), policies: estimate('0.5') });
    await it.book.changePolicy({ key: 'a', by: 'ada', at: at('10'), policies: estimate('0.2') });
    expect((await it.book.policies()).inForce).toMatchObject(estimate('0.5'));
  });

  it('by another process is known to a ledger before it splits a price', async () => {
    const it = await office({ listPrice: '0.01' });
    const elsewhere = await createLedger({
      ...{ storage: it.storage, units: UNITS, clock: it.clock.now, book: { listPrice: '0.01' } },
    });
    await it.ledger.open({ account: 'acme', key: 'open', currency: 'USD' });
    const bundle = (key: string) => ({
      ...{ account: 'acme', key, block: key, amount: 10_000, price: usd('90.00') },
      bonus: { block: `${key}-bonus`, amount: 1_000 },
    });
    const shares = async (key: string) => {
      const refund = { account: 'acme', block: `${key}-bonus`, key: `refund-${key}` };
      return (await elsewhere.refund(refund)).due?.amount.toFixed(2);
    };
    await elsewhere.purchase(bundle('before'));
    await it.book.changePolicy({
      ...{ key: 'unused', by: 'ada' },
      policies: { breakage: { promotional: { method: 'proportional', expected: '0.40' } } },
    });
    await elsewhere.purchase(bundle('after'));
    const [outcome] = await elsewhere.batch([{ do: 'purchase', ...bundle('batched') }]);
    expect(outcome?.ok).toBe(true);
    expect([await shares('before'), await shares('after'), await shares('batched')]).toEqual([
      ...['8.18', '5.09', '5.09'],
    ]);
  });
});
