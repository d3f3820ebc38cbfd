import { createLedger, memory } from 'tallystick';
import { expect, test } from 'vitest';

const account = 'acme';

test('tells how a price was divided, what a deal took over, what was conceded, and how it is invoiced', async () => {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const units = { credit: { scale: 0 } };
  const ledger = await createLedger({ storage: memory(), clock: () => clock.now, units });
  const usd = (amount: string) => ({ amount, currency: 'USD' });
  await ledger.open({ account, key: 'open' });
  await ledger.purchase({ account, key: 'old', amount: 120, price: usd('12000.00') });
  await ledger.consume({ account, key: 'use', amount: 60 });
  await ledger.purchase({
    ...{ account, key: 'new', amount: 30, price: usd('1500.00') },
    bonus: { amount: 10, breakage: { method: 'proportional', expected: '0.40' } },
    pool: { blocks: ['old'], concession: usd('900.00') },
    billing: { every: 'P1M', amount: usd('500.00') },
  });
  const { text } = await ledger.explain({ account, key: 'new' });
  expect(text).toContain('1250.00 USD for "new" (5), 250.00 USD for "new/bonus" (1).');
  expect(text).toContain(
    'What was left of "old" is one deal with it: 60 credit are now in "new", at a cost of 6000.00 USD.',
  );
  expect(text).toContain('900.00 USD were conceded for what had been used of them.');
  expect(text).toContain('instalments of 500.00 USD every P1M from 2026-01-01T00:00:00.000Z.');
  expect(text).not.toContain('rolled');
  const plain = await ledger.explain({ account, key: 'old' });
  expect(plain.text).not.toMatch(/divided|deal|conceded|instalments/);
});
