import { attempt, createLedger, type Ledger, memory } from 'tallystick';
import { beforeEach, describe, expect, it } from 'vitest';
import { answer, START } from './desk.ts';

const account = 'acme';
const units = { credit: { scale: 0 }, coin: { scale: 2 } };
const price = { credit: '2', coin: '0.25' };
const rateCards = [
  { id: 'card', version: 1, rates: { both: { model: 'per-unit', price } } },
] as const;

let ledger: Ledger<{ units: typeof units; rateCards: typeof rateCards }>;

async function left(): Promise<string[]> {
  const { units: found } = await ledger.balance({ account });
  return [found.credit.available.toFixed(), found.coin.available.toFixed(2)];
}

beforeEach(async () => {
  ledger = await createLedger({ storage: memory(), clock: () => START, units, rateCards });
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, key: 'g1', amount: '10' });
  await ledger.grant({ account, key: 'g2', unit: 'coin', amount: '1.00' });
});

describe('a usage that costs several units', () => {
  it('takes all of them', async () => {
    const receipt = await ledger.consume({ account, key: 'c', feature: 'both', quantity: '3' });
    expect(receipt.units['credit']?.charged.toFixed()).toBe('6');
    expect(receipt.units['coin']?.charged.toFixed(2)).toBe('0.75');
    expect(await left()).toEqual(['4', '0.25']);
  });

  it('takes none where one of them is missing', async () => {
    const usage = ledger.consume({ account, key: 'c', feature: 'both', quantity: '5' });
    expect(await answer(usage)).toMatchObject({
      ...{ code: 'insufficient-credits', unit: 'coin', required: '1.25', shortfall: '0.25' },
    });
    expect(await left()).toEqual(['10', '1.00']);
  });

  it('is no usage for a partial fill or a hold', async () => {
    const usage = { account, key: 'c', feature: 'both', quantity: '5' } as const;
    expect(await answer(ledger.consume({ ...usage, partial: true }))).toMatchObject({
      code: 'invalid-input',
      field: 'partial',
    });
    expect(await answer(ledger.hold(usage))).toMatchObject({ code: 'invalid-input' });
  });

  it('is undone whole, or so much of one unit', async () => {
    await ledger.consume({ account, key: 'c', feature: 'both', quantity: '3' });
    const undo = { account, of: 'c' };
    expect(await answer(ledger.reverse({ ...undo, key: 'r', amount: '1' }))).toMatchObject({
      code: 'invalid-input',
      field: 'unit',
    });
    await ledger.reverse({ ...undo, key: 'r1', unit: 'coin', amount: '0.50' });
    expect(await left()).toEqual(['4', '0.75']);
    const more = ledger.reverse({ ...undo, key: 'r2', unit: 'coin', amount: '0.26' });
    expect(await answer(more)).toMatchObject({
      ...{ code: 'over-reversal', requested: '0.26', left: '0.25' },
    });
    await ledger.reverse({ ...undo, key: 'r3' });
    expect(await left()).toEqual(['10', '1.00']);
    const none = await attempt(ledger.reverse({ ...undo, key: 'r4' }));
    expect(none).toMatchObject({ ok: false, refusal: { code: 'over-reversal' } });
  });
});
