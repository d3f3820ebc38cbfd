import { describe, expect, it } from 'vitest';
import { answer, DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';

/** A block that ended after two days with 6 left, was opened again for a day by a reversal of 3 on the fifth, and another that never ends. */
async function reopened(): Promise<Desk> {
  const made = await desk({ expiredReversal: { grace: 'P1D' } });
  const { ledger, clock } = made;
  const ends = { expiresAt: START + 2 * DAY };
  await ledger.grant({ account, key: 'g1', block: 'short', amount: '10', ...ends });
  await ledger.grant({ account, key: 'g2', block: 'long', amount: '10' });
  await ledger.consume({ account, key: 'c', amount: '4' });
  clock.now = START + 5 * DAY;
  await ledger.reverse({ account, key: 'r', of: 'c', amount: '3' });
  return made;
}

describe('a block that a reversal opened again', () => {
  it('has what came back, and not what it had lost', async () => {
    const { ledger, block } = await reopened();
    expect(await block('short')).toEqual({ remaining: '3', burned: '1', expired: '6' });
    await ledger.consume({ account, key: 'd', amount: '4' });
    expect(await block('short')).toEqual({ burned: '4', expired: '6' });
    expect(await block('long')).toEqual({ remaining: '9', burned: '1' });
  });

  it('keeps its first grace', async () => {
    const { ledger, clock, block } = await reopened();
    clock.now += DAY - 1;
    await ledger.reverse({ account, key: 's', of: 'c', amount: '1' });
    expect(await block('short')).toEqual({ remaining: '4', expired: '6' });
    clock.now += 1;
    expect(await block('short')).toEqual({ expired: '10' });
  });

  it('pays for no usage of the time in which it was over', async () => {
    const { ledger, clock, block } = await reopened();
    clock.now = START + 7 * DAY;
    const late = { account, amount: '2' };
    await ledger.consume({ ...late, key: 'd', occurredAt: START + 3 * DAY });
    await ledger.consume({ ...late, key: 'end', occurredAt: START + 6 * DAY });
    expect(await block('long')).toEqual({ remaining: '6', burned: '4' });
    await ledger.consume({ ...late, key: 'e', occurredAt: START + 5 * DAY });
    expect(await block('short')).toEqual({ burned: '3', expired: '7' });
    await ledger.consume({ ...late, key: 'f', amount: '7', occurredAt: START + DAY });
    expect(await block('short')).toEqual({ burned: '10' });
    expect(await block('long')).toEqual({ remaining: '6', burned: '4' });
  });

  it('gives late usage of its grace no more than the grace had', async () => {
    const { ledger, clock, block } = await reopened();
    clock.now = START + 7 * DAY;
    const late = { account, key: 'd', occurredAt: START + 5 * DAY };
    await ledger.consume({ ...late, amount: '5' });
    expect(await block('short')).toEqual({ burned: '4', expired: '6' });
    expect(await block('long')).toEqual({ remaining: '8', burned: '2' });
  });
});

describe('late usage and a block that a reversal opened again', () => {
  it('takes back for its own time first what the block had lost in its own time', async () => {
    const { ledger, clock, block } = await reopened();
    clock.now = START + 7 * DAY;
    await ledger.void({ account, key: 'v', block: 'long' });
    const late = { account, amount: '6', occurredAt: START + DAY };
    await ledger.consume({ ...late, key: 'own' });
    expect(await block('short')).toEqual({ burned: '7', expired: '3' });
    await ledger.consume({ ...late, key: 'grace', amount: '3', occurredAt: START + 5 * DAY });
    expect(await block('short')).toEqual({ burned: '10' });
  });

  it('finds the block where it stood in the order then', async () => {
    const { ledger, clock, block } = await desk({ expiredReversal: { grace: 'P9D' } });
    for (const [name, days] of [
      ['short', 2],
      ['mid', 4],
    ] as const) {
      const ends = { expiresAt: START + days * DAY };
      await ledger.grant({ account, key: name, block: name, amount: '5', ...ends });
    }
    await ledger.consume({ account, key: 'c', amount: '5' });
    clock.now = START + 5 * DAY;
    await ledger.reverse({ account, key: 'r', of: 'c', amount: '4' });
    await ledger.consume({ account, key: 'd', amount: '6', occurredAt: START + DAY });
    expect(await block('short')).toEqual({ burned: '5' });
    expect(await block('mid')).toEqual({ burned: '2', expired: '3' });
  });
});

describe('a reversal', () => {
  it('takes the free credits of a capture first, and then what was held, from its end', async () => {
    const { ledger, block } = await desk();
    const grant = (name: string, priority: number, amount: string) =>
      ledger.grant({ account, key: name, block: name, amount, priority });
    await grant('a', 1, '3');
    await grant('b', 2, '2');
    await ledger.hold({ account, key: 'h', amount: '5' });
    await ledger.release({ account, key: 'r1', hold: 'h' });
    await ledger.hold({ account, key: 'small', amount: '1' });
    await ledger.hold({ account, key: 'i', amount: '4' });
    await ledger.release({ account, key: 'r2', hold: 'small' });
    // Held by `i`: 2 of `a`, 2 of `b`. The fifth is the free one of `a`, and is burned last.
    await ledger.capture({ account, key: 'cap', hold: 'i', amount: '5' });
    expect(await block('a')).toEqual({ burned: '3' });
    await ledger.reverse({ account, key: 'one', of: 'cap', amount: '1' });
    expect([await block('a'), await block('b')]).toEqual([
      { remaining: '1', burned: '2' },
      { burned: '2' },
    ]);
    await ledger.reverse({ account, key: 'two', of: 'cap', amount: '3' });
    expect([await block('a'), await block('b')]).toEqual([
      { remaining: '2', burned: '1' },
      { remaining: '2' },
    ]);
    const more = ledger.reverse({ account, key: 'three', of: 'cap', amount: '2' });
    expect(await answer(more)).toEqual({
      ...{ code: 'over-reversal', of: 'cap', requested: '2', left: '1' },
    });
    await ledger.reverse({ account, key: 'all', of: 'cap' });
    expect([await block('a'), await block('b')]).toEqual([{ remaining: '3' }, { remaining: '2' }]);
    expect(await answer(ledger.reverse({ account, key: 'none', of: 'cap' }))).toMatchObject({
      ...{ code: 'over-reversal', requested: '0', left: '0' },
    });
  });

  it('opens a block once that several parts of a usage came from', async () => {
    const { ledger, clock, block } = await desk({ expiredReversal: { grace: 'P1D' } });
    const ends = { expiresAt: START + DAY };
    await ledger.grant({ account, key: 'a', amount: '3', ...ends });
    await ledger.hold({ account, key: 'h', amount: '2' });
    await ledger.capture({ account, key: 'cap', hold: 'h', amount: '3' });
    clock.now += 3 * DAY;
    await ledger.reverse({ account, key: 'back', of: 'cap' });
    expect(await block('a')).toEqual({ remaining: '3' });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });
});
