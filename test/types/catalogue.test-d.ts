// What is declared is typed: a misspelt name does not compile, and what is left open infers.

import { describe, expectTypeOf, test } from 'vitest';
import {
  type Catalogue,
  createLedger,
  type FeatureName,
  type Ledger,
  memory,
  type PlanName,
  type RatedUsage,
  type UnitName,
} from '../../src/index.ts';

const declared = {
  units: { credit: { scale: 2 }, coin: { scale: 0 } },
  rateCards: [
    {
      id: 'list',
      version: 1,
      rates: {
        'chat.answer': {
          model: 'matrix',
          base: '1',
          dimensions: {
            model: { small: '0', large: '2' },
            depth: { shallow: '0', deep: '1' },
          },
        },
        search: { model: 'per-unit', price: { credit: '0.5' } },
      },
    },
    {
      id: 'list',
      version: 2,
      rates: {
        human: { model: 'free' },
        search: { model: 'per-unit', price: { credit: '0.7' } },
      },
    },
  ],
  plans: { team: { lateUsage: { within: 'P10D' } }, free: {} },
} as const;

type Declared = typeof declared;

type Dimensions = Extract<RatedUsage<Declared>, { feature: 'chat.answer' }>['dimensions'];

declare const ledger: Ledger<Declared>;

describe('the names that are declared', () => {
  test('are known without a word', () => {
    expectTypeOf<UnitName<Declared>>().toEqualTypeOf<'credit' | 'coin'>();
    expectTypeOf<PlanName<Declared>>().toEqualTypeOf<'team' | 'free'>();
    expectTypeOf<FeatureName<Declared>>().toEqualTypeOf<'chat.answer' | 'search' | 'human'>();
  });

  test('infer from a declaration that is written in the call', async () => {
    const inline = await createLedger({
      storage: memory(),
      units: { credit: { scale: 0 } },
      rateCards: [{ id: 'list', version: 1, rates: { ask: { model: 'free' } } }],
      plans: { team: {} },
    });
    type Inline = typeof inline extends Ledger<infer C> ? C : never;
    expectTypeOf<UnitName<Inline>>().toEqualTypeOf<'credit'>();
    expectTypeOf<FeatureName<Inline>>().toEqualTypeOf<'ask'>();
    expectTypeOf<PlanName<Inline>>().toEqualTypeOf<'team'>();
    // @ts-expect-error: no such feature
    inline.consume({ account: 'acme', feature: 'aks', key: 'k' });
  });

  test('may be made at run time, and are any text then', () => {
    const open = {} as Ledger<Catalogue>;
    open.consume({ account: 'acme', feature: 'whatever', key: 'k' });
    open.grant({ account: 'acme', amount: 1, unit: 'whatever', key: 'k' });
  });

  test('may be units alone', async () => {
    const plain = await createLedger({ storage: memory(), units: { credit: { scale: 0 } } });
    plain.consume({ account: 'acme', amount: 1, key: 'k' });
    // @ts-expect-error: no rate card prices it
    plain.consume({ account: 'acme', feature: 'ask', key: 'k' });
    // @ts-expect-error: no plan is declared
    plain.open({ account: 'acme', plan: 'team', key: 'k' });
  });
});

describe('a feature', () => {
  test('is one that some card prices', () => {
    ledger.consume({ account: 'acme', feature: 'search', key: 'k' });
    ledger.consume({ account: 'acme', feature: 'human', quantity: 2, key: 'k' });
    ledger.hold({ account: 'acme', feature: 'search', key: 'k' });
    // @ts-expect-error: misspelt
    ledger.consume({ account: 'acme', feature: 'serach', key: 'k' });
    // @ts-expect-error: misspelt
    ledger.hold({ account: 'acme', feature: 'serach', key: 'k' });
    // @ts-expect-error: misspelt
    ledger.capture({ account: 'acme', hold: 'h', feature: 'serach', key: 'k' });
  });

  test('names a value for each of its dimensions', () => {
    const account = 'acme';
    const key = 'k';
    ledger.consume({
      account,
      feature: 'chat.answer',
      dimensions: { model: 'large', depth: 'deep' },
      key,
    });
    // @ts-expect-error: no dimensions
    ledger.consume({ account, feature: 'chat.answer', key });
    // @ts-expect-error: a dimension is missing
    ledger.consume({ account, feature: 'chat.answer', dimensions: { model: 'large' }, key });
    const wrong = {
      // @ts-expect-error: a value without a price
      value: { model: 'huge', depth: 'deep' },
      // @ts-expect-error: a dimension more
      dimension: { model: 'large', depth: 'deep', tone: 'dry' },
      // @ts-expect-error: values of one another
      swapped: { model: 'deep', depth: 'large' },
      // @ts-expect-error: a number for a name
      number: { model: 1, depth: 'deep' },
    } satisfies Record<string, Dimensions>;
    expectTypeOf(wrong).not.toBeAny();
  });

  test('is not rated where an amount is stated', () => {
    ledger.consume({ account: 'acme', amount: '1', feature: 'search', key: 'k' });
    // @ts-expect-error: a feature that no card prices
    ledger.consume({ account: 'acme', amount: '1', feature: 'anything', key: 'k' });
    // @ts-expect-error: a scope that no card prices
    ledger.grant({ account: 'acme', amount: '1', features: ['anything'], key: 'k' });
    // @ts-expect-error: an amount and a quantity
    ledger.consume({ account: 'acme', amount: '1', feature: 'search', quantity: 1, key: 'k' });
    // @ts-expect-error: neither an amount nor a feature
    ledger.consume({ account: 'acme', key: 'k' });
    // @ts-expect-error: the card names the unit
    ledger.consume({ account: 'acme', feature: 'search', unit: 'credit', key: 'k' });
  });
});

describe('a unit', () => {
  test('is one that is declared', () => {
    ledger.grant({ account: 'acme', amount: 1, unit: 'coin', key: 'k' });
    // @ts-expect-error: not declared
    ledger.grant({ account: 'acme', amount: 1, unit: 'euro', key: 'k' });
    // @ts-expect-error: not declared
    ledger.consume({ account: 'acme', amount: 1, unit: 'euro', key: 'k' });
    // @ts-expect-error: not declared
    ledger.hold({ account: 'acme', amount: 1, unit: 'euro', key: 'k' });
    // @ts-expect-error: not declared
    ledger.reverse({ account: 'acme', of: 'u', amount: 1, unit: 'euro', key: 'k' });
    // @ts-expect-error: not declared
    ledger.adjust({ account: 'acme', amount: 1, unit: 'euro', by: 'a', reason: 'b', key: 'k' });
  });

  test('has its balance under its name', async () => {
    const balance = await ledger.balance({ account: 'acme' });
    expectTypeOf(balance.units).toHaveProperty('coin');
    // @ts-expect-error: not declared
    balance.units.euro;
  });
});

test('a plan is one that is declared', () => {
  ledger.open({ account: 'acme', plan: 'team', key: 'k' });
  // @ts-expect-error: not declared
  ledger.open({ account: 'acme', plan: 'Team', key: 'k' });
});
