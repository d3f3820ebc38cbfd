// Corners of the fold: what comes back, what is told late, what is billed in parts, another currency.
import { describe, expect, it } from 'vitest';
import { attempt, createLedger, memory } from '../../src/index.ts';
import { readUnits } from '../../src/quantity/units.ts';
import {
  AccountFold,
  Book,
  type BookInput,
  type Posting,
  readBook,
} from '../../src/revenue/index.ts';
import { createClock } from '../../src/testing/index.ts';
import { desk } from './desk.ts';

const money = (amount: string, currency = 'USD') => ({ amount, currency });
const idle = { policies: { breakage: { method: 'remote-dormancy', after: 'P1M' } } } as const;

describe('use that became remote', () => {
  it('is earned a millisecond before it falls due, and later use earns nothing more', async () => {
    const it = await desk(idle);
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 4, price: money('10.00') });
    it.at('2026-01-05T00:00:00Z');
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 1 });
    it.at('2026-03-01T00:00:00Z');
    await it.ledger.consume({ account: 'acme', key: 'b', amount: 2 });
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '10.00', usage: '2.50', recognised: '2.50', deferred: '7.50' },
      '2026-02': { breakage: '7.50', recognised: '7.50' },
    });
  });

  it('takes its breakage back where use of before is told later', async () => {
    const it = await desk(idle);
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 4, price: money('10.00') });
    it.at('2026-02-03T00:00:00Z');
    const occurredAt = '2026-01-20T00:00:00Z';
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 1, occurredAt });
    const figures = await it.figures();
    expect(figures['2026-01']).toMatchObject({ usage: '2.50', deferred: '7.50' });
    expect(figures['2026-01']).not.toHaveProperty('breakage');
  });

  it('stays remote whatever is said of other blocks', async () => {
    const it = await desk(idle);
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 4, price: money('10.00') });
    it.at('2026-02-05T00:00:00Z');
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 1 });
    it.policy({ account: 'acme', block: 'other', breakage: 'at-expiry', by: 'ada' });
    it.at('2026-02-06T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '10.00', breakage: '10.00', recognised: '10.00' },
    });
  });
});

describe('instalments', () => {
  it('are one position of a sale: a bonus used first is no asset beside a liability', async () => {
    const it = await desk();
    await it.ledger.purchase({
      ...{ account: 'acme', key: 'p', block: 'p', amount: 100, price: money('10.00') },
      bonus: { block: 'b', amount: 100, priority: 1 },
      billing: { every: 'P1M', amount: money('6.00') },
    });
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 100 });
    it.at('2026-01-31T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '6.00', usage: '5.00', recognised: '5.00', deferred: '1.00' },
    });
    await it.ledger.consume({ account: 'acme', key: 'v', amount: 60 });
    expect((await it.figures())['2026-01']).toMatchObject({ usage: '8.00', unbilled: '2.00' });
    it.at('2026-02-01T00:00:00Z');
    const [, february] = Object.values(await it.figures());
    expect(february).toEqual({ billed: '4.00', deferred: '2.00' });
  });
});

describe('delivery over time', () => {
  it('earns nothing before what paid for it', async () => {
    const it = await desk();
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 10, price: money('59.00') });
    it.at('2026-02-10T00:00:00Z');
    const over = { starts: '2026-01-01T00:00:00Z', ends: '2026-03-01T00:00:00Z' };
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 10, over });
    it.at('2026-03-05T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '59.00', deferred: '59.00' },
      '2026-02': { ratable: '59.00', recognised: '59.00' },
    });
  });
});

