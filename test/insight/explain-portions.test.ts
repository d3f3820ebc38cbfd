// Somebody asks where his credits came from: portions, seats and offers say why (docs/domain.md §7).
import { createLedger, memory } from 'tallystick';
import { expect, test } from 'vitest';

async function desk() {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const ledger = await createLedger({
    storage: memory(),
    clock: () => clock.now,
    units: { coin: { scale: 0 } },
    offers: { signup: { amount: 50, onOpen: true } },
  });
  await ledger.open({
    account: 'acme',
    key: 'open',
    terms: {
      allowances: [
        { name: 'reset', fillTo: 10, every: 'P1M' },
        { name: 'team', amount: 5, every: 'P1M', starts: '2026-01-01T00:00:00Z', per: 'seat' },
      ],
    },
  });
  const text = async (key: string) => (await ledger.explain({ account: 'acme', key })).text;
  const keys = async () => {
    const found: string[] = [];
    for await (const { key } of ledger.history({ account: 'acme' })) found.push(key);
    return found;
  };
  return { clock, ledger, text, keys };
}

test('a portion says for which period it came, and one that did not why', async () => {
  const { clock, ledger, text, keys } = await desk();
  expect(await text('open')).toContain('took the offer "signup"');
  clock.now = Date.UTC(2026, 1, 1);
  await ledger.sweep({ account: 'acme' });
  const [, first = '', second = ''] = await keys();
  expect(first).toBe(`tallystick:allowance/reset/${Date.UTC(2026, 0, 1)}`);
  expect(await text(first)).toContain(
    '10 coin came as "reset@2026-01-01" at 2026-01-01T00:00:00.000Z for period 0 of the allowance "reset", until 2026-02-01T00:00:00.000Z; the block has no end.',
  );
  expect(await text(second)).toContain('Nothing came for period 1 of the allowance "reset"');
});

test('seats say who came and went, and what they brought', async () => {
  const { clock, ledger, text, keys } = await desk();
  await ledger.seats({ account: 'acme', key: 's1', members: ['ada', 'bo'] });
  expect(await text('s1')).toContain('ada, bo joined: 2 seats from now on.');
  expect(await text('s1')).toContain('10 coin for who joined came as "team@2026-01-01"');
  await ledger.seats({ account: 'acme', key: 's2', members: ['ada'] });
  expect(await text('s2')).toContain('bo left: 1 seat from now on.');
  await ledger.seats({ account: 'acme', key: 's3', members: ['ada', 'bo'] });
  expect(await text('s3')).toContain('Nothing came for period 0');
  clock.now = Date.UTC(2026, 1, 1);
  await ledger.sweep({ account: 'acme' });
  const portion = (await keys()).findLast((key) => key.includes('/team/')) ?? '';
  expect(await text(portion)).toContain('10 coin for 2 seats came as "team@2026-02-01"');
});
