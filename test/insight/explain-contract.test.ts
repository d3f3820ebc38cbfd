// Why a commitment is what it is: a rule made it, or a person did.
import { expect, test } from 'vitest';
import { createLedger, memory } from '../../src/index.ts';

const account = 'acme';

test('a renewal that somebody overrode names no rule', async () => {
  let now = Date.parse('2026-01-01T00:00:00Z');
  const ledger = await createLedger({
    storage: memory(),
    clock: () => now,
    units: { credit: { scale: 0 } },
  });
  const renewal = { rule: 'transposed', accept: 'manual' } as const;
  const terms = {
    term: { every: 'P1Y' },
    commitment: { amount: 1000, price: '1000.00', renewal },
  };
  await ledger.open({ account, terms, key: 'open' });
  await ledger.consume({ account, amount: 600, key: 'use' });
  now = Date.parse('2027-01-01T00:00:00Z');
  const decision = { override: { amount: 700 } };
  await ledger.renew({ account, decision, by: 'ada', key: 'renew' });
  const texts: string[] = [];
  for await (const { key, kind } of ledger.history({ account })) {
    if (kind === 'propose' || kind === 'renew') {
      texts.push((await ledger.explain({ account, key })).text);
    }
  }
  expect(texts[0]).toContain('By the rule "transposed" and the terms the next commitment would be');
  expect(texts[1]).toContain(
    'By an override the next commitment is 700 credit for 700.00 USD. ada decided so.',
  );
});
