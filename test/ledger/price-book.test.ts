// Quotes: the price book's figures, as data that becomes purchase and terms, once, and only as it was given.
import { describe, expect, test } from 'vitest';
import { createLedger, memory, type Quote, type Refusal } from '../../src/index.ts';

const account = 'acme';
const START = Date.parse('2026-01-10T00:00:00Z');
const DAY = 86_400_000;

const usd = {
  listPrice: '0.01',
  tiers: [
    { spend: '5000', unitPrice: '0.0095' },
    { spend: '10000', unitPrice: '0.009' },
    { spend: '50000', unitPrice: '0.0085' },
    { spend: '700000', credits: '100000000' },
  ],
  bundles: { starter: { amount: '10000', bonus: '1000', price: '90.00' } },
  validFor: 'P30D',
} as const;

const bySize = {
  listPrice: '0.5',
  tiers: [
    { from: '10', price: '3' },
    { from: '100', unitPrice: '0.2' },
  ],
} as const;

async function desk(
  priceBook: object = { USD: usd, KWD: bySize, JPY: { listPrice: '1.5' } },
  storage = memory(),
) {
  const clock = { now: START };
  const ledger = await createLedger({
    storage,
    clock: () => clock.now,
    units: { credit: { scale: 0 } },
    priceBook: priceBook as { USD: typeof usd; KWD: typeof bySize; JPY: { listPrice: string } },
  });
  return { ledger, clock, storage };
}

async function refused(call: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await call;
    return { code: 'accepted' };
  } catch (error) {
    return (error as Refusal).toJSON();
  }
}

describe('a price', () => {
  test.each([
    ['100', '1.00'],
    ['1', '0.01'],
    ['500000', '5000.00'],
    ['526315', '5263.15'],
    ['526316', '5000.00'],
    ['1111111', '10555.55'],
    ['1111112', '10000.01'],
    ['5882353', '50000.00'],
    ['99999999', '849999.99'],
    ['100000000', '700000.00'],
    ['200000000', '1400000.00'],
  ])('of %s credits is %s dollars', async (amount, price) => {
    const { ledger } = await desk();
    expect((await ledger.price({ currency: 'USD', amount })).price).toBe(price);
  });

  test.each([
    ['5000.00', '526315'],
    ['4999.99', '499999'],
    ['50000', '5882352'],
    ['700000.00', '100000000'],
  ])('of %s dollars buys %s credits', async (money, credits) => {
    const { ledger } = await desk();
    const quote = await ledger.price({ currency: 'USD', money });
    expect(quote.credits).toBe(credits);
    expect(Number(quote.price)).toBe(Number(money));
  });

  test('has the places of its currency, and the best tier that the size reaches', async () => {
    const { ledger } = await desk();
    const price = async (currency: 'KWD' | 'JPY', amount: string): Promise<string> =>
      (await ledger.price({ currency, amount })).price;
    expect(await price('KWD', '9')).toBe('4.500');
    expect(await price('KWD', '10')).toBe('3.000');
    expect(await price('KWD', '11')).toBe('3.300');
    expect(await price('KWD', '100')).toBe('20.000');
    expect(await price('JPY', '3')).toBe('5');
  });

  test('of a bundle shares its money by count', async () => {
    const { ledger } = await desk();
    expect(await ledger.price({ currency: 'USD', bundle: 'starter' })).toMatchObject({
      credits: '11000',
      price: '90.00',
      listValue: '110.00',
      lines: [
        { type: 'credits', credits: '10000', amount: '81.82' },
        { type: 'bonus', credits: '1000', amount: '8.18' },
      ],
    });
  });

  test.each([
    ['currency', { currency: 'EUR', amount: '1' }],
    ['amount', { currency: 'USD' }],
    ['bundle', { currency: 'USD', amount: '1', bundle: 'starter' }],
    ['bundle', { currency: 'USD', bundle: 'constructor' }],
    ['amount', { currency: 'USD', amount: '0' }],
    ['amount', { currency: 'USD', amount: '0.5' }],
    ['money', { currency: 'USD', money: '0.001' }],
    ['money', { currency: 'USD', money: '0' }],
    ['commitment', { currency: 'USD', bundle: 'starter', commitment: { every: 'P1Y' } }],
    [
      'commitment.price',
      { currency: 'USD', amount: '9', commitment: { every: 'P1Y', price: '1' } },
    ],
    ['commitment.amount', { currency: 'USD', amount: '9', commitment: { amount: '99' } }],
    ['terms.rolover', { currency: 'USD', amount: '1', terms: { rolover: {} } }],
    ['extra', { currency: 'USD', amount: '1', extra: 1 }],
  ])('is asked for in full: %s', async (field, request) => {
    const { ledger } = await desk();
    expect(
      await refused(ledger.price(request as { currency: 'USD'; amount: string })),
    ).toMatchObject({
      code: 'invalid-input',
      field,
    });
  });

  test.each([
    ['priceBook.USD.listPrice', { USD: { listPrice: '0' } }],
    ['priceBook.USDX', { USDX: { listPrice: '1' } }],
    ['priceBook.USD.unit', { USD: { listPrice: '1', unit: 'euro' } }],
    [
      'priceBook.USD.tiers.0.from',
      { USD: { listPrice: '1', tiers: [{ from: '0', unitPrice: '1' }] } },
    ],
    [
      'priceBook.USD.tiers.0.price',
      { USD: { listPrice: '1', tiers: [{ from: '1', price: '0.001' }] } },
    ],
    [
      'priceBook.USD.bundles.a.price',
      { USD: { listPrice: '1', bundles: { a: { amount: '1', price: '-1' } } } },
    ],
    ['priceBook.USD.validFor', { USD: { listPrice: '1', validFor: 'a month' } }],
  ])('is declared so that it can be: %s', async (field, book) => {
    expect(await refused(desk(book))).toMatchObject({ code: 'invalid-input', field });
  });

  test('is not told where no book is declared', async () => {
    const ledger = await createLedger({ storage: memory(), units: { credit: { scale: 0 } } });
    const asked = ledger.price({ currency: 'USD', amount: 1 } as never);
    expect(await refused(asked)).toMatchObject({ code: 'invalid-input', field: 'priceBook' });
  });
});

