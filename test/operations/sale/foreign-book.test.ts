// A book in another currency than the account's: what is sold for money says what that was worth.

import { createLedger, memory } from 'tallystick';
import { expect, test } from 'vitest';
import { answer, START } from '../desk.ts';

const account = 'acme';
const eur = (amount: string) => ({ amount, currency: 'EUR' });

function open(book: object) {
  return createLedger({
    ...{ storage: memory(), clock: () => START, units: { credit: { scale: 0 } }, book },
    priceBook: { EUR: { listPrice: '0.01' } },
  });
}

test('a purchase or a quote for money is refused without its rate, and is what was said with it', async () => {
  const ledger = await open({ currency: 'USD' });
  await ledger.open({ account, key: 'open', currency: 'EUR' });
  const asked = { code: 'invalid-input', field: 'fxRate' };
  const pack = { account, key: 'p', amount: 100, price: eur('1.00') };
  expect(await answer(ledger.purchase(pack))).toMatchObject(asked);
  expect(await answer(ledger.purchase({ ...pack, fxRate: '1.10' }))).toBe('done');
  const quote = await ledger.price({ currency: 'EUR', amount: '500' });
  expect(await answer(ledger.acceptQuote({ account, key: 'q', quote }))).toMatchObject(asked);
  expect(await answer(ledger.acceptQuote({ account, key: 'q', quote, fxRate: '1.2' }))).toBe(
    'done',
  );
  const told = await answer(ledger.acceptQuote({ account, key: 'q', quote, fxRate: '1.3' }));
  expect(told).toMatchObject({ code: 'idempotency-conflict', field: 'fxRate' });
  const free = { account, key: 'f', amount: 5, price: eur('0.00') };
  expect(await answer(ledger.purchase(free))).toBe('done');
  expect(await ledger.verify({ account })).toMatchObject({ ok: true });
});

test('nothing is asked of an account in the currency of the book, or where the book has none of its own', async () => {
  for (const book of [{ currency: 'EUR' }, {}]) {
    const ledger = await open(book);
    await ledger.open({ account, key: 'open', currency: 'EUR' });
    const pack = { account, key: 'p', amount: 100, price: eur('1.00') };
    expect(await answer(ledger.purchase(pack))).toBe('done');
  }
});
