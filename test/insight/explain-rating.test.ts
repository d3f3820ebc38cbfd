// A person learns why a rated usage cost what it cost.
import { expect, test } from 'vitest';
import { createLedger, memory } from '../../src/index.ts';

const account = 'acme';

test('lines, rounding, bounds, period and access are told', async () => {
  const ledger = await createLedger({
    storage: memory(),
    clock: () => Date.parse('2026-01-10T00:00:00Z'),
    units: { coin: { scale: 0 } },
    rateCards: [
      {
        id: 'list',
        version: 1,
        rates: {
          chat: {
            model: 'tokens',
            per: 1000,
            models: { large: { input: '3', output: '15' } },
            minimum: '2',
            clamp: { max: '9' },
          },
          calls: {
            model: 'volume',
            tiers: [{ upTo: 10, price: '3' }, { price: '1' }],
            every: 'P1M',
          },
          design: { model: 'licence', price: '100', every: 'P1M' },
        },
      },
    ],
  });
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: 1000, key: 'grant' });
  const chat = (key: string, output: number) =>
    ledger.consume({
      account,
      feature: 'chat',
      dimensions: { model: 'large' },
      quantities: { input: 10, output },
      key,
    });
  await chat('least', 0);
  await chat('most', 1000);
  await ledger.consume({ account, feature: 'calls', quantity: 4, key: 'c1' });
  await ledger.consume({ account, feature: 'calls', quantity: 7, key: 'c2' });
  await ledger.consume({ account, feature: 'design', member: 'ada', key: 'd1' });
  await ledger.seats({ account, members: ['bob'], key: 's' });
  await ledger.consume({ account, feature: 'design', member: 'bob', key: 'd2' });

  const told = async (key: string): Promise<string> =>
    (await ledger.explain({ account, key })).text;
  expect(await told('least')).toContain(
    'prices chat (10 input, 0 output) by input of large: 0.03 coin, output of large: 0 coin. Then rounded up: 1 coin. Then minimum: 2 coin.',
  );
  expect(await told('most')).toContain('Then rounded up: 16 coin. Then clamp, most: 9 coin.');
  expect(await told('c2')).toContain('prices 7 × calls by 7 × 1: 7 coin.');
  expect(await told('c2')).toContain(
    'The period of 2026-01-10T00:00:00.000Z to 2026-02-10T00:00:00.000Z had brought 4 before it.',
  );
  expect(await told('d1')).toContain('The licence of ada is paid for by this usage and runs until');
  expect(await told('d2')).toContain('The licence of bob was taken over from a member who has no');
  expect((await ledger.explain({ account, key: 'd2' })).rating).toMatchObject({
    lines: [{ what: 'paid already', unit: 'coin', amount: '0' }],
    access: { how: 'reassigned', member: 'bob', until: new Date('2026-02-10T00:00:00Z') },
    period: null,
    quantities: null,
    charged: { coin: '0' },
  });
});
