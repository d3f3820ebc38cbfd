import { createLedger, memory } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { answer, DAY, desk, START } from './desk.ts';

const account = 'acme';

describe('usage that is told late', () => {
  it('is accepted exactly at the limit, counted in days of the account’s zone', async () => {
    const clock = { now: Date.parse('2026-04-15T12:00:00+02:00') };
    const ledger = await createLedger({
      ...{ storage: memory(), clock: () => clock.now, units: { credit: { scale: 0 } } },
    });
    await ledger.open({ account, key: 'open', timeZone: 'Europe/Paris' });
    await ledger.grant({ account, key: 'g', amount: '9' });
    // Thirty days of Paris before, the clock stood at noon too, an hour later by UTC.
    const noon = Date.parse('2026-03-16T12:00:00+01:00');
    const usage = (key: string, occurredAt: number) =>
      ledger.consume({ account, key, amount: '1', occurredAt });
    expect(await answer(usage('a', noon))).toBe('done');
    expect(await answer(usage('b', noon - 1))).toEqual({
      ...{ code: 'too-late', occurredAt: '2026-03-16T10:59:59.999Z' },
      oldest: '2026-03-16T11:00:00.000Z',
    });
  });

  it('that was accepted is replayed when it would be too late', async () => {
    const { ledger, clock } = await desk();
    await ledger.grant({ account, key: 'g', amount: '9' });
    const usage = { account, key: 'c', amount: '1', occurredAt: START };
    const first = await ledger.consume(usage);
    clock.now += 400 * DAY;
    const again = await ledger.consume(usage);
    expect([again.replayed, again.hash]).toEqual([true, first.hash]);
  });

  it('takes of a block what it has left, then what it lost, and then what can be spent now', async () => {
    const { ledger, clock, block } = await desk();
    const ends = (days: number) => ({ expiresAt: START + days * DAY });
    await ledger.grant({ account, key: 'g1', block: 'gone', amount: '5', ...ends(3) });
    await ledger.grant({ account, key: 'g2', block: 'open', amount: '5', ...ends(9) });
    clock.now += 4 * DAY;
    await ledger.grant({ account, key: 'g3', block: 'since', amount: '5', priority: 1 });
    const usage = { account, key: 'c', amount: '12', occurredAt: START + 2 * DAY };
    const receipt = await ledger.consume(usage);
    expect(receipt.split.map((part) => `${part.amount} of ${part.block}`)).toEqual([
      ...['5 of gone', '5 of open', '2 of since'],
    ]);
    expect(await block('gone')).toEqual({ burned: '5' });
    expect(await block('since')).toEqual({ remaining: '3', burned: '2' });
  });

  it('takes nothing of a block that was voided, refunded or held away meanwhile', async () => {
    const { ledger, clock, block } = await desk();
    const price = { amount: '5.00', currency: 'USD' };
    const ends = { expiresAt: START + 5 * DAY };
    for (const name of ['voided', 'refunded']) {
      await ledger.purchase({ account, key: name, block: name, amount: '5', price, ...ends });
    }
    await ledger.grant({ account, key: 'held', block: 'held', amount: '5', priority: 1, ...ends });
    await ledger.hold({ account, key: 'h', amount: '5' });
    await ledger.refund({ account, key: 'r', block: 'refunded', amount: '3' });
    await ledger.void({ account, key: 'v', block: 'voided' });
    clock.now += 6 * DAY;
    const late = { account, occurredAt: START + DAY };
    expect(await answer(ledger.consume({ ...late, key: 'c', amount: '3' }))).toMatchObject({
      ...{ code: 'insufficient-credits', available: '2', shortfall: '1' },
    });
    await ledger.consume({ ...late, key: 'd', amount: '2' });
    expect(await block('refunded')).toEqual({ burned: '2', refunded: '3' });
    await ledger.release({ account, key: 'rel', hold: 'h' });
    expect(await block('held')).toEqual({ expired: '5' });
    await ledger.consume({ ...late, key: 'e', amount: '5' });
    expect(await block('held')).toEqual({ burned: '5' });
  });
});
