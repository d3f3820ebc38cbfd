// Examples that standards and auditors publish, by the plain recomputation: what it says must be theirs
// before anything is held against it.
import { describe, expect, it } from 'vitest';
import { applyPolicies, DEFAULT_POLICIES, type PoliciesInput } from '../../src/terms/policies.ts';
import { decimal, fraction, round, times } from './model/fraction.ts';
import { Story } from './model/story.ts';

const book = (policies: PoliciesInput) => ({
  policies: applyPolicies(DEFAULT_POLICIES, policies, 'policies'),
});
const expecting = (expected: string) =>
  book({ breakage: { method: 'proportional' as const, expected } });
const at = (date: string): number => Date.parse(`${date}T00:00:00Z`);
const HALF_AWAY = 'half-away-from-zero';

describe('ASC 606 example 52, loyalty points', () => {
  it('earns 4,110 and 3,493, and leaves 1,073', () => {
    // 9,500 of 10,000 points are expected to be redeemed, and then 9,700.
    const story = new Story(expecting('0.05'), 'JPY').on('2026-01-01');
    const points = story.sells(10_000n, 8676n);
    story.on('2026-01-20').uses(points, 4500n);
    story.on('2026-02-10').decides({
      policies: { breakage: { method: 'proportional', expected: '0.03' } },
    });
    story.uses(points, 4000n).on('2026-03-01');
    expect(story.column('recognised')).toEqual([4110n, 3493n]);
    expect(story.figures().get('2026-02')?.deferred).toBe(1073n);
  });

  it('takes 8,676 of 100,000 for the points', () => {
    // 100,000 of goods beside 9,500 of points.
    expect(round(fraction(100_000n * 9500n, 109_500n), HALF_AWAY)).toBe(8676n);
  });
});

describe('gift cards', () => {
  it('earn breakage at b / (1 - b) of what is redeemed: 25 % where 20 % stay unused', () => {
    const story = new Story(expecting('0.20')).on('2026-01-01');
    const card = story.sells(1000n, 100_000n);
    story.on('2026-01-10').uses(card, 400n).on('2026-02-01');
    expect(story.column('usage')).toEqual([40_000n]);
    expect(story.column('breakage')).toEqual([10_000n]);
  });

  it('are all earned once what was expected to be used is used, and earn no more than that', () => {
    const story = new Story(expecting('0.20')).on('2026-01-01');
    const card = story.sells(1000n, 100_000n);
    story.on('2026-01-10').uses(card, 800n).on('2026-02-10').uses(card, 150n).on('2026-03-01');
    expect(story.column('recognised')).toEqual([100_000n]);
    // What was taken for breakage turns out to be used.
    expect(story.column('usage')).toEqual([80_000n, 15_000n]);
    expect(story.column('breakage')).toEqual([20_000n, -15_000n]);
  });

  it('whose estimate changes are caught up: 500.00, and then 55.56 less', () => {
    const story = new Story(expecting('0.20')).on('2026-01-01');
    const card = story.sells(10_000n, 100_000n);
    story.on('2026-01-10').uses(card, 4000n).on('2026-02-10');
    story.decides({ policies: { breakage: { method: 'proportional', expected: '0.10' } } });
    story.on('2026-03-01');
    expect(story.column('recognised')).toEqual([50_000n, -5556n]);
  });

  it('pay back what they cost whatever was expected: 600.00, and breakage is reversed', () => {
    const story = new Story(expecting('0.20')).on('2026-01-01');
    const card = story.sells(1000n, 100_000n);
    story.on('2026-01-10').uses(card, 400n).on('2026-02-10');
    story.adds('refund', { due: 60_000n }, [[card, 'free', 'refunded', 600n]]).on('2026-03-01');
    expect(story.column('refunded')).toEqual([0n, 60_000n]);
    expect(story.column('breakage')).toEqual([10_000n, -10_000n]);
  });
});

describe('ASC 606 example 5, a modification of goods', () => {
  it('earns 900.00 less at once, and then 8,400.00 over 90', () => {
    // 120 at 100.00; after 60 another 30, at 80.00, less 15.00 for each of the 60.
    const story = new Story().on('2026-01-01');
    const old = story.sells(120n, 1_200_000n);
    story.on('2026-01-10').uses(old, 60n).on('2026-02-10');
    const pooled = { rolls: [{ from: old, to: old + 1, basis: 600_000n }], concession: 90_000n };
    const number = story.sells(90n, 240_000n, pooled, [[old, 'free', 'rolled', 60n]]);
    expect(number).toBe(2);
    story.on('2026-03-10').uses(number, 45n).on('2026-04-10').uses(number, 45n).on('2026-05-01');
    expect(story.column('recognised')).toEqual([600_000n, -90_000n, 420_000n, 420_000n]);
    expect(story.column('modification')).toEqual([0n, 90_000n]);
    expect(story.column('billed')).toEqual([1_200_000n, 150_000n]);
    expect(story.figures().get('2026-02')?.deferred).toBe(840_000n);
  });
});

