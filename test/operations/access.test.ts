// Access sold for money, usage delivered over time, and money back beside credits: what a scenario has no field for.
import { Decimal, type Ledger, memory } from 'tallystick';
import { describe, expect, it } from 'vitest';
import { createLedgerWith, INSIDE } from '../../src/ledger/create-ledger.ts';
import type { BookRules } from '../../src/operations/command.ts';
import { DEFAULT_POLICIES } from '../../src/terms/policies.ts';
import { answer, DAY, desk, START } from './desk.ts';

const account = 'acme';
const HALF_YEAR = Date.UTC(2026, 6, 1);
const usd = (amount: string) => ({ amount, currency: 'USD' });
const by = { by: 'ada', reason: 'agreed by telephone' };
const sale = { account, key: 'sale', access: 'support', price: usd('600.00'), ends: HALF_YEAR };

type Desk = Ledger<{ units: { credit: { scale: 0 } } }>;

/** A ledger that asks a book, with checkpoints after every operation. */
async function kept(book: BookRules | null, clock = { now: START }): Promise<Desk> {
  const units = { credit: { scale: 0 } } as const;
  const ledger = await createLedgerWith(
    { storage: memory(), units, clock: () => clock.now },
    { ...INSIDE, checkpointEvery: 1, book: () => book },
  );
  await ledger.open({ account, key: 'open', terms: { lateUsage: { within: 'P1Y' } } });
  return ledger;
}

async function shown(ledger: Pick<Desk, 'balance'>, asOf?: number, how?: 'occurred' | 'recorded') {
  const { access } = await ledger.balance({
    account,
    ...(asOf !== undefined && { asOf }),
    ...(how !== undefined && { by: how }),
  });
  return access.map(
    ({ access: name, price, repaid, starts, ends }) =>
      `${name} ${price.amount.toFixed(2)} ${repaid.amount.toFixed(2)} ${starts.toISOString().slice(0, 10)} ${ends.toISOString().slice(0, 10)}`,
  );
}

