import { createLedger, memory } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { DAY, START } from './desk.ts';

const account = 'acme';
const units = { credit: { scale: 0 } };

describe('a disputed block', () => {
  it('is in no balance, and its end waits', async () => {
    const clock = { now: START };
    const storage = memory();
    const opened = { storage, clock: () => clock.now, units };
    const ledger = await createLedger(opened);
    await ledger.open({ account, key: 'open' });
    const price = { amount: '10.00', currency: 'USD' };
    const ends = { expiresAt: START + 10 * DAY };
    await ledger.purchase({ account, key: 'p', block: 'card', amount: 100, price, ...ends });
    await ledger.dispute({ account, key: 'd', block: 'card', state: 'open' });
    clock.now += 30 * DAY;
    const frozen = await ledger.balance({ account });
    expect([frozen.available.toString(), frozen.frozen.toString()]).toEqual(['0', '100']);
    expect(frozen.blocks[0]).toMatchObject({ state: 'frozen', expiresAt: null });
    expect((await ledger.explain({ account, key: 'd' })).text).toContain(
      'The dispute of "card" is open. Frozen from then on: "card".',
    );
    await ledger.dispute({ account, key: 'w', block: 'card', state: 'won' });
    const thawed = await ledger.balance({ account });
    expect(thawed.blocks[0]).toMatchObject({
      state: 'open',
      expiresAt: new Date(START + 40 * DAY),
    });
    const { text } = await ledger.explain({ account, key: 'w' });
    expect(text).toContain('Frozen no longer: "card"; an end moves on by the time it waited.');
    // Another process folds the same.
    const other = await createLedger(opened);
    expect(await other.verify({ account })).toMatchObject({ ok: true });
    clock.now += 10 * DAY;
    expect((await other.balance({ account })).available.toString()).toBe('0');
  });

  it('says that what is left was voided where the dispute is lost', async () => {
    const ledger = await createLedger({ storage: memory(), clock: () => START, units });
    await ledger.open({ account, key: 'open' });
    const price = { amount: '10.00', currency: 'USD' };
    await ledger.purchase({ account, key: 'p', block: 'card', amount: 100, price });
    await ledger.dispute({ account, key: 'd', block: 'card', state: 'open' });
    await ledger.dispute({ account, key: 'l', block: 'card', state: 'lost' });
    const { text } = await ledger.explain({ account, key: 'l' });
    expect(text).toContain('Frozen no longer: "card"; what is left is voided.');
  });
});