describe('a service that is changed in mid-flight', () => {
  const sold = { number: 1, name: 'pro', starts: at('2026-01-01') };

  it('is caught up: 42,000 x 12/36 - 12,000 = 2,000 more', () => {
    const span = { ...sold, ends: at('2029-01-01') };
    const story = new Story(book({ ratable: 'even-months' })).on('2026-01-01');
    story.adds('access', { access: { ...span, price: 3_600_000n } }).on('2027-01-01');
    story.adds('modifyAccess', {
      access: { ...span, price: 4_200_000n, method: 'catch-up' },
    });
    const columns = story.figures();
    expect(columns.get('2026-12')?.ratable).toBe(100_000n);
    expect(columns.get('2027-01')?.ratable).toBe(200_000n);
    expect(columns.get('2027-01')?.modification).toBe(600_000n);
  });

  it('is spread over what is left: 600 over 6 months, 60 less in April, 80 a month', () => {
    const span = { ...sold, ends: at('2026-07-01') };
    const story = new Story(book({ ratable: 'even-months' })).on('2026-01-01');
    story.adds('access', { access: { ...span, price: 60_000n } }).on('2026-04-01');
    story.adds('modifyAccess', { access: { ...span, price: 54_000n, method: 'prospective' } });
    story.on('2026-07-01');
    expect(story.column('ratable')).toEqual([10_000n, 10_000n, 10_000n, 8000n, 8000n, 8000n]);
  });

  it('pays back what is unearned, and takes what was earned off revenue: 100 and 20', () => {
    const span = { ...sold, ends: at('2026-07-01') };
    const story = new Story(book({ ratable: 'even-months' })).on('2026-01-01');
    story.adds('access', { access: { ...span, price: 60_000n } }).on('2026-06-01');
    story.adds('refund', { repays: [{ of: 'access', number: 1, money: 12_000n }], due: 12_000n });
    story.on('2026-07-01');
    expect(story.column('refunded').at(-1)).toBe(10_000n);
    expect(story.column('contra').at(-1)).toBe(2000n);
    expect(story.figures().get('2026-06')?.deferred).toBe(0n);
  });

  it('earns 4.25 of 50.00 in the January of a year of 365 days', () => {
    const story = new Story().on('2026-01-01');
    const credits = story.sells(5000n, 5000n);
    const over = { starts: at('2026-01-01'), ends: at('2027-01-01') };
    story.uses(credits, 5000n, { over }).on('2026-02-01');
    expect(story.column('ratable')).toEqual([425n]);
    expect(story.figures().get('2026-01')?.term).toBe(4575n);
  });
});

describe('KPMG examples 10A and 10B, points sold with goods', () => {
  it('take 8,842.30 exactly, where shares that are rounded first take 9,000.00', () => {
    // 100,000.00 of goods with 10,000 points of 1.00, of which 97 % are expected to be redeemed.
    const points = times(decimal('10000'), decimal('0.97'));
    const whole = points.over + 100_000n * points.under;
    expect(round(fraction(10_000_000n * points.over, whole), HALF_AWAY)).toBe(884_230n);
    // 2,000.00 for a product of 2,000.00 with points worth 170.00.
    expect(round(fraction(200_000n * 170n, 2170n), HALF_AWAY)).toBe(15_668n);
    expect(round(fraction(200_000n * 2000n, 2170n), HALF_AWAY)).toBe(184_332n);
  });

  it('earn all of it once all that are expected back have come, in steps that add up', () => {
    const story = new Story(expecting('0.03')).on('2026-01-01');
    const points = story.sells(10_000n, 884_230n);
    for (const [month, units] of [
      ['01', 4500n],
      ['02', 3700n],
      ['03', 1500n],
    ] as const) {
      story.on(`2026-${month}-20`).uses(points, units);
    }
    story.on('2026-04-01');
    const earned = story.column('recognised');
    expect(earned).toEqual([410_210n, 337_283n, 136_737n]);
    expect(earned.reduce((all, one) => all + one, 0n)).toBe(884_230n);
  });
});

describe('credits', () => {
  it('lose no cent: 100.00 for three is 33.33, 33.34 and 33.33, one a month', () => {
    const story = new Story().on('2026-01-01');
    const block = story.sells(3n, 10_000n);
    for (const month of ['01', '02', '03']) story.on(`2026-${month}-20`).uses(block, 1n);
    expect(story.column('usage')).toEqual([3333n, 3334n, 3333n]);
  });

  it('told out of turn earn what their months earn: 33.33 in January, whoever came first', () => {
    const story = new Story().on('2026-01-01');
    const block = story.sells(3n, 10_000n);
    story.on('2026-02-10').uses(block, 1n).on('2026-01-31').uses(block, 1n).on('2026-03-01');
    expect(story.column('usage')).toEqual([3333n, 3334n]);
  });

  it('sold for 700,000.00 of 1,000,000.00 earn 175,000.00 by a quarter, and defer 525,000.00', () => {
    const story = new Story().on('2026-01-01');
    const block = story.sells(1_000_000n, 70_000_000n);
    story.on('2026-01-20').uses(block, 250_000n).on('2026-02-01');
    expect(story.column('usage')).toEqual([17_500_000n]);
    expect(story.figures().get('2026-01')?.deferred).toBe(52_500_000n);
  });

  it('that pay overage of 6.00 with a basis of 5.00 lower revenue by 1.00', () => {
    const story = new Story().on('2026-01-01');
    const rate = { money: '1', credits: '10', from: 'price' } as const;
    const overage = [{ unit: 'credit', amount: 60n, feature: null, rate, period: 0 }];
    story.adds('consume', { overage }).on('2026-02-10');
    const block = story.sells(120n, 1000n);
    const settles = [{ debt: 1, block, amount: 60n }];
    story.adds('settle', { settles }, [[block, 'free', 'burned', 60n]]).on('2026-03-01');
    expect(story.column('overage')).toEqual([600n, -100n]);
    expect(story.column('settled')).toEqual([0n, 500n]);
    expect(story.column('unbilled')).toEqual([600n]);
  });
});
