import { expect, test } from 'vitest';
import type { OpenRequest, RenewalReview } from '../../../src/ledger/answers.ts';
import { createLedger } from '../../../src/ledger/create-ledger.ts';
import { Decimal } from '../../../src/quantity/decimal.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { RolloverInput } from '../../../src/terms/rollover.ts';
import { blocksNamed } from '../../../src/testing/scenario/block-names.ts';
import { compareRenewal, compareRequests } from '../../../src/testing/scenario/compare-terms.ts';

async function blocksOf(
  grants: readonly { block: string; from: string; to?: string; rollover?: RolloverInput }[],
  lookedAt = '2026-03-10T00:00:00Z',
) {
  let now = Date.parse('2026-03-10T00:00:00Z');
  const ledger = createLedger({
    storage: memory(),
    units: { credit: { scale: 0 } },
    clock: () => now,
  });
  const opened = await ledger;
  await opened.open({ account: 'a', key: 'open' });
  for (const { block, from, to = null, rollover = null } of grants) {
    await opened.grant({
      account: 'a',
      key: block,
      block,
      amount: 1,
      effectiveAt: from,
      expiresAt: to,
      rollover,
      occurredAt: '2026-01-01T00:00:00Z',
    });
  }
  now = Date.parse(lookedAt);
  const { blocks, at } = await opened.balance({ account: 'a', blocks: 'all' });
  return (name: string) => blocksNamed(name, blocks, at)?.map(({ block }) => block) ?? null;
}

test('what rolled out of a block is found wherever it went', async () => {
  const rolls = { lasts: 'P1D', times: 3 };
  const [from, to] = ['2026-03-01T00:00:00Z', '2026-03-11T00:00:00Z'];
  const named = await blocksOf(
    [
      { block: 'a', from, to, rollover: rolls },
      { block: 'ab', from, to, rollover: { lasts: 'P1Y' } },
      { block: 'b', from, to },
    ],
    '2026-03-20T00:00:00Z',
  );
  expect(named('a/rolled')).toEqual(['a/rolled', 'a/rolled/2', 'a/rolled/3']);
  expect(named('a/rolled/rolled')).toEqual(['a/rolled/2', 'a/rolled/3']);
  expect(named('a')).toEqual(['a']);
  expect(named('b/rolled')).toEqual([]);
  expect(named('c/rolled')).toBeNull();
  expect(named('c')).toBeNull();
});

test('an allowance by its name alone is the portion in force', async () => {
  const day = (n: number) => `2026-03-${String(n).padStart(2, '0')}T00:00:00Z`;
  const named = await blocksOf([
    { block: 'daily@2026-03-09', from: day(9), to: day(10) },
    { block: 'daily@2026-03-10', from: day(10), to: day(11) },
    { block: 'daily@2026-03-11', from: day(11), to: day(12) },
    { block: 'seats@2026-03-01', from: day(1), to: day(31) },
    { block: 'seats@2026-03-05', from: day(5), to: day(31) },
    { block: 'piled@2026-01-01', from: '2026-01-01T00:00:00Z' },
    { block: 'piled@2026-02-01', from: '2026-02-01T00:00:00Z' },
    { block: 'over@2026-01-01', from: '2026-01-01T00:00:00Z', to: '2026-02-01T00:00:00Z' },
  ]);
  expect(named('daily')).toEqual(['daily@2026-03-10']);
  expect(named('seats')).toEqual(['seats@2026-03-01', 'seats@2026-03-05']);
  expect(named('piled')).toEqual(['piled@2026-02-01']);
  expect(named('over')).toEqual([]);
  expect(named('dail')).toBeNull();
});

const request = (name: string): OpenRequest => ({
  request: name,
  kind: 'top-up',
  amount: new Decimal('500.00'),
  unit: 'credit',
  price: null,
  since: new Date(0),
  until: null,
});

test('requests are compared as a list, and in each what is named', () => {
  const open = [request('u1/request'), request('u2/request')];
  expect(compareRequests(undefined, open)).toEqual([]);
  expect(compareRequests([{ request: 'u1/request', amount: '500' }, {}], open)).toEqual([]);
  expect(compareRequests([{}, { kind: 'overage', amount: '1' }], open)).toEqual([
    { path: 'requests[1].kind', expected: 'overage', actual: 'top-up' },
    { path: 'requests[1].amount', expected: '1', actual: '500' },
  ]);
  expect(compareRequests([], open)).toEqual([
    {
      path: 'requests',
      expected: [],
      actual: open.map(({ request: name }) => ({ request: name, kind: 'top-up', amount: '500' })),
    },
  ]);
});

const money = (amount: string) => ({ amount: new Decimal(amount), currency: 'USD' });
const credits = (amount: string) => new Decimal(amount);

const review: RenewalReview = {
  term: { n: 0, starts: new Date(0), ends: new Date(1) },
  unit: 'credit',
  committed: credits('600000'),
  used: credits('1000000'),
  rolledIn: credits('200000'),
  rolledOut: credits('0'),
  expired: credits('0'),
  overage: credits('200000'),
  other: credits('0'),
  refunded: credits('0'),
  voided: credits('0'),
  settled: credits('0'),
  left: credits('0'),
  nextCommitment: credits('1000000'),
  price: money('10000'),
  lines: [
    {
      type: 'overage',
      unit: 'credit',
      units: credits('200000'),
      unitPrice: credits('0.01'),
      amount: money('2000'),
    },
    {
      type: 'commitment',
      unit: 'credit',
      units: credits('1000000'),
      unitPrice: credits('0.01'),
      amount: money('10000'),
    },
  ],
  state: 'proposed',
  by: null,
  reason: null,
};

test('a renewal is compared by its figures, its invoice by total or by lines', () => {
  expect(compareRenewal(undefined, null)).toEqual([]);
  expect(
    compareRenewal({ used: '1000000.0', rolledIn: '200000', invoice: '12000.00' }, review),
  ).toEqual([]);
  expect(
    compareRenewal(
      { invoice: [{ type: 'overage', amount: '2000.00' }, { unitPrice: '0.010' }] },
      review,
    ),
  ).toEqual([]);
  expect(compareRenewal({ nextCommitment: '1', invoice: '1.00' }, review)).toEqual([
    { path: 'renewal.nextCommitment', expected: '1', actual: '1000000' },
    { path: 'renewal.invoice', expected: '1.00', actual: '12000' },
  ]);
  expect(compareRenewal({ invoice: [{}] }, review)).toMatchObject([{ path: 'renewal.invoice' }]);
  expect(compareRenewal({ invoice: [{ units: '1' }, {}] }, review)).toEqual([
    { path: 'renewal.invoice[0].units', expected: '1', actual: '200000' },
  ]);
  expect(compareRenewal({ used: '1' }, null)).toEqual([
    { path: 'renewal', expected: '{"used":"1"}', actual: null },
  ]);
});
