// Each model of a rate says what its usage must say; a price book knows its currencies and bundles.

import { describe, test } from 'vitest';
import type { Ledger } from '../../src/index.ts';

const declared = {
  units: { credit: { scale: 0 } },
  rateCards: [
    {
      id: 'list',
      version: 1,
      rates: {
        chat: {
          model: 'tokens',
          per: 1000,
          models: { large: { input: '3', output: '15' }, small: { input: '1', cached: '0' } },
        },
        design: { model: 'licence', price: '100', every: 'P1M' },
        rows: { model: 'package', size: 100, price: 5 },
      },
    },
  ],
  priceBook: {
    USD: { listPrice: '0.01', bundles: { starter: { amount: 10, price: '1.00' } } },
    EUR: { listPrice: '0.009' },
  },
} as const;

declare const ledger: Ledger<typeof declared>;
const on = { account: 'acme', key: 'k' };

describe('a usage', () => {
  test('of tokens names its model and its kinds', () => {
    const dimensions = { model: 'large' } as const;
    void ledger.consume({
      ...on,
      feature: 'chat',
      dimensions,
      quantities: { input: 1200, output: '300' },
    });
    void ledger.consume({
      ...on,
      feature: 'chat',
      dimensions: { model: 'small', kind: 'cached' },
      quantity: 5,
    });
    void ledger.hold({ ...on, feature: 'chat', dimensions, quantities: { input: 1200 } });
    void ledger.capture({ ...on, hold: 'h', quantities: { input: 1200 } });
    // @ts-expect-error: no quantities, and no kind
    void ledger.consume({ ...on, feature: 'chat', dimensions });
    // @ts-expect-error: a model without a price
    void ledger.consume({
      ...on,
      feature: 'chat',
      dimensions: { model: 'huge' },
      quantities: { input: 1 },
    });
    // @ts-expect-error: a kind that no model has
    void ledger.consume({ ...on, feature: 'chat', dimensions, quantities: { thought: 1 } });
    // @ts-expect-error: quantities and a quantity
    void ledger.consume({
      ...on,
      feature: 'chat',
      dimensions,
      quantities: { input: 1 },
      quantity: 1,
    });
  });

  test('of a licence names its member', () => {
    void ledger.consume({ ...on, feature: 'design', member: 'ada' });
    // @ts-expect-error: nobody is named
    void ledger.consume({ ...on, feature: 'design' });
  });

  test('of anything else has one quantity', () => {
    void ledger.consume({ ...on, feature: 'rows', quantity: 101 });
    // @ts-expect-error: rows are not counted by kind
    void ledger.consume({ ...on, feature: 'rows', quantities: { input: 1 } });
    // @ts-expect-error: an amount is not rated
    void ledger.consume({ ...on, amount: 1, quantities: { input: 1 } });
  });
});

describe('a price', () => {
  test('is asked for in a currency and bundle that the book has', () => {
    void ledger.price({ currency: 'EUR', amount: 10 });
    void ledger.price({ currency: 'USD', bundle: 'starter', terms: { rollover: null } });
    // @ts-expect-error: no such currency
    void ledger.price({ currency: 'JPY', amount: 10 });
    // @ts-expect-error: no such bundle
    void ledger.price({ currency: 'USD', bundle: 'jumbo' });
    // @ts-expect-error: one of the three
    void ledger.price({ currency: 'USD', amount: 10, money: '1.00' });
    // @ts-expect-error: none of the three
    void ledger.price({ currency: 'USD' });
  });
});
