// Usage that is rated: a feature, a quantity and dimensions, which the rate card has to know.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Desk, openDesk } from './desk.ts';
import { noAmounts, noDimensions } from './hostile.ts';
import { expectRefused, outcomeOf } from './refusals.ts';

const inputs = {
  consume: { account: 'acme', key: 'k', feature: 'search' },
  hold: { account: 'acme', key: 'k', feature: 'search' },
  capture: { account: 'acme', key: 'k', hold: 'open-hold', feature: 'search' },
} as const;

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

describe.each(['consume', 'hold', 'capture'] as const)('%s', (name) => {
  const refusal = (change: object): Promise<string> =>
    outcomeOf(desk, () => desk.write(name, { ...inputs[name], ...change }));

  test('takes the usage that the bad ones are made from', async () => {
    const accepted = 'accepted, and something was written';
    expect(await refusal({ quantity: '2', key: 'k1' })).toBe(accepted);
    const dimensions = { model: 'large' };
    if (name === 'capture') {
      await desk.ledger.hold({ account: 'acme', amount: 1, feature: 'answer', key: 'answer-hold' });
    }
    const hold = name === 'capture' ? { hold: 'answer-hold' } : {};
    expect(await refusal({ feature: 'answer', dimensions, key: 'k2', ...hold })).toBe(accepted);
  });

  test('refuses what is no quantity', async () => {
    await expectRefused(desk, 'quantity', noAmounts, (quantity) =>
      desk.write(name, { ...inputs[name], quantity }),
    );
  });

  test.each([
    ['a quantity below zero', { quantity: '-1' }, 'quantity'],
    ['a quantity whose price passes 38 digits', { quantity: '9'.repeat(38) }, 'quantity'],
    ['a quantity and an amount', { quantity: 1, amount: 1 }, 'quantity'],
    ['dimensions and an amount', { dimensions: {}, amount: 1 }, 'dimensions'],
    ['a unit, which the rate card names', { unit: 'credit' }, 'unit'],
  ])('refuses %s', async (_, change, field) => {
    expect(await refusal(change)).toBe(field);
  });

  test('refuses what are no dimensions', async () => {
    await expectRefused(desk, 'dimensions', noDimensions, (dimensions) =>
      desk.write(name, { ...inputs[name], feature: 'answer', dimensions }),
    );
  });

  test.each([
    ['no dimensions', undefined, 'dimensions.model'],
    ['none of its dimensions', {}, 'dimensions.model'],
    ['a value without a price', { model: 'huge' }, 'dimensions.model'],
    ['a value that every object has', { model: 'constructor' }, 'dimensions.model'],
    ['a dimension more', { model: 'large', depth: 'deep' }, 'dimensions.depth'],
    ['a dimension that every object has', { model: 'large', toString: 'x' }, 'dimensions.toString'],
    [
      'a dimension that would be a prototype',
      JSON.parse('{"model":"large","__proto__":"x"}'),
      'dimensions.__proto__',
    ],
  ])('of a feature with %s is refused', async (_, dimensions, field) => {
    expect(await refusal({ feature: 'answer', dimensions })).toBe(field);
  });

  test.each(['Answer', 'answer ', 'constructor', '__proto__', 'toString'])(
    'of the feature %s, which no card prices, is refused by name',
    async (feature) => {
      expect(await refusal({ feature })).toBe('unknown-feature');
    },
  );
});

test.each(['consume', 'hold'] as const)('a %s states an amount or a feature', async (name) => {
  const input = { account: 'acme', key: 'k' };
  expect(await outcomeOf(desk, () => desk.write(name, input))).toBe('amount');
});

test.each(['constructor', '__proto__', 'Credit', 'euro'])(
  'no amount is in the unit %s, which is not declared',
  async (unit) => {
    for (const name of ['grant', 'consume', 'hold'] as const) {
      const input = { account: 'acme', key: 'k', amount: 1, unit };
      expect(await outcomeOf(desk, () => desk.write(name, input))).toBe('unknown-unit');
    }
  },
);

test('a hold is in one unit', async () => {
  const input = { account: 'acme', key: 'k', feature: 'both' };
  expect(await outcomeOf(desk, () => desk.write('hold', input))).toBe('feature');
});

test('a partial fill is in one unit', async () => {
  const input = { account: 'acme', key: 'k', feature: 'both', partial: true };
  expect(await outcomeOf(desk, () => desk.write('consume', input))).toBe('partial');
});

test('a capture is in the unit of its hold', async () => {
  const input = { account: 'acme', key: 'k', hold: 'open-hold', amount: 1, unit: 'coin' };
  expect(await outcomeOf(desk, () => desk.write('capture', input))).toBe('unit');
});

test('a capture by quantity needs a feature, its own or the hold’s', async () => {
  const input = { account: 'acme', key: 'k', hold: 'open-hold', quantity: '1' };
  expect(await outcomeOf(desk, () => desk.write('capture', input))).toBe('quantity');
});
