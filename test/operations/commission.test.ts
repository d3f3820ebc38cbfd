// What a seller earns, where a scenario can't look: earlier terms, blocks that rolled, and accounts without a commission.
import { createLedger, memory, type TermsInput } from 'tallystick';
import { expect, it } from 'vitest';

const YEAR_ONE = Date.UTC(2026, 0, 1);
const YEAR_TWO = Date.UTC(2027, 0, 1);
const YEAR_THREE = Date.UTC(2028, 0, 1);
const account = 'acme';

async function sold(terms: TermsInput) {
  const clock = { now: YEAR_ONE };
  const ledger = await createLedger({
    storage: memory(),
    clock: () => clock.now,
    units: { credit: { scale: 0 } },
  });
  await ledger.open({ account, key: 'open', terms });
  const figures = async (term?: number) => {
    const told = await ledger.commission({ account, ...(term !== undefined && { term }) });
    if (told === null) return null;
    const { upfront, consumed, settlement } = told;
    return [upfront, consumed, settlement].map(({ amount }) => amount.toFixed(2)).join(' ');
  };
  return { ledger, clock, figures };
}

const contract: TermsInput = {
  term: { starts: YEAR_ONE, every: 'P1Y' },
  commitment: { amount: 1000, price: '1000.00', renewal: { rule: 'uplift', share: '0.5' } },
  rollover: { times: 1 },
  commission: { share: '0.6', rate: '0.1' },
};

it('counts what rolled in the term that sold it, and what was sold since in its own', async () => {
  const { ledger, clock, figures } = await sold(contract);
  await ledger.consume({ account, key: 'one', amount: 600 });
  clock.now = YEAR_TWO;
  expect(await figures(0)).toBe('60.00 600.00 0.00');
  // 400 rolled at 1.00 go before the 500 of this year.
  await ledger.consume({ account, key: 'two', amount: 450 });
  expect(await figures(0)).toBe('60.00 1000.00 40.00');
  expect(await figures(1)).toBe('30.00 50.00 -25.00');
  expect(await figures()).toBe('30.00 50.00 -25.00');
  await ledger.reverse({ account, key: 'back', of: 'two' });
  expect(await figures(0)).toBe('60.00 600.00 0.00');
  expect(await figures(1)).toBe('30.00 0.00 -30.00');
});

it('pays nothing on what expires, is refunded or was never paid for', async () => {
  const { ledger, clock, figures } = await sold({ ...contract, rollover: null });
  const price = { amount: '100.00', currency: 'USD' };
  await ledger.purchase({ account, key: 'p', block: 'pack', amount: 100, price, priority: 1 });
  await ledger.grant({ account, key: 'g', amount: 50, priority: 2 });
  await ledger.refund({ account, key: 'r', block: 'pack', amount: 60 });
  await ledger.consume({ account, key: 'u', amount: 90 });
  expect(await figures()).toBe('60.00 40.00 -56.00');
  clock.now = YEAR_TWO;
  expect(await figures(0)).toBe('60.00 40.00 -56.00');
});

it('counts the bonus that was sold with paid credits, since a share of the price is its cost', async () => {
  const { ledger, figures } = await sold({ ...contract, commitment: null });
  const price = { amount: '90.00', currency: 'USD' };
  await ledger.purchase({ account, key: 'p', amount: 100, price, bonus: { amount: 20 } });
  await ledger.consume({ account, key: 'u', amount: 120 });
  expect(await figures()).toBe('0.00 90.00 9.00');
});

it('has a row for a term whose renewal nobody has accepted, and its commitment from the acceptance on', async () => {
  const { ledger, clock, figures } = await sold({
    ...contract,
    commitment: { amount: 1000, price: '1000.00', renewal: { rule: 'same', accept: 'manual' } },
  });
  clock.now = YEAR_TWO + 1;
  expect(await figures()).toBe('0.00 0.00 0.00');
  await ledger.renew({ account, key: 'yes', decision: 'accept' });
  expect(await figures()).toBe('60.00 0.00 -60.00');
  clock.now = YEAR_THREE + 1;
  expect(await figures(1)).toBe('60.00 0.00 -60.00');
});

it('is nothing where the terms pay none, or no such term was', async () => {
  const { ledger, figures } = await sold({ ...contract, commission: null });
  expect(await figures()).toBeNull();
  await ledger.changeTerms({ account, key: 't', terms: { commission: { share: 1, rate: 1 } } });
  expect(await figures()).toBe('1000.00 0.00 -1000.00');
  expect(await figures(7)).toBeNull();
  await expect(ledger.commission({ account: 'nobody' })).rejects.toMatchObject({
    code: 'unknown-account',
  });
  await expect(ledger.commission({ account, term: -1 })).rejects.toMatchObject({
    code: 'invalid-input',
    field: 'term',
  });
});

it('says whose share and rate it is, and for which time', async () => {
  const { ledger } = await sold(contract);
  const told = await ledger.commission({ account });
  expect(told).toMatchObject({ account, term: { n: 0, ends: new Date(YEAR_TWO) } });
  expect([told?.share.toFixed(), told?.rate.toFixed(), told?.commitment.amount.toFixed(2)]).toEqual(
    ['0.6', '0.1', '1000.00'],
  );
});
