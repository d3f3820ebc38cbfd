// What a lease promises to whoever spends from it: never more than was taken, and all of it burned.
import { describe, expect, it } from 'vitest';
import { LeaseEnded, LeaseSpent } from '../../../src/index.ts';
import { keysOf, scene } from '../shell/set-up.ts';

const quiet = { settleEveryMs: null } as const;

async function standing(ledger: Awaited<ReturnType<typeof scene>>['ledger']): Promise<string> {
  const { available, held, blocks } = await ledger.balance({ account: 'acme', blocks: 'all' });
  return `${available} available, ${held} held, ${blocks.map(({ burned }) => burned.toFixed()).join()} burned`;
}

describe('a lease', () => {
  it('is held from the account, burned as it is settled, and given back at its end', async () => {
    const { ledger } = await scene({ credits: '100' });
    const lease = await ledger.lease({ account: 'acme', amount: 40, key: 'w/1', ...quiet });
    expect(await standing(ledger)).toBe('60 available, 40 held, 0 burned');
    lease.spend(3);
    lease.spend('4');
    lease.spend(5n);
    expect(await standing(ledger)).toBe('60 available, 40 held, 0 burned');
    expect([lease.left, lease.spent, lease.unsettled].map(String)).toEqual(['28', '12', '12']);
    const [receipt] = await lease.settle();
    expect([receipt?.kind, receipt?.charged.toNumber()]).toEqual(['capture', 12]);
    expect(lease.unsettled.toNumber()).toBe(0);
    expect(await standing(ledger)).toBe('60 available, 28 held, 12 burned');
    expect(await lease.settle()).toEqual([]);
    lease.spend(8);
    await lease.end();
    expect(await standing(ledger)).toBe('80 available, 0 held, 20 burned');
    expect(lease.isOpen).toBe(false);
    expect(await keysOf(ledger)).toEqual(['open', 'grant', 'w/1', 'w/1/settle/1', 'w/1/end']);
    expect(await ledger.verify({ account: 'acme' })).toMatchObject({ ok: true });
  });

  it('gives everything back where nothing was spent, and can be ended twice', async () => {
    const { ledger } = await scene({ credits: '100' });
    const lease = await ledger.lease({ account: 'acme', amount: 40, key: 'w/1', ...quiet });
    lease.spend(0);
    const [receipt] = await lease.end();
    expect(receipt?.kind).toBe('release');
    expect(await lease.end()).toEqual([]);
    expect(await standing(ledger)).toBe('100 available, 0 held, 0 burned');
  });

  it('refuses what is more than it has left, whatever the account has', async () => {
    const { ledger } = await scene({ credits: '100' });
    const lease = await ledger.lease({ account: 'acme', amount: 10, key: 'w/1', ...quiet });
    lease.spend(8);
    expect(() => lease.spend(3)).toThrow(LeaseSpent);
    expect(() => lease.spend(3)).toThrow(
      expect.objectContaining({ code: 'lease-spent', required: '3', left: '2', unit: 'credit' }),
    );
    lease.spend(2);
    expect(lease.left.toNumber()).toBe(0);
    await lease.end();
    expect(await standing(ledger)).toBe('90 available, 0 held, 10 burned');
  });

  it.each([-1, 1.5, Number.NaN, '0.5', '-0', 2 ** 53, {}, null])(
    'refuses to spend %s',
    async (amount) => {
      const { ledger } = await scene({ credits: '100' });
      const lease = await ledger.lease({ account: 'acme', amount: 10, key: 'w/1', ...quiet });
      const spend = (): void => Reflect.apply(lease.spend, lease, [amount]);
      expect(spend).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'amount' }));
      expect(lease.spent.toNumber()).toBe(0);
      await ledger.close();
    },
  );

  it('is refused whole where the account has too little', async () => {
    const { ledger } = await scene({ credits: '10' });
    const call = ledger.lease({ account: 'acme', amount: 11, key: 'w/1' });
    await expect(call).rejects.toMatchObject({ code: 'insufficient-credits', shortfall: '1' });
    // The key is free: nothing was written.
    const lease = await ledger.lease({ account: 'acme', amount: 10, key: 'w/1' });
    await lease.end();
  });

  it('is spent from no longer than it was taken for', async () => {
    const { ledger, clock } = await scene({ credits: '100' });
    const lease = await ledger.lease({
      account: 'acme',
      amount: 10,
      for: 'PT10S',
      key: 'w/1',
      ...quiet,
    });
    expect(lease.until).toEqual(new Date('2026-03-01T12:00:10Z'));
    clock.advance(9_999);
    lease.spend(1);
    clock.advance(1);
    expect(lease.isOpen).toBe(false);
    expect(() => lease.spend(1)).toThrow(LeaseEnded);
    expect(() => lease.spend(1)).toThrow(expect.objectContaining({ ended: 'time' }));
    // Its hold lasts fifteen seconds longer: the last settlement is in time.
    clock.advance(14_999);
    await lease.end();
    expect(await standing(ledger)).toBe('99 available, 0 held, 1 burned');
  });

  it('tells what its spends were for, in the metadata of its settlement', async () => {
    const { ledger } = await scene({ credits: '1000' });
    const metadata = { worker: 7 };
    const lease = await ledger.lease({
      account: 'acme',
      amount: 500,
      key: 'w/1',
      metadata,
      ...quiet,
    });
    lease.spend(3, { label: 'small' });
    lease.spend(4, { label: 'large' });
    lease.spend(5, { label: 'small' });
    lease.spend(6);
    for (let label = 0; label < 100; label += 1) lease.spend(1, { label: `l${label}` });
    await lease.end();
    const told: unknown[] = [];
    for await (const entry of ledger.history({ account: 'acme', after: 3 })) {
      const { labels = {} } = (entry.metadata ?? {}) as { labels?: Record<string, string> };
      const { amount, lease: said } = entry.input;
      told.push([entry.key, amount, Object.keys(labels).length, said]);
      if (entry.number === 4) expect(labels).toMatchObject({ small: '8', large: '4', l0: '1' });
      expect(entry.metadata).toMatchObject(metadata);
    }
    const at = '2026-03-01T12:00:00.000Z';
    const said = (spends: number): object => ({ key: 'w/1', spends, since: at, until: at });
    expect(told).toEqual([
      ['w/1/settle/1', '80', 64, said(66)],
      ['w/1/end', '38', 38, said(38)],
    ]);
  });

  it.each(['', 'x'.repeat(65), '\0', 7])('refuses the label %j', async (label) => {
    const { ledger } = await scene({ credits: '100' });
    const lease = await ledger.lease({ account: 'acme', amount: 10, key: 'w/1', ...quiet });
    const spend = (): void => Reflect.apply(lease.spend, lease, [1, { label }]);
    expect(spend).toThrow(expect.objectContaining({ code: 'invalid-input', field: 'label' }));
    await lease.end();
    expect(lease.spent.toNumber()).toBe(0);
  });

  it('draws on what is owed later where the terms allow overage', async () => {
    const { ledger } = await scene({ credits: '10' });
    const overage = { limit: { credits: 20 } };
    await ledger.changeTerms({ account: 'acme', terms: { overage }, key: 'terms' });
    const lease = await ledger.lease({ account: 'acme', amount: 25, key: 'w/1', ...quiet });
    lease.spend(24);
    await lease.end();
    const { owed, overageLeft } = await ledger.balance({ account: 'acme' });
    expect([owed.toNumber(), overageLeft?.toNumber()]).toEqual([14, 6]);
  });
});