describe('access that is sold', () => {
  it('stands in the balance, now and as it was', async () => {
    const { ledger, clock } = await desk();
    await ledger.sellAccess({ ...sale, occurredAt: START });
    clock.now += 10 * DAY;
    await ledger.modifyAccess({
      ...{ account, key: 'm', access: 'support', price: usd('540.00'), ends: HALF_YEAR + 31 * DAY },
      ...{ method: 'prospective', occurredAt: START + 5 * DAY, ...by },
    });
    clock.now += DAY;
    await ledger.refund({ account, key: 'r', access: 'support', money: usd('40.00') });
    expect(await shown(ledger)).toEqual(['support 540.00 40.00 2026-01-01 2026-08-01']);
    const before = START + 6 * DAY;
    expect(await shown(ledger, before)).toEqual(['support 600.00 0.00 2026-01-01 2026-07-01']);
    expect(await shown(ledger, before, 'occurred')).toEqual([
      'support 540.00 0.00 2026-01-01 2026-08-01',
    ]);
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  it('is the same out of a checkpoint, whatever happened to it', async () => {
    const clock = { now: START };
    const ledger = await kept(null, clock);
    await ledger.sellAccess(sale);
    await ledger.sellAccess({ ...sale, key: 's2', access: '__proto__', price: usd('1.00') });
    await ledger.purchase({ account, key: 'p', block: 'pack', amount: 10, price: usd('10.00') });
    await ledger.consume({ account, key: 'c', amount: 4 });
    await ledger.refund({ account, key: 'u', block: 'pack', used: usd('3.00') });
    clock.now += 31 * DAY;
    const change = { account, access: 'support', price: usd('700.00'), ...by };
    await ledger.modifyAccess({ ...change, key: 'm1', method: 'catch-up' });
    await ledger.refund({ account, key: 'r', access: 'support', money: usd('100.00') });
    await ledger.modifyAccess({ ...change, key: 'm2', method: 'prospective', price: usd('650') });
    expect(await shown(ledger)).toEqual([
      'support 650.00 100.00 2026-01-01 2026-07-01',
      '__proto__ 1.00 0.00 2026-01-01 2026-07-01',
    ]);
    // Reads go by the checkpoint, which has to be what the journal gives.
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
    const over = ledger.refund({ account, key: 'u2', block: 'pack', used: usd('7.01') });
    expect(await answer(over)).toMatchObject({ code: 'invalid-input', field: 'used' });
  });

  it('may be sold after it began, and before', async () => {
    const { ledger } = await desk();
    await ledger.sellAccess({ ...sale, starts: START - 90 * DAY });
    await ledger.sellAccess({ ...sale, key: 'later', access: 'later', starts: START + DAY });
    expect(await shown(ledger)).toEqual([
      'support 600.00 0.00 2025-10-03 2026-07-01',
      'later 600.00 0.00 2026-01-02 2026-07-01',
    ]);
  });

  it('tells in words what it is, and what became of it', async () => {
    const { ledger } = await desk();
    await ledger.sellAccess(sale);
    const ends = HALF_YEAR - DAY;
    await ledger.modifyAccess({ ...sale, key: 'm', ends, method: 'catch-up', ...by });
    await ledger.refund({ account, key: 'r', access: 'support', money: usd('7.00') });
    const text = async (key: string) => (await ledger.explain({ account, key })).text;
    expect(await text('sale')).toContain(
      'Access "support" was sold for 600.00 USD from 2026-01-01T00:00:00.000Z to 2026-07-01T00:00:00.000Z.',
    );
    expect(await text('m')).toContain('as if that had been agreed at the start');
    expect(await text('r')).toContain('7.00 USD of access "support" goes back.');
  });

  it('is asked about, batched, and refused one by one', async () => {
    const { ledger } = await desk();
    const asked = await ledger.quote({ do: 'sellAccess', ...sale });
    expect([asked.kind, asked.due, await shown(ledger)]).toEqual(['access', null, []]);
    const outcomes = await ledger.batch([
      { do: 'sellAccess', ...sale },
      { do: 'modifyAccess', ...sale, key: 'm', price: usd('700.00'), method: 'catch-up', ...by },
      { do: 'refund', account, key: 'r', access: 'support', money: usd('700.01') },
      { do: 'refund', account, key: 'r', access: 'support', money: usd('700.00') },
    ]);
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, true, false, true]);
    const left = ledger.refund({ account, key: 'r2', access: 'support' });
    expect(await answer(left)).toMatchObject({ code: 'not-refundable', block: 'support' });
    await ledger.sellAccess({ ...sale, key: 'free', access: 'free', price: usd('0') });
    const free = ledger.refund({ account, key: 'r3', access: 'free' });
    expect(await answer(free)).toMatchObject({ code: 'not-refundable', block: 'free' });
  });

  it('is given again under its key when its time is over, and another is a conflict', async () => {
    const { ledger, clock } = await desk();
    await ledger.sellAccess({ ...sale, ends: START + DAY });
    const change = { account, access: 'support', key: 'm', ends: START + 2 * DAY, ...by } as const;
    await ledger.modifyAccess({ ...change, method: 'prospective' });
    await ledger.refund({ account, key: 'r', access: 'support', money: usd('600.00') });
    clock.now += 9 * DAY;
    const again = await ledger.sellAccess({ ...sale, ends: START + DAY });
    const changed = await ledger.modifyAccess({ ...change, method: 'prospective' });
    expect([again.replayed, changed.replayed]).toEqual([true, true]);
    const conflict = (field: string) => ({ code: 'idempotency-conflict', field });
    const later = ledger.sellAccess({ ...sale, ends: START + 3 * DAY });
    expect(await answer(later)).toMatchObject(conflict('ends'));
    const other = ledger.modifyAccess({ ...change, method: 'catch-up' });
    expect(await answer(other)).toMatchObject(conflict('method'));
    const more = ledger.refund({ account, key: 'r', access: 'support', money: usd('700.00') });
    expect(await answer(more)).toMatchObject(conflict('money'));
  });

  it('takes money as its currency has it, and no other', async () => {
    const { ledger } = await desk();
    const refused = async (price: { amount: string; currency: string }) =>
      answer(ledger.sellAccess({ ...sale, price }));
    const code = 'invalid-input';
    expect(await refused(usd('-1'))).toMatchObject({ code, field: 'price.amount' });
    expect(await refused(usd('1.005'))).toMatchObject({ code, field: 'price.amount' });
    expect(await refused(usd('1e3'))).toMatchObject({ code, field: 'price.amount' });
    expect(await refused(usd('9'.repeat(39)))).toMatchObject({ code, field: 'price.amount' });
    expect(await refused({ amount: '1', currency: 'EUR' })).toMatchObject({ code });
    await ledger.sellAccess({ ...sale, price: usd(`${'9'.repeat(36)}`) });
    // No sum passes 38 digits.
    const more = ledger.sellAccess({ ...sale, key: 'b', access: 'b', price: usd('1.00') });
    expect(await answer(more)).toMatchObject({ code, field: 'price.amount' });
    for (const [currency, amount] of [
      ['JPY', '1200'],
      ['KWD', '1.005'],
    ] as const) {
      await ledger.open({ account: currency, key: 'open', currency });
      const price = { amount, currency };
      await ledger.sellAccess({ ...sale, account: currency, price });
      const { due } = await ledger.refund({ account: currency, key: 'r', access: 'support' });
      expect(due?.amount).toEqual(new Decimal(amount));
    }
  });
});

