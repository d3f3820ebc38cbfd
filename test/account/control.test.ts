// What limits remember: the same out of a checkpoint as out of the journal, no more than can still be
// asked for, and told as of an earlier instant as it was then.

import { describe, expect, test } from 'vitest';
import { realTimers } from '../../src/ledger/clock.ts';
import { createLedgerWith } from '../../src/ledger/create-ledger.ts';
import { memory } from '../../src/storage/memory.ts';
import type { TermsInput } from '../../src/terms/terms.ts';

const account = 'acme';
const units = { credit: { scale: 2 } };

async function desk(terms: TermsInput) {
  const clock = { now: Date.UTC(2026, 0, 1) };
  const storage = memory();
  const settings = { storage, clock: () => clock.now, units };
  const inside = { timers: realTimers, checkpointEvery: 1 };
  const ledger = await createLedgerWith(settings, inside);
  await ledger.open({ account, key: 'open', terms });
  return {
    ledger,
    at: (instant: string) => {
      clock.now = Date.parse(instant);
    },
    /** Another process, which knows nothing but what is stored. */
    another: () => createLedgerWith(settings, inside),
    parts: async (): Promise<Record<string, { tallies?: { periods: unknown[] }[] }>> => {
      await ledger.verify({ account });
      const stored = await storage.load(account);
      const body: unknown = JSON.parse(stored?.checkpoint?.body ?? '{}');
      return (body as { parts: Record<string, { tallies?: { periods: unknown[] }[] }> }).parts;
    },
  };
}

const all: TermsInput = {
  alerts: { consumed: ['0.5', '0.9'], below: [20], beforeExpiry: ['P7D'] },
  overage: { limit: 'unlimited' },
  caps: [
    { member: 'ada', amount: 50, every: 'P1M' },
    { each: 'member', amount: 80 },
    { feature: 'chat', amount: 70, every: 'P1D', name: 'daily chat' },
  ],
  topUp: { below: 30, add: 100, price: '10.00', atMost: { times: 2 } },
  approvals: { purchase: { above: '100.00', role: 'finance' } },
};

describe('what limits remember', () => {
  test('is in the checkpoint as it is in the journal, and another process goes on from it', async () => {
    const { ledger, at, another } = await desk(all);
    await ledger.grant({ account, key: 'g', amount: 100, expiresIn: 'P20D' });
    await ledger.hold({ account, key: 'h', hold: 'h', amount: '10.5', member: 'ada' });
    await ledger.consume({ account, key: 'u1', amount: 30, member: 'ada', feature: 'chat' });
    await ledger.capture({ account, key: 'c', hold: 'h', amount: 5, final: false });
    await ledger.consume({ account, key: 'u2', amount: 40, member: 'bob', feature: 'chat' });
    await ledger.pay({ account, key: 'p', request: 'u2/request', outcome: 'failed' });
    const dear = { account, key: 'd', amount: 9, price: { amount: '100.01', currency: 'USD' } };
    await expect(ledger.purchase(dear)).rejects.toMatchObject({ code: 'approval-required' });
    at('2026-01-15T00:00:00Z');
    await ledger.sweep({ account });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    const told = await ledger.balance({ account });
    const fresh = await another();
    expect(await fresh.balance({ account })).toEqual(told);
    expect(told.caps.map(({ cap, used }) => `${cap} ${used}`)).toEqual([
      'ada 40.5',
      'ada 40.5',
      'bob 40',
      'daily chat 0',
    ]);
    expect(told.requests.map(({ request }) => request)).toEqual(['u2/request']);
    const refused = fresh.consume({ account, key: 'u3', amount: 10, member: 'ada' });
    await expect(refused).rejects.toMatchObject({ code: 'cap-exceeded', left: '9.5' });
    await ledger.close();
    await fresh.close();
  });

  test('of caps is forgotten when no usage of then is accepted any more', async () => {
    const { ledger, at, parts } = await desk({ caps: [{ amount: 5, every: 'P1D' }] });
    await ledger.grant({ account, key: 'g', amount: 1000 });
    for (let day = 1; day <= 90; day += 1) {
      at(new Date(Date.UTC(2026, 0, day, 12)).toISOString());
      await ledger.consume({ account, amount: 2, key: `u${day}` });
    }
    const [tally] = (await parts())['drawn']?.tallies ?? [];
    expect(tally?.periods.length).toBeLessThanOrEqual(32);
    expect(tally?.periods.length).toBeGreaterThanOrEqual(30);
    await ledger.close();
  });

  test('of caps is told as of an earlier instant, by either clock', async () => {
    const { ledger, at } = await desk({ caps: [{ member: 'ada', amount: 50, every: 'P1M' }] });
    await ledger.grant({ account, key: 'g', amount: 1000 });
    at('2026-01-10T00:00:00Z');
    await ledger.consume({ account, key: 'u1', amount: 10, member: 'ada' });
    at('2026-01-20T00:00:00Z');
    const late = '2026-01-05T00:00:00Z';
    await ledger.consume({ account, key: 'u2', amount: 7, member: 'ada', occurredAt: late });
    const used = async (asOf: string, by: 'occurred' | 'recorded'): Promise<string[]> =>
      (await ledger.balance({ account, asOf, by })).caps.map((cap) => cap.used.toFixed());
    expect(await used('2026-01-06T00:00:00Z', 'recorded')).toEqual(['0']);
    expect(await used('2026-01-06T00:00:00Z', 'occurred')).toEqual(['7']);
    expect(await used('2026-01-15T00:00:00Z', 'recorded')).toEqual(['10']);
    expect(await used('2026-01-15T00:00:00Z', 'occurred')).toEqual(['17']);
    await ledger.close();
  });
});

describe('figures of limits that make no sense', () => {
  const wrong: readonly (readonly [string, TermsInput])[] = [
    ['terms.alerts.consumed.1', { alerts: { consumed: ['0.5', '0'] } }],
    ['terms.alerts.below.0', { alerts: { below: ['0.001'] } }],
    ['terms.caps.0.amount', { caps: [{ amount: '-1' }] }],
    ['terms.topUp.add', { topUp: { below: 1, add: 0, price: '1' } }],
    ['terms.topUp.fillTo', { topUp: { below: 10, fillTo: 9, price: '1' } }],
    ['terms.topUp.price', { topUp: { below: 1, add: 1, price: '0.001' } }],
    ['terms.approvals.purchase.above', { approvals: { purchase: { above: '-5', role: 'a' } } }],
  ];
  test.each(wrong)('are refused: %s', async (field, terms) => {
    await expect(desk(terms)).rejects.toMatchObject({ code: 'invalid-input', field });
  });
});
