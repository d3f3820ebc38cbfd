// Names and quantities from outside are read as they are, or refused; never as something else.
import { describe, expect, test } from 'vitest';
import { createLedger, memory, type Refusal } from '../../src/index.ts';

const account = 'acme';

async function desk() {
  const proto = JSON.parse('{"__proto__":{"a":"2"},"constructor":{"b":"3"}}') as Record<
    string,
    Record<string, string>
  >;
  const ledger = await createLedger({
    storage: memory(),
    clock: () => Date.parse('2026-01-10T00:00:00Z'),
    units: { credit: { scale: 2 } },
    rateCards: [
      {
        id: 'list',
        version: 1,
        rates: {
          odd: { model: 'matrix', dimensions: proto },
          chat: {
            model: 'tokens',
            per: 1,
            models: {
              large: JSON.parse('{"__proto__":"5","input":"1"}') as Record<string, string>,
            },
          },
          calls: {
            model: 'graduated',
            tiers: [
              { upTo: '0.00000000000000000000000000000000000001', price: '1' },
              { price: '0' },
            ],
            every: 'P1D',
          },
        },
      },
    ],
  });
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: 1000, key: 'grant' });
  return ledger;
}

async function code(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'done';
  } catch (error) {
    const { code: name, facts } = error as Refusal;
    return `${name} ${String(facts['field'])}`;
  }
}

describe('what comes from outside', () => {
  test('may have the names of everything that an object has', async () => {
    const ledger = await desk();
    const dimensions = JSON.parse('{"__proto__":"a","constructor":"b"}') as { constructor: string };
    const odd = await ledger.consume({ account, feature: 'odd', dimensions, key: 'a' });
    expect(odd.charged.toFixed()).toBe('5');
    const quantities = JSON.parse('{"__proto__":"2"}') as { input: string };
    const chat = await ledger.consume({
      account,
      feature: 'chat',
      dimensions: { model: 'large' },
      quantities,
      key: 'b',
    });
    expect(chat.charged.toFixed()).toBe('10');
    // What was recorded is what was said: it can be computed again.
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    expect((await ledger.rateCards()).map(({ rates }) => Object.keys(rates))).toEqual([
      ['odd', 'chat', 'calls'],
    ]);
  });

  test.each([
    ['dimensions', { feature: 'odd', dimensions: [] }],
    ['dimensions.__proto__', { feature: 'odd', dimensions: { constructor: 'b' } }],
    [
      'dimensions.model',
      {
        feature: 'chat',
        dimensions: JSON.parse('{"model":"__proto__"}') as object,
        quantities: { input: 1 },
      },
    ],
    [
      'dimensions.model',
      { feature: 'chat', dimensions: { model: 'lar\u0000ge' }, quantities: { input: 1 } },
    ],
    [
      'quantities.input',
      { feature: 'chat', dimensions: { model: 'large' }, quantities: { input: 0.5 } },
    ],
    [
      'quantities.input',
      { feature: 'chat', dimensions: { model: 'large' }, quantities: { input: '-0' } },
    ],
    [
      'quantities.input',
      { feature: 'chat', dimensions: { model: 'large' }, quantities: { input: '9'.repeat(39) } },
    ],
    ['quantities', { feature: 'chat', dimensions: { model: 'large' }, quantities: {} }],
    [
      'quantities',
      { feature: 'chat', dimensions: { model: 'large' }, quantities: { input: 1 }, quantity: 1 },
    ],
    [
      'quantity',
      { feature: 'chat', dimensions: { model: 'large', kind: 'input' }, quantity: '9'.repeat(38) },
    ],
    ['quantities', { amount: 1, quantities: { input: 1 } }],
  ])('is refused where it cannot be meant: %s', async (field, usage) => {
    const ledger = await desk();
    const found = await code(ledger.consume({ account, key: 'k', ...usage } as never));
    expect(found).toBe(`invalid-input ${field}`);
    expect((await ledger.balance({ account })).available.toFixed()).toBe('1000');
  });

  test('adds up exactly, however small and however large', async () => {
    const ledger = await desk();
    const calls = (quantity: string, key: string) =>
      ledger.consume({ account, feature: 'calls', quantity, key });
    expect((await calls('0.00000000000000000000000000000000000001', 'a')).charged.toFixed()).toBe(
      '0.01',
    );
    expect((await calls('0.00000000000000000000000000000000000001', 'b')).charged.toFixed()).toBe(
      '0',
    );
    expect((await calls('99999999999999999999999999999999999999', 'c')).charged.toFixed()).toBe(
      '0',
    );
    expect((await calls('1', 'd')).charged.toFixed()).toBe('0');
    const { rating } = await ledger.explain({ account, key: 'd' });
    expect(rating?.period?.before).toBe(
      `99999999999999999999999999999999999999.${'0'.repeat(37)}2`,
    );
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });
});