describe('a lower price for what is left', () => {
  const change = { account, access: 'support', method: 'prospective', ...by } as const;
  const april = Date.UTC(2026, 3, 15, 12);

  it('is not below what days have earned, where no book says otherwise', async () => {
    const { ledger, clock } = await desk();
    await ledger.sellAccess(sale);
    clock.now = april;
    // 104 of 181 days: 344.75.
    const low = ledger.modifyAccess({ ...change, key: 'm', price: usd('344.74') });
    expect(await answer(low)).toMatchObject({ code: 'invalid-input', field: 'price' });
    await ledger.modifyAccess({ ...change, key: 'm', price: usd('344.75') });
    await ledger.modifyAccess({ ...change, key: 'c', price: usd('10.00'), method: 'catch-up' });
  });

  it('is not below what whole months have, where the book counts so', async () => {
    const policies = { ...DEFAULT_POLICIES, ratable: 'even-months' } as const;
    const clock = { now: START };
    const ledger = await kept({ policies, listPrice: null }, clock);
    await ledger.sellAccess(sale);
    clock.now = april;
    const low = ledger.modifyAccess({ ...change, key: 'm', price: usd('299.99') });
    expect(await answer(low)).toMatchObject({ code: 'invalid-input', field: 'price' });
    await ledger.modifyAccess({ ...change, key: 'm', price: usd('300.00') });
  });

  it('counts days by the dates of the book', async () => {
    const book = { policies: DEFAULT_POLICIES, listPrice: null, timeZone: 'Asia/Tokyo' };
    const clock = { now: START };
    const ledger = await kept(book, clock);
    await ledger.sellAccess(sale);
    // 14 April in UTC, and the 15th there: as many days as at noon of the 15th in UTC.
    clock.now = Date.UTC(2026, 3, 14, 15);
    const low = ledger.modifyAccess({ ...change, key: 'm', price: usd('344.74') });
    expect(await answer(low)).toMatchObject({ code: 'invalid-input' });
    await ledger.modifyAccess({ ...change, key: 'm', price: usd('344.75') });
  });

  it('has in it what was paid back unearned', async () => {
    const { ledger, clock } = await desk();
    await ledger.sellAccess(sale);
    await ledger.refund({ account, key: 'r', access: 'support', money: usd('57.00') });
    clock.now = april;
    // 543.00 × 104 / 181 = 312.00, and the 57.00 beside it.
    const low = ledger.modifyAccess({ ...change, key: 'm', price: usd('368.99') });
    expect(await answer(low)).toMatchObject({ code: 'invalid-input', field: 'price' });
    await ledger.modifyAccess({ ...change, key: 'm', price: usd('369.00') });
  });
});

