import fc from 'fast-check';
import { createLedger, type Ledger, memory } from 'tallystick';
import { describe, expect, it } from 'vitest';

const START = Date.UTC(2026, 0, 1);
const units = { credit: { scale: 0 } };
type Plain = Ledger<{ units: typeof units }>;

const act = fc.record({
  account: fc.constantFrom('a', 'b', 'c'),
  do: fc.constantFrom('grant', 'consume', 'hold', 'release', 'reverse'),
  amount: fc.integer({ min: 1, max: 9 }),
  pick: fc.nat({ max: 20 }),
});
type Act = typeof act extends fc.Arbitrary<infer T> ? T : never;

/** What the acts of one account come to. Keys and names are the same in every account. */
function commands(acts: readonly Act[]): Parameters<Plain['batch']>[0] {
  const counts = new Map<string, number>();
  return acts.map(({ account, do: kind, amount, pick }) => {
    const count = counts.get(account) ?? 0;
    counts.set(account, count + 1);
    const common = { account, key: `k${count}` };
    if (kind === 'release') return { ...common, do: kind, hold: `k${pick}` };
    if (kind === 'reverse') return { ...common, do: kind, of: `k${pick}` };
    return { ...common, do: kind === 'grant' || kind === 'hold' ? kind : 'consume', amount };
  });
}

async function opened(): Promise<Plain> {
  const ledger = await createLedger({ storage: memory(), clock: () => START, units });
  for (const account of ['a', 'b', 'c']) await ledger.open({ account, key: 'open' });
  return ledger;
}

async function heads(ledger: Plain): Promise<object[]> {
  return Promise.all(['a', 'b', 'c'].map((account) => ledger.verify({ account })));
}

describe('accounts', () => {
  it(
    'come to the same however the commands of one fall between those of another',
    { timeout: 60_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(act, { maxLength: 40, size: 'max' }), async (acts) => {
          const byAccount = acts.toSorted((x, y) => (x.account < y.account ? -1 : 1));
          const [mixed, sorted, atOnce] = [await opened(), await opened(), await opened()];
          for (const one of commands(acts)) await mixed.batch([one]);
          for (const one of commands(byAccount)) await sorted.batch([one]);
          await atOnce.batch(commands(acts));
          expect(await heads(sorted)).toEqual(await heads(mixed));
          expect(await heads(atOnce)).toEqual(await heads(mixed));
        }),
        { numRuns: 40 },
      ),
  );

  it('see nothing of each other', async () => {
    const ledger = await opened();
    await ledger.grant({ account: 'a', key: 'g', amount: 9 });
    await ledger.consume({ account: 'a', key: 'c', amount: 1 });
    const before = await ledger.verify({ account: 'a' });
    const [one, two, three] = await ledger.batch([
      { do: 'reverse', account: 'b', key: 'r', of: 'c' },
      { do: 'refund', account: 'b', key: 'f', block: 'g' },
      { do: 'consume', account: 'b', key: 'c', amount: 1 },
    ]);
    expect([one, two, three]).toMatchObject([
      { ok: false, error: { code: 'unknown-operation' } },
      { ok: false, error: { code: 'unknown-block' } },
      { ok: false, error: { code: 'insufficient-credits' } },
    ]);
    expect(await ledger.verify({ account: 'a' })).toEqual(before);
  });

  it('keep a name that a question asked about while it was being given', async () => {
    const ledger = await opened();
    const price = { amount: '1.00', currency: 'USD' };
    const bundle = {
      account: 'a',
      amount: 1,
      price,
      block: 'other',
      bonus: { block: 'x', amount: 1 },
    };
    const [, grant] = await Promise.all([
      ledger.quote({ do: 'purchase', ...bundle }),
      ledger.grant({ account: 'a', key: 'g', block: 'x', amount: 5 }),
    ]);
    expect(grant.balance.toFixed()).toBe('5');
    await ledger.quote({ do: 'purchase', ...bundle, bonus: { block: 'y', amount: 1 } });
    const [again, down] = await ledger.batch([
      { do: 'grant', account: 'a', key: 'again', block: 'x', amount: 5 },
      {
        do: 'adjust',
        account: 'a',
        key: 'd',
        block: 'x',
        amount: -1,
        by: 'ada',
        reason: 'a count',
      },
    ]);
    expect(again).toMatchObject({ ok: false, error: { code: 'idempotency-conflict' } });
    expect(down).toMatchObject({ ok: true });
  });
});
