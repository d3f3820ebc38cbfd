// A bonus block takes its purchase's name with `/bonus` behind it; that must be a name that can be said.

import { expect, test } from 'vitest';
import { attempt, createLedger, memory } from '../../../src/index.ts';

const price = { amount: '9.00', currency: 'USD' };

test('a purchase whose bonus would have a name of more than 255 bytes is refused', async () => {
  const ledger = await createLedger({ storage: memory(), units: { credit: { scale: 0 } } });
  await ledger.open({ account: 'a', key: 'open' });
  const purchase = { account: 'a', amount: 10, price, key: 'p' };
  const long = { ...purchase, block: 'x'.repeat(250), bonus: { amount: 1 } };
  expect(await attempt(ledger.purchase(long))).toMatchObject({
    ok: false,
    refusal: { code: 'invalid-input', field: 'bonus.block' },
  });
  await ledger.purchase({ ...long, bonus: { amount: 1, block: 'extra' } });
  await ledger.purchase({ ...long, block: 'x'.repeat(249), key: 'q' });
  const refund = { account: 'a', block: `${'x'.repeat(249)}/bonus`, key: 'r' };
  expect((await ledger.refund(refund)).due?.amount.toString()).toBe('0.82');
});