describe('the explanation', () => {
  it('tells that a hold is a lease, and which spends a capture settled', async () => {
    const { ledger, clock } = await scene({ credits: '100' });
    const lease = await ledger.lease({ account: 'acme', amount: 10, key: 'w/1', ...quiet });
    lease.spend(2);
    clock.advance(500);
    lease.spend(1);
    await lease.settle();
    lease.spend(1);
    await lease.end();
    const told = async (key: string): Promise<string> =>
      (await ledger.explain({ account: 'acme', key })).text;
    expect(await told('w/1')).toContain('It was taken as a lease');
    expect(await told('w/1/settle/1')).toContain(
      'It settles 2 spends of lease "w/1", from 2026-03-01T12:00:00.000Z to 2026-03-01T12:00:00.500Z.',
    );
    expect(await told('w/1/end')).toContain(
      'It settles one spend of lease "w/1", at 2026-03-01T12:00:00.500Z.',
    );
    expect(await told('grant')).not.toContain('lease');
  });
});

describe('the key of a lease', () => {
  it('names one lease: the same call again gives the same one', async () => {
    const { ledger } = await scene({ credits: '100' });
    const input = { account: 'acme', amount: 10, key: 'w/1', ...quiet };
    const [one, two] = await Promise.all([ledger.lease(input), ledger.lease(input)]);
    expect(one).toBe(two);
    const other = ledger.lease({ ...input, amount: 11 });
    await expect(other).rejects.toMatchObject({ code: 'idempotency-conflict', field: 'lease' });
    await one.end();
    await expect(ledger.lease(input)).rejects.toMatchObject({ code: 'idempotency-conflict' });
    expect(await standing(ledger)).toBe('100 available, 0 held, 0 burned');
  });

  it('is of one process: another one gets no part in the same hold', async () => {
    const { ledger, rival } = await scene({ credits: '100' });
    const input = { account: 'acme', amount: 10, key: 'w/1', ...quiet };
    const lease = await ledger.lease(input);
    const others = rival.lease(input);
    await expect(others).rejects.toMatchObject({ code: 'idempotency-conflict', field: 'lease' });
    await lease.end();
  });

  it('leaves room for the keys that are made of it', async () => {
    const { ledger } = await scene();
    const long = ledger.lease({ account: 'acme', amount: 1, key: 'x'.repeat(201) });
    await expect(long).rejects.toMatchObject({ code: 'invalid-input', field: 'key' });
    const lease = await ledger.lease({
      account: 'acme',
      amount: 1,
      key: 'x'.repeat(200),
      ...quiet,
    });
    lease.spend(1);
    await lease.settle();
    await lease.end();
  });
});