describe('usage that is delivered over time', () => {
  it('begins when it happened, however late that is told', async () => {
    const { ledger, clock } = await desk();
    await ledger.grant({ account, key: 'g', amount: 100 });
    clock.now += 10 * DAY;
    const over = { ends: START + 10 * DAY };
    await ledger.consume({ account, key: 'u', amount: 100, occurredAt: START, over });
    const back = ledger.reverse({ account, key: 'r', of: 'u' });
    expect(await answer(back)).toMatchObject({ code: 'over-reversal' });
    const earlier = { account, key: 'r', of: 'u', occurredAt: START + 4 * DAY };
    expect((await ledger.reverse(earlier)).balance.toFixed()).toBe('60');
    const { text } = await ledger.explain({ account, key: 'u' });
    expect(text).toContain('It is delivered from 2026-01-01T00:00:00.000Z to 2026-01-11');
    expect((await ledger.explain({ account, key: 'r' })).text).toContain('Delivery stops at');
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  it('is given back first of what is owed for it, and only as far as it is undelivered', async () => {
    const { ledger, clock } = await desk({ overage: { limit: 'unlimited' } });
    await ledger.grant({ account, key: 'g', block: 'b', amount: 60 });
    await ledger.consume({ account, key: 'u', amount: 100, over: { ends: START + 10 * DAY } });
    clock.now += 5 * DAY;
    const { units } = await ledger.reverse({ account, key: 'r', of: 'u' });
    expect(units['credit']?.balance.toFixed()).toBe('10');
    expect((await ledger.balance({ account })).owed.toFixed()).toBe('0');
  });

  it('is not said of a rated feature, nor of what is held', async () => {
    const { ledger } = await desk();
    const over = { ends: START + DAY };
    const held: object = { account, key: 'h', amount: 1, over };
    const hold = ledger.hold(held as Parameters<typeof ledger.hold>[0]);
    expect(await answer(hold)).toMatchObject({ code: 'invalid-input', field: 'over' });
  });
});

describe('money for credits that were used', () => {
  async function spent() {
    const made = await desk();
    const { ledger } = made;
    const ends = { expiresAt: START + 30 * DAY };
    await ledger.purchase({
      ...{ account, key: 'p', block: 'pack', amount: 100, price: usd('50.00') },
      ...ends,
    });
    await ledger.consume({ account, key: 'c', amount: 40 });
    return made;
  }
  const used = (amount: string, key = 'u') => ({ account, key, block: 'pack', used: usd(amount) });

  it('goes back of a block that is over, and of one that is used up', async () => {
    const { ledger, clock } = await spent();
    await ledger.consume({ account, key: 'rest', amount: 60 });
    expect((await ledger.refund(used('1.00'))).due?.amount.toFixed(2)).toBe('1.00');
    clock.now += 40 * DAY;
    expect((await ledger.refund(used('2.00', 'u2'))).due?.amount.toFixed(2)).toBe('2.00');
    expect((await ledger.explain({ account, key: 'u2' })).text).toContain(
      '2.00 USD was agreed for credits of "pack" that were used.',
    );
  });

  it('is never more with the rest than was paid', async () => {
    const { ledger } = await spent();
    // 45.00 for the used ones leaves 5.00 for the unspent, which cost 30.00.
    await ledger.refund(used('45.00'));
    const rest = ledger.refund({ account, key: 'rest', block: 'pack' });
    expect(await answer(rest)).toMatchObject({ code: 'not-refundable', block: 'pack' });
    const some = await ledger.refund({ account, key: 'some', block: 'pack', amount: 10 });
    expect(some.due?.amount.toFixed(2)).toBe('5.00');
    expect(await answer(ledger.refund(used('0.01', 'more')))).toMatchObject({ field: 'used' });
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  });

  it('waits for a dispute, and is not paid of what a void left owed', async () => {
    const { ledger } = await spent();
    await ledger.dispute({ account, key: 'd', block: 'pack', state: 'open' });
    expect(await answer(ledger.refund(used('1.00')))).toMatchObject({ code: 'block-frozen' });
    await ledger.dispute({ account, key: 'd2', block: 'pack', state: 'won' });
    await ledger.void({ account, key: 'v', block: 'pack', spent: 'owed' });
    expect(await answer(ledger.refund(used('1.00')))).toMatchObject({ code: 'block-ended' });
  });

  it('is part of what was stated: another sum under its key is a conflict', async () => {
    const { ledger } = await spent();
    await ledger.refund(used('1.00'));
    expect((await ledger.refund(used('1'))).replayed).toBe(true);
    expect(await answer(ledger.refund(used('1.01')))).toMatchObject({
      code: 'idempotency-conflict',
      field: 'used',
    });
  });
});
