// What asks for a payment has a key and a name that nothing else bears, however close things come.

import { createLedger, memory, type TermsInput } from 'tallystick';
import { expect, test } from 'vitest';
import { createClock } from '../../../src/testing/clock.ts';

const account = 'acme';

async function opened(terms: TermsInput) {
  const clock = createClock('2026-01-01T00:00:00Z');
  const units = { credit: { scale: 0 } };
  const ledger = await createLedger({
    storage: memory(),
    clock: clock.now,
    units,
    deadlineMs: 200,
  });
  await ledger.open({ account, key: 'open', terms });
  const waiting = async () =>
    (await ledger.balance({ account })).requests.map(({ request, kind }) => [request, kind]);
  return { ledger, clock, waiting };
}

const overage = (settle: 'immediately' | 'next-credits', grace?: string): TermsInput => ({
  overage: {
    limit: { credits: '10' },
    rate: { price: '0.10' },
    settle,
    ...(grace !== undefined && { grace }),
  },
});
const topUp: TermsInput = { topUp: { below: '1', add: '5', price: '1.00' } };

test('other terms may ask in the instant of the usage, whatever its refusal asked for', async () => {
  const { ledger, waiting } = await opened({ ...topUp, ...overage('next-credits') });
  const usage = { account, amount: 12, key: 'k' } as const;
  await expect(ledger.consume(usage)).rejects.toMatchObject({ code: 'insufficient-credits' });
  await ledger.grant({ account, amount: 4, key: 'gift' });
  await ledger.consume(usage);
  await ledger.changeTerms({ account, terms: overage('immediately'), key: 'terms' });
  const asked = await waiting();
  expect(asked).toHaveLength(2);
  expect(new Set(asked.map(([request]) => request)).size).toBe(2);
});

test('a charge after the grace leaves alone what the refusal of its usage asked for', async () => {
  const { ledger, clock, waiting } = await opened({ ...topUp, ...overage('immediately', 'P1D') });
  const usage = { account, amount: 12, key: 'k' } as const;
  await expect(ledger.consume(usage)).rejects.toMatchObject({ code: 'insufficient-credits' });
  await ledger.grant({ account, amount: 4, key: 'gift' });
  await ledger.consume(usage);
  clock.advance('P2D');
  await ledger.sweep({ account });
  expect(await waiting()).toEqual([
    ['k/request', 'top-up'],
    ['tallystick:charge/1', 'overage'],
  ]);
  await ledger.pay({ account, request: 'k/request', outcome: 'paid', key: 'paid' });
  expect(
    (await ledger.balance({ account, blocks: 'all' })).blocks.map(({ granted }) => `${granted}`),
  ).toEqual(['4', '5']);
});