describe('rounding', () => {
  it('half to even leaves nothing unbilled once overage is paid', async () => {
    const terms = { overage: { limit: 'unlimited', rate: { price: '0.005' }, settle: 'renewal' } };
    const it = await desk({ rounding: 'half-even' }, { terms });
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 333 });
    await it.ledger.settle({ account: 'acme', key: 's' });
    expect(await it.figures()).toEqual({
      '2026-01': { overage: '1.66', invoiced: '1.66', recognised: '1.66' },
    });
  });

  it.each([
    ['JPY', '100', '33', '34', '33'],
    ['KWD', '100.000', '33.333', '33.334', '33.333'],
  ])('goes by the places of %s', async (currency, price, ...earned) => {
    const it = await desk({}, { currency });
    const paid = money(price, currency);
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 3, price: paid });
    for (const month of ['01', '02', '03']) {
      it.at(`2026-${month}-15T00:00:00Z`);
      await it.ledger.consume({ account: 'acme', key: month, amount: 1 });
    }
    const months = Object.values(await it.figures());
    expect(months.map((month) => month['usage'])).toEqual(earned);
  });
});

describe('a book in another currency', () => {
  const overage = { overage: { limit: 'unlimited', rate: { price: '0.10' } } };

  it('keeps each sale at its own rate', async () => {
    const it = await desk({ currency: 'EUR' });
    const sale = { account: 'acme', amount: 100, price: money('10.00') };
    await it.ledger.purchase({ ...sale, key: 'a', block: 'a', fxRate: '0.90' });
    await it.ledger.purchase({ ...sale, key: 'b', block: 'b', fxRate: '0.50' });
    await it.ledger.refund({ account: 'acme', key: 'r', block: 'a', amount: 50 });
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '14.00', refunded: '4.50', deferred: '9.50' },
    });
  });

  it('refuses to count one for one where nobody stated a rate', async () => {
    const it = await desk({ currency: 'EUR' }, { terms: overage });
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 5 });
    expect(await attempt(it.figures())).toMatchObject({
      ok: false,
      refusal: { code: 'invalid-input', field: 'fxRate' },
    });
  });
});

describe('a fold', () => {
  it('gives the same postings however often it is asked, and from any state that was kept', async () => {
    const storage = memory();
    const clock = createClock('2026-01-01T00:00:00Z');
    const units = { credit: { scale: 0 } };
    const ledger = await createLedger({ storage, units, clock: clock.now });
    await ledger.open({ account: 'acme', key: 'open' });
    const sale = { account: 'acme', amount: 100, price: money('99.99') };
    const billing = { every: 'P10D', amount: money('7.00') };
    await ledger.purchase({ ...sale, key: 'a', block: 'a', expiresIn: 'P40D', billing });
    const over = { ends: '2026-04-11T00:00:00Z' };
    await ledger.consume({ account: 'acme', key: 'u', amount: 13, over });
    clock.set('2026-02-20T00:00:00Z');
    await ledger.purchase({ ...sale, key: 'b', block: 'b' });
    await ledger.reverse({ account: 'acme', key: 'r', of: 'u' });
    clock.set('2026-06-01T00:00:00Z');
    await ledger.consume({ account: 'acme', key: 'v', amount: 9 });
    await ledger.sweep({ account: 'acme' });

    const book: BookInput = idle;
    const stored = await storage.operations('acme', 0, 1000);
    const fold = (isRestless: boolean): Posting[] => {
      const postings: Posting[] = [];
      const context = {
        book: new Book(readBook(book)),
        units: readUnits(units),
        closes: [],
        emit: (posting: Posting) => void postings.push(posting),
      };
      let now = new AccountFold(context);
      for (const [index, one] of stored.entries()) {
        const operation = now.read(one);
        now.fold(operation);
        const next = stored[index + 1];
        if (!isRestless || next === undefined) continue;
        // What time brings acts at its own instant, however late it is recorded.
        const until = Math.min(next.recorded, next.occurred);
        for (const part of [0.2, 0.5, 0.9]) {
          now.follow(operation.recorded + Math.trunc((until - operation.recorded) * part));
        }
        const kept = JSON.stringify(now.toJSON());
        now = AccountFold.restore(JSON.parse(kept), context);
        expect(JSON.stringify(now.toJSON())).toBe(kept);
      }
      now.follow(clock.now());
      return postings;
    };
    const plain = fold(false);
    expect(plain.length).toBeGreaterThan(20);
    const facts = ({ at, cause, amount, item, before }: Posting) => [
      at,
      item.name,
      cause,
      amount,
      before,
    ];
    expect(fold(true).map(facts)).toEqual(plain.map(facts));
  });
});
