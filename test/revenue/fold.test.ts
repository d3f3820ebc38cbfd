// Figures of one account out of its journal: the first worked numbers of docs/revenue.md.
import { describe, expect, it } from 'vitest';
import { desk } from './desk.ts';

const usd = (amount: string) => ({ amount, currency: 'USD' });

describe('usage to date', () => {
  it('earns 33.33, 33.34 and 33.33 of 100.00 for three credits, one a month', async () => {
    const it = await desk();
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 3, price: usd('100.00') });
    for (const month of ['01', '02', '03']) {
      it.at(`2026-${month}-15T00:00:00Z`);
      await it.ledger.consume({ account: 'acme', key: month, amount: 1 });
    }
    expect(await it.figures()).toEqual({
      '2026-01': { billed: '100.00', usage: '33.33', recognised: '33.33', deferred: '66.67' },
      '2026-02': { usage: '33.34', recognised: '33.34', deferred: '33.33' },
      '2026-03': { usage: '33.33', recognised: '33.33' },
    });
  });

  it('loses no cent where the ways out are mixed', async () => {
    const it = await desk();
    await it.ledger.purchase({
      ...{ account: 'acme', key: 'p', block: 'p', amount: 3, price: usd('100.00') },
      expiresAt: '2026-02-01T00:00:00Z',
    });
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 1 });
    await it.ledger.refund({ account: 'acme', key: 'r', block: 'p', amount: 1 });
    it.at('2026-03-01T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': {
        ...{ billed: '100.00', usage: '33.33', refunded: '33.33', breakage: '33.34' },
        recognised: '66.67',
      },
    });
  });
});

describe('late facts', () => {
  it('land in the open month and keep their origin', async () => {
    const it = await desk();
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 1000, price: usd('10.00') });
    await it.ledger.consume({ account: 'acme', key: 'a', amount: 300 });
    it.at('2026-02-01T12:00:00Z');
    await it.close('2026-01');
    it.at('2026-02-02T00:00:00Z');
    await it.ledger.consume({
      ...{ account: 'acme', key: 'b', amount: 50 },
      occurredAt: '2026-01-31T00:00:00Z',
    });
    await it.ledger.consume({ account: 'acme', key: 'c', amount: 200 });
    const [posted, restated] = [await it.figures(), await it.figures('origin')];
    expect([posted['2026-01']?.['usage'], posted['2026-02']?.['usage']]).toEqual(['3.00', '2.50']);
    expect([restated['2026-01']?.['usage'], restated['2026-02']?.['usage']]).toEqual([
      '3.50',
      '2.00',
    ]);
  });
});

describe('breakage', () => {
  it('is estimated along with usage, and a changed estimate is caught up in the open month', async () => {
    const it = await desk({
      policies: { breakage: { method: 'proportional', expected: '0.20' } },
    });
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 10_000, price: usd('1000.00') });
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 4000 });
    it.at('2026-02-10T00:00:00Z');
    it.policy({ policies: { breakage: { method: 'proportional', expected: '0.10' } }, by: 'ada' });
    it.at('2026-02-11T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': {
        ...{ billed: '1000.00', usage: '400.00', breakage: '100.00', recognised: '500.00' },
        deferred: '500.00',
      },
      '2026-02': { breakage: '-55.56', recognised: '-55.56', deferred: '555.56' },
    });
  });
});

describe('overage', () => {
  it('is earned at its rate and, once credits pay it, at what those cost', async () => {
    const it = await desk(
      {},
      { terms: { overage: { limit: 'unlimited', rate: { price: '0.10' } } } },
    );
    await it.ledger.consume({ account: 'acme', key: 'u', amount: 60 });
    it.at('2026-02-10T00:00:00Z');
    await it.ledger.purchase({ account: 'acme', key: 'p', amount: 120, price: usd('10.00') });
    it.at('2026-02-11T00:00:00Z');
    expect(await it.figures()).toEqual({
      '2026-01': { overage: '6.00', recognised: '6.00', unbilled: '6.00' },
      '2026-02': {
        billed: '10.00',
        settled: '5.00',
        overage: '-1.00',
        recognised: '-1.00',
        deferred: '5.00',
      },
    });
  });
});