describe('a quote that is accepted', () => {
  test('is a purchase with its basis, to the cent, and once', async () => {
    const { ledger } = await desk();
    await ledger.open({ account, key: 'open' });
    const quote = await ledger.price({ currency: 'USD', bundle: 'starter' });
    // As it comes back from wherever it was.
    const back = JSON.parse(JSON.stringify(quote)) as Quote;
    const receipt = await ledger.acceptQuote({ account, quote: back, reference: 'in_1', key: 'q' });
    expect(receipt.balance.toFixed()).toBe('11000');
    const { blocks } = await ledger.balance({ account });
    expect(blocks.map(({ block, kind, basis }) => [block, kind, basis.amount.toFixed(2)])).toEqual([
      ['q', 'purchased', '81.82'],
      ['q/bonus', 'promotional', '8.18'],
    ]);
    const again = await ledger.acceptQuote({ account, quote: back, reference: 'in_1', key: 'q' });
    expect(again.replayed).toBe(true);
    const other = ledger.acceptQuote({ account, quote: back, reference: 'in_1', key: 'r' });
    expect(await refused(other)).toMatchObject({ code: 'already-decided' });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  test('may commit the credits instead, on terms of its own', async () => {
    const { ledger, clock } = await desk();
    await ledger.open({ account, key: 'open' });
    const quote = await ledger.price({
      currency: 'USD',
      amount: '100000000',
      commitment: { every: 'P1Y', renewal: { rule: 'same' } },
      terms: { burnOrder: ['effective'] },
    });
    clock.now += DAY;
    const receipt = await ledger.acceptQuote({ account, quote, key: 'q' });
    expect(receipt.balance.toFixed()).toBe('100000000');
    const [block] = (await ledger.balance({ account })).blocks;
    expect(block).toMatchObject({ block: 'commitment@2026-01-11', kind: 'purchased' });
    expect(block?.basis.amount.toFixed(2)).toBe('700000.00');
    expect(await refused(ledger.acceptQuote({ account, quote, key: 'r' }))).toMatchObject({
      code: 'already-decided',
    });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  test.each([null, { every: 'P1Y' }])('needs the word that its price needs: %j', async (term) => {
    const { ledger } = await desk();
    const approvals = { purchase: { above: '1000.00', role: 'cfo' } };
    await ledger.open({ account, key: 'open', terms: { approvals } });
    const ask = { currency: 'USD', amount: '100001' } as const;
    const quote = await ledger.price({ ...ask, ...(term !== null && { commitment: term }) });
    expect(await refused(ledger.acceptQuote({ account, quote, key: 'q' }))).toMatchObject({
      ...{ code: 'approval-required', role: 'cfo', amount: '100001', price: '1000.01' },
    });
    await ledger.approve({ account, request: 'q/request', by: 'ada', key: 'yes' });
    const signed = await ledger.acceptQuote({ account, quote, key: 'q' });
    expect(signed.balance.toFixed()).toBe('100001');
  });

  const lines = [{ type: 'credits', credits: '1000000', amount: '1.00' }] as const;

  test.each<[string, Partial<Quote>]>([
    ['quote.price', { price: '1.00' }],
    ['quote.credits', { credits: '1' }],
    ['quote.lines.0.amount', { lines }],
    ['quote.unitPrice', { unitPrice: '0.001' }],
    ['quote.validUntil', { validUntil: '2030-01-01T00:00:00.000Z' }],
    ['quote.expiresIn', { expiresIn: 'P1D' }],
    ['quote.id', { terms: { lateUsage: { within: 'P9D' } } }],
    ['quote.id', { id: '0'.repeat(64) }],
    ['quote.book', { book: '0'.repeat(64) }],
    ['quote.quotedAt', { quotedAt: 'yesterday' }],
    ['quote.id', { quotedAt: '2026-01-11T00:00:00.000Z', validUntil: '2026-02-10T00:00:00.000Z' }],
    ['quote.extra', { extra: 1 } as Partial<Quote>],
    ['quote.commitment.price', { commitment: { every: 'P1Y', price: '1.00' } }],
  ])('is refused where it was changed on its way: %s', async (field, change) => {
    const { ledger } = await desk();
    await ledger.open({ account, key: 'open' });
    const quote = await ledger.price({ currency: 'USD', amount: '1000000' });
    const call = ledger.acceptQuote({ account, quote: { ...quote, ...change }, key: 'q' });
    expect(await refused(call)).toMatchObject({ code: 'invalid-input', field });
    expect((await ledger.balance({ account })).available.toFixed()).toBe('0');
  });

  test('is refused once it has lapsed, and in another currency than the account', async () => {
    const { ledger, clock } = await desk();
    await ledger.open({ account, key: 'open' });
    await ledger.open({ account: 'paris', currency: 'EUR', key: 'open' });
    const quote = await ledger.price({ currency: 'USD', amount: '100' });
    expect(await refused(ledger.acceptQuote({ account: 'paris', quote, key: 'q' }))).toMatchObject({
      code: 'invalid-input',
      field: 'quote.currency',
    });
    clock.now += 30 * DAY;
    expect(await refused(ledger.acceptQuote({ account, quote, key: 'q' }))).toMatchObject({
      code: 'invalid-input',
      field: 'quote.validUntil',
    });
    clock.now -= 1;
    expect((await ledger.acceptQuote({ account, quote, key: 'q' })).balance.toFixed()).toBe('100');
  });

  test('still stands where the book has changed since, but none is given out of the old one', async () => {
    const { ledger, storage, clock } = await desk();
    await ledger.open({ account, key: 'open' });
    const before = await ledger.price({ currency: 'USD', amount: '100' });
    clock.now += DAY;
    const { ledger: next, clock: later } = await desk({ USD: { listPrice: '0.02' } }, storage);
    later.now = clock.now;
    expect((await next.price({ currency: 'USD', amount: '100' })).price).toBe('2.00');
    expect((await next.acceptQuote({ account, quote: before, key: 'q' })).balance.toFixed()).toBe(
      '100',
    );
    clock.now += DAY;
    later.now = clock.now;
    const stale = await ledger.price({ currency: 'USD', amount: '200' });
    expect(await refused(next.acceptQuote({ account, quote: stale, key: 'r' }))).toMatchObject({
      field: 'quote.quotedAt',
    });
  });
});