describe('what a lease is asked for', () => {
  it.each([
    ['amount', { amount: 0 }],
    ['amount', { amount: '1.5' }],
    ['amount', { amount: -1 }],
    ['for', { for: 'P1D' }],
    ['for', { for: 'PT2H' }],
    ['for', { for: 60 }],
    ['settleEveryMs', { settleEveryMs: 0 }],
    ['refillBelow', { refillBelow: 0 }],
    ['refillBelow', { refillBelow: 6 }],
    ['settleAbove', { settleAbove: 0 }],
    ['settleAbove', { settleAbove: 11 }],
    ['late', { late: 'perhaps' }],
    ['metadata', { metadata: [] }],
    ['metadata.labels', { metadata: { labels: 1 } }],
    ['metadata', { metadata: { a: 'x'.repeat(8_200) } }],
    ['onProblem', { onProblem: 1 }],
    ['account', { account: 'tallystick:catalogue' }],
    ['expiresIn', { expiresIn: 'PT1M' }],
  ])('has a %s that can be: %j', async (field, wrong) => {
    const { ledger } = await scene({ credits: '100' });
    const input = { account: 'acme', amount: 10, key: 'w/1', ...wrong };
    const call = Reflect.apply(ledger.lease, ledger, [input]);
    await expect(call).rejects.toMatchObject({ code: 'invalid-input', field });
    expect(await keysOf(ledger)).toEqual(['open', 'grant']);
  });

  it('names an account and a unit that are there', async () => {
    const { ledger } = await scene({ credits: '100' });
    const account = ledger.lease({ account: 'nobody', amount: 10, key: 'w/1' });
    await expect(account).rejects.toMatchObject({ code: 'unknown-account' });
    const unit = Reflect.apply(ledger.lease, ledger, [
      { account: 'acme', amount: 10, unit: 'coin', key: 'w/1' },
    ]);
    await expect(unit).rejects.toMatchObject({ code: 'unknown-unit' });
  });
});
