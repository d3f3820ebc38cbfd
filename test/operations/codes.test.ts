import { describe, expect, it } from 'vitest';
import { answer, DAY, type Desk, desk, START } from './desk.ts';

const account = 'acme';

async function furnished(): Promise<Desk> {
  const made = await desk();
  const { ledger } = made;
  await ledger.grant({ account, key: 'g', block: 'some', amount: '10' });
  await ledger.hold({ account, key: 'h', hold: 'one', amount: '2', expiresAt: START + DAY });
  return made;
}

describe('where several codes apply, the first of docs/errors.md is told', () => {
  it('says that a block ends too early before it says that its name is used', async () => {
    const { ledger } = await furnished();
    const early = { expiresAt: START - DAY };
    const grant = ledger.grant({ account, key: 'k', block: 'some', amount: '1', ...early });
    expect(await answer(grant)).toMatchObject({ code: 'invalid-input', field: 'expiresAt' });
    const price = { amount: '1', currency: 'USD' };
    const purchase = { account, block: 'some', amount: '1', price, key: 'k' };
    expect(await answer(ledger.purchase({ ...purchase, ...early }))).toMatchObject({
      code: 'invalid-input',
    });
    const bonus = { amount: '1', ...early };
    expect(await answer(ledger.purchase({ ...purchase, bonus }))).toMatchObject({
      code: 'invalid-input',
      field: 'bonus.expiresAt',
    });
  });

  it('says that a name is used, and which of the two of a bundle', async () => {
    const { ledger } = await furnished();
    const price = { amount: '1', currency: 'USD' };
    const purchase = { account, amount: '1', price, key: 'k' };
    const taken = { code: 'idempotency-conflict', key: 'k' };
    expect(await answer(ledger.purchase({ ...purchase, block: 'some' }))).toMatchObject({
      ...taken,
      field: 'block',
    });
    for (const block of ['some', 'new']) {
      const bundle = { ...purchase, block: 'new', bonus: { block, amount: '1' } };
      expect(await answer(ledger.purchase(bundle))).toMatchObject({
        ...taken,
        field: 'bonus.block',
      });
    }
    expect(await answer(ledger.purchase({ ...purchase, block: 'new' }))).toBe('done');
  });

  it('says that a hold would end too early before it says that its name is used', async () => {
    const { ledger } = await furnished();
    const hold = { account, key: 'k', hold: 'one', amount: '1' };
    expect(await answer(ledger.hold({ ...hold, expiresAt: START }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await answer(ledger.hold(hold))).toMatchObject({ code: 'idempotency-conflict' });
  });

  it('says that an amount is wrong, or a usage too late, before it says that the hold has ended', async () => {
    const { ledger, clock } = await furnished();
    clock.now += 40 * DAY;
    const capture = { account, key: 'k', hold: 'one', amount: '1' };
    expect(await answer(ledger.capture({ ...capture, amount: '0.5' }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await answer(ledger.capture({ ...capture, occurredAt: START }))).toMatchObject({
      code: 'too-late',
    });
    expect(await answer(ledger.capture(capture))).toEqual({
      ...{ code: 'hold-ended', hold: 'one', ended: 'expired' },
    });
  });

  it('says that an amount is wrong before it says that the block has ended', async () => {
    const { ledger } = await furnished();
    await ledger.void({ account, key: 'v', block: 'some' });
    const refund = { account, key: 'k', block: 'some' };
    expect(await answer(ledger.refund({ ...refund, amount: '0.5' }))).toMatchObject({
      code: 'invalid-input',
    });
    expect(await answer(ledger.refund(refund))).toMatchObject({ code: 'block-ended' });
    const adjust = { ...refund, amount: '-1', by: 'ada', reason: 'a count' };
    expect(await answer(ledger.adjust({ ...adjust, unit: 'coin' }))).toMatchObject({
      code: 'invalid-input',
      field: 'unit',
    });
    expect(await answer(ledger.adjust(adjust))).toMatchObject({ code: 'block-ended' });
  });

  it('finds too little in a block that is merely empty, and no end', async () => {
    const { ledger } = await desk();
    await ledger.grant({ account, key: 'g', block: 'some', amount: '1' });
    await ledger.consume({ account, key: 'c', amount: '1' });
    const down = { account, key: 'k', block: 'some', amount: '-1', by: 'ada', reason: 'a count' };
    expect(await answer(ledger.adjust(down))).toMatchObject({
      ...{ code: 'insufficient-credits', required: '1', available: '0' },
    });
    const refund = ledger.refund({ account, key: 'k', block: 'some' });
    expect(await answer(refund)).toMatchObject({ code: 'block-ended', ended: 'empty' });
  });
});
