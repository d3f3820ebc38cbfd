// Bad input in what a sale says for the books: refused with the field's name, and nothing written.

import { beforeEach, describe, expect, test } from 'vitest';
import { type Desk, good, openDesk } from './desk.ts';
import { noAmounts, noChoices } from './hostile.ts';
import { expectRefused, outcomeOf } from './refusals.ts';

type Named = readonly [name: string, value: unknown];
type Opening = 'grant' | 'purchase';

let desk: Desk;

beforeEach(async () => {
  desk = await openDesk();
});

/** The good input with another value in one field, or in a field of a field. */
function altered(name: Opening, path: string, value: unknown): object {
  const input: Record<string, unknown> = { ...good[name] };
  const [outer = '', inner] = path.split('.');
  input[outer] = inner === undefined ? value : { ...(input[outer] as object), [inner]: value };
  return input;
}

function refusal(name: Opening, path: string, value: unknown): Promise<string> {
  return outcomeOf(desk, () => desk.write(name, altered(name, path, value)));
}

describe('what is no price, or finer than any', () => {
  const prices: readonly Named[] = [
    ...noAmounts,
    ['thirteen places', '0.0000000000001'],
    ['39 digits with its places', '9'.repeat(27)],
    ['below zero', '-1'],
  ];

  test.each([
    ['grant', 'listPrice'],
    ['grant', 'unitCost'],
    ['purchase', 'listPrice'],
    ['purchase', 'bonus.listPrice'],
    ['purchase', 'fxRate'],
  ] as const)('in %s.%s', async (name, field) => {
    await expectRefused(desk, field, prices, (value) =>
      desk.write(name, altered(name, field, value)),
    );
  });

  test('of what else is bought', async () => {
    await expectRefused(desk, 'with.0.ssp', prices, (ssp) =>
      desk.write('purchase', { ...good.purchase, with: [{ name: 'setup', ssp }] }),
    );
  });
});

describe('what says nothing of breakage', () => {
  const values: readonly Named[] = [
    ...noChoices,
    ['an object', {}],
    ['another method', { method: 'straight-line' }],
    ['an estimate of none', { method: 'proportional' }],
    ['a field too many', { method: 'proportional', expected: '0.1', after: 'P1M' }],
  ];

  test.each(['grant', 'purchase'] as const)('in %s', async (name) => {
    for (const [what, value] of values) {
      const field = await refusal(name, 'breakage', value);
      expect(field, what).toMatch(/^breakage/);
    }
  });

  test.each(['-0.1', '1.1', '2', '01', '0.1e-1', '0.0000000000001', '', '1.', 'all'])(
    'an estimate of %j',
    async (expected) => {
      const breakage = { method: 'proportional', expected };
      expect(await refusal('purchase', 'breakage', breakage)).toBe('breakage.expected');
    },
  );
});

describe('what else is bought, how it is invoiced, and what it is one deal with', () => {
  const said = (field: string, value: unknown): Promise<string> =>
    refusal('purchase', field, value);

  test('are as they must be', async () => {
    const { billing, pool } = good.purchase;
    const many = Array.from({ length: 101 }, (_, index) => ({ name: `n${index}`, ssp: '1' }));
    expect(await said('with', many)).toBe('with');
    expect(await said('with', [{ name: '', ssp: '1' }])).toBe('with.0.name');
    expect(await said('with', [{ name: 'a', ssp: '1', __proto__: null, tax: '1' }])).toBe(
      'with.0.tax',
    );
    expect(await said('with', { name: 'a', ssp: '1' })).toBe('with');
    expect(await said('billing', { ...billing, every: 'monthly' })).toBe('billing.every');
    expect(await said('billing', { ...billing, every: 'P0D' })).toBe('billing.every');
    expect(await said('billing', { ...billing, starts: 'soon' })).toBe('billing.starts');
    expect(await said('billing', { ...billing, amount: '1.00' })).toBe('billing.amount');
    expect(await said('billing', { ...billing, amount: { amount: '1.00', currency: 'EUR' } })).toBe(
      'billing.amount.currency',
    );
    expect(await said('pool', { ...pool, blocks: [] })).toBe('pool.blocks');
    expect(await said('pool', { ...pool, blocks: 'paid' })).toBe('pool.blocks');
    expect(await said('pool', { ...pool, blocks: ['paid', 'paid'] })).toBe('pool.blocks');
    expect(await said('pool', { ...pool, blocks: ['a\0b'] })).toBe('pool.blocks.0');
    expect(await said('pool', { ...pool, concession: '0.50' })).toBe('pool.concession');
    const euros = { amount: '0.50', currency: 'EUR' };
    expect(await said('pool', { ...pool, concession: euros })).toBe('pool.concession.currency');
  });
});
