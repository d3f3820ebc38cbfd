import { describe, expect, it } from 'vitest';
import { answer, DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';
const usd = (amount: string) => ({ amount, currency: 'USD' });

/** 100 credits for 10.00, of which 30 are spent, were charged back. */
async function chargedBack(): Promise<Desk> {
  const made = await desk();
  const { ledger } = made;
  await ledger.purchase({ account, key: 'p', block: 'p', amount: '100', price: usd('10.00') });
  await ledger.consume({ account, key: 'c', amount: '30' });
  await ledger.void({ account, key: 'v', block: 'p', spent: 'owed' });
  return made;
}

describe('what a void leaves owed', () => {
  it('is what the spent credits cost, and no later credits pay it', async () => {
    const { ledger, block, owed } = await chargedBack();
    expect(await block('p')).toEqual({ burned: '30', voided: '70' });
    expect(await owed()).toBe('3.00');
    await ledger.grant({ account, key: 'g', amount: '50' });
    expect(await owed()).toBe('3.00');
    expect((await ledger.balance({ account })).available.toFixed()).toBe('50');
  });

  it('is settled in money, in parts or as a whole, and never beyond', async () => {
    const { ledger, owed } = await chargedBack();
    const part = await ledger.settle({ account, key: 's1', money: usd('1.25') });
    expect([part.due?.amount.toFixed(2), await owed()]).toEqual(['1.25', '1.75']);
    const beyond = ledger.settle({ account, key: 's2', money: usd('1.76') });
    expect(await answer(beyond)).toMatchObject({ code: 'invalid-input', field: 'money' });
    const euros = ledger.settle({ account, key: 's2', money: { amount: '1.00', currency: 'EUR' } });
    expect(await answer(euros)).toMatchObject({ code: 'invalid-input' });
    await ledger.settle({ account, key: 's3' });
    expect(await owed()).toBe('0.00');
    expect(await answer(ledger.settle({ account, key: 's4' }))).toMatchObject({
      code: 'invalid-input',
    });
    expect((await ledger.settle({ account, key: 's3' })).replayed).toBe(true);
  });

  it('falls by the cost of usage that is reversed; what was paid of it already is due back', async () => {
    const { ledger, block, owed } = await chargedBack();
    await ledger.settle({ account, key: 's', money: usd('2.50') });
    const some = await ledger.reverse({ account, key: 'r1', of: 'c', amount: '4' });
    expect([some.due, await owed()]).toEqual([null, '0.10']);
    const rest = await ledger.reverse({ account, key: 'r2', of: 'c' });
    expect([rest.due?.amount.toFixed(2), await owed()]).toEqual(['2.50', '0.00']);
    expect(await block('p')).toEqual({ voided: '100' });
  });

  it('can be claimed of a block that has ended or is spent, and of none twice', async () => {
    const { ledger, clock, owed } = await desk();
    const bought = { account, amount: '10', price: usd('1.00') };
    const ends = { expiresAt: START + DAY };
    await ledger.purchase({ ...bought, key: 'old', block: 'old', ...ends });
    await ledger.consume({ account, key: 'c', amount: '4' });
    clock.now += 2 * DAY;
    await ledger.purchase({ ...bought, key: 'spent', block: 'spent' });
    await ledger.consume({ account, key: 'd', amount: '10' });
    await ledger.purchase({
      ...bought,
      key: 'unspent',
      block: 'unspent',
      expiresAt: START + 3 * DAY,
    });
    const ended = { code: 'block-ended' };
    for (const [block, how] of [
      ['old', 'expired'],
      ['spent', 'empty'],
    ] as const) {
      const kept = ledger.void({ account, key: 'no', block });
      expect(await answer(kept)).toEqual({ ...ended, block, ended: how });
      await ledger.void({ account, key: `owed ${block}`, block, spent: 'owed' });
      const twice = ledger.void({ account, key: 'no', block, spent: 'owed' });
      expect(await answer(twice)).toEqual({ ...ended, block, ended: 'voided' });
    }
    expect(await owed()).toBe('1.40');
    clock.now += 2 * DAY;
    // Nothing of it was spent, so there is nothing to claim.
    const nothing = ledger.void({ account, key: 'no', block: 'unspent', spent: 'owed' });
    expect(await answer(nothing)).toEqual({ ...ended, block: 'unspent', ended: 'expired' });
  });

  it('can be claimed after a void that kept it', async () => {
    const { ledger, owed, block } = await desk();
    await ledger.purchase({ account, key: 'p', block: 'p', amount: '100', price: usd('10.00') });
    await ledger.consume({ account, key: 'c', amount: '30' });
    await ledger.void({ account, key: 'v', block: 'p' });
    expect(await owed()).toBe('0.00');
    await ledger.void({ account, key: 'w', block: 'p', spent: 'owed' });
    expect([await owed(), await block('p')]).toEqual(['3.00', { burned: '30', voided: '70' }]);
  });

  it('is asked of what a hold had set aside too, once that is captured', async () => {
    const { ledger, block, owed } = await desk();
    await ledger.purchase({ account, key: 'p', block: 'p', amount: '100', price: usd('10.00') });
    await ledger.hold({ account, key: 'h', amount: '20' });
    await ledger.consume({ account, key: 'c', amount: '30' });
    await ledger.void({ account, key: 'v', block: 'p', spent: 'owed' });
    expect(await block('p')).toEqual({ remaining: '20', held: '20', burned: '30', voided: '50' });
    await ledger.capture({ account, key: 'x', hold: 'h', amount: '15' });
    expect(await block('p')).toEqual({ burned: '45', voided: '55' });
    expect(await owed()).toBe('4.50');
  });

  it('leaves nothing for late usage in the block, not even what had expired before', async () => {
    const { ledger, clock, block, owed } = await desk();
    const ends = { expiresAt: START + 2 * DAY };
    const bought = { account, key: 'p', block: 'p', amount: '10', price: usd('1.00') };
    await ledger.purchase({ ...bought, ...ends });
    await ledger.consume({ account, key: 'c', amount: '4' });
    clock.now += 3 * DAY;
    await ledger.void({ account, key: 'v', block: 'p', spent: 'owed' });
    const late = { account, key: 'd', amount: '1', occurredAt: START + DAY };
    expect(await answer(ledger.consume(late))).toMatchObject({ code: 'insufficient-credits' });
    expect(await block('p')).toEqual({ burned: '4', expired: '6' });
    expect(await owed()).toBe('0.40');
  });
});
