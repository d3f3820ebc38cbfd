// What time has earned of a price: by days, by even months, through changes and repayments.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  changed,
  DEFAULT_RATABLE,
  earnedAt,
  progressAt,
  type RatableRule,
  repaid,
  type Schedule,
  scheduled,
} from '../../src/terms/ratable.ts';

const at = (text: string): number => Date.parse(text);
const span = (starts: string, ends: string) => ({ starts: at(starts), ends: at(ends) });
const daily = DEFAULT_RATABLE;
const evenly: RatableRule = { ...DEFAULT_RATABLE, method: 'even-months' };
const inZone = (rule: RatableRule, zone: string): RatableRule => ({ ...rule, zone });

/** To date, right before an instant: what a month that ends then has earned. */
const before = (schedule: Schedule, text: string, rule: RatableRule): bigint =>
  earnedAt(schedule, at(text) - 1, rule);

/** What each of some months earns, by their ends. */
function slices(schedule: Schedule, ends: readonly string[], rule: RatableRule): bigint[] {
  const toDate = ends.map((end) => before(schedule, end, rule));
  return toDate.map((sum, index) => sum - (toDate[index - 1] ?? 0n));
}

const year = span('2026-01-01T00:00:00Z', '2027-01-01T00:00:00Z');
const halfYear = span('2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z');

test('50.00 over 365 days earns 4.25 in January', () => {
  expect(before(scheduled(year, 5000n), '2026-02-01T00:00:00Z', daily)).toBe(425n);
});

test('a leap year has a day more, and its January earns less', () => {
  const leap = scheduled(span('2028-01-01T00:00:00Z', '2029-01-01T00:00:00Z'), 36_600n);
  expect(before(leap, '2028-02-01T00:00:00Z', daily)).toBe(3100n);
  expect(before(leap, '2028-03-01T00:00:00Z', daily)).toBe(6000n);
});

test('months of a year add up to the price, however they round', () => {
  const ends = Array.from({ length: 12 }, (_, month) =>
    new Date(Date.UTC(2026, month + 1, 1)).toISOString(),
  );
  for (const rule of [daily, evenly]) {
    const months = slices(scheduled(year, 10_000n), ends, rule);
    expect(months.reduce((sum, month) => sum + month, 0n)).toBe(10_000n);
  }
  expect(slices(scheduled(year, 10_000n), ends.slice(0, 4), evenly)).toEqual([
    833n,
    834n,
    833n,
    833n,
  ]);
});

test('half a minor unit goes away from zero, or to the even one where the book says so', () => {
  const twoDays = scheduled(span('2026-01-01T00:00:00Z', '2026-01-03T00:00:00Z'), 5n);
  expect(before(twoDays, '2026-01-02T00:00:00Z', daily)).toBe(3n);
  expect(before(twoDays, '2026-01-02T00:00:00Z', { ...daily, rounding: 'half-even' })).toBe(2n);
});

test('a day is earned at its last millisecond; the date of the start counts, that of the end does not', () => {
  const noon = scheduled(span('2026-01-10T12:00:00Z', '2026-01-12T12:00:00Z'), 100n);
  expect(earnedAt(noon, at('2026-01-10T12:00:00Z'), daily)).toBe(0n);
  expect(earnedAt(noon, at('2026-01-10T23:59:59.998Z'), daily)).toBe(0n);
  expect(earnedAt(noon, at('2026-01-10T23:59:59.999Z'), daily)).toBe(50n);
  expect(earnedAt(noon, at('2026-01-11T23:59:59.999Z'), daily)).toBe(100n);
  expect(earnedAt(noon, at('2026-01-12T11:00:00Z'), daily)).toBe(100n);
});

test('what begins and ends on one date is earned with its end, and a day on its date', () => {
  const hour = scheduled(span('2026-01-31T10:00:00Z', '2026-01-31T11:00:00Z'), 100n);
  expect(earnedAt(hour, at('2026-01-31T10:59:59.998Z'), daily)).toBe(0n);
  expect(earnedAt(hour, at('2026-01-31T10:59:59.999Z'), daily)).toBe(100n);
  expect(progressAt(hour, at('2026-01-31T10:30:00Z'), daily)).toEqual({ part: 0n, whole: 0n });
  const day = scheduled(span('2026-01-31T00:00:00Z', '2026-02-01T00:00:00Z'), 100n);
  expect(before(day, '2026-02-01T00:00:00Z', daily)).toBe(100n);
  expect(earnedAt(day, at('2026-01-31T23:59:59.998Z'), daily)).toBe(0n);
});

test('nothing is earned before the start, and no more than all after the end', () => {
  const later = scheduled(span('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z'), 3100n);
  for (const rule of [daily, evenly]) {
    expect(earnedAt(later, at('2026-01-15T00:00:00Z'), rule)).toBe(0n);
    expect(earnedAt(later, at('2026-03-01T00:00:00Z'), rule)).toBe(0n);
    expect(earnedAt(later, at('2026-05-01T00:00:00Z'), rule)).toBe(3100n);
  }
  expect(earnedAt(later, at('9999-12-31T23:59:59.999Z'), evenly)).toBe(3100n);
});

test('days are dates in the zone of the book, also where one has 23 or 25 hours', () => {
  const berlin = inZone(daily, 'Europe/Berlin');
  // 29 March 2026 has 23 hours there, 25 October has 25.
  const spring = scheduled(span('2026-03-28T23:00:00Z', '2026-03-30T22:00:00Z'), 200n);
  expect(progressAt(spring, at('2026-03-29T21:59:59.999Z'), berlin)).toEqual({
    part: 1n,
    whole: 2n,
  });
  const autumn = scheduled(span('2026-10-24T22:00:00Z', '2026-10-26T23:00:00Z'), 200n);
  expect(earnedAt(autumn, at('2026-10-25T22:59:59.998Z'), berlin)).toBe(0n);
  expect(earnedAt(autumn, at('2026-10-25T22:59:59.999Z'), berlin)).toBe(100n);
});

test('midnight in UTC is another date elsewhere', () => {
  const tokyo = inZone(daily, 'Asia/Tokyo');
  const evening = scheduled(span('2026-01-31T16:00:00Z', '2026-02-02T16:00:00Z'), 200n);
  expect(before(evening, '2026-02-01T00:00:00Z', daily)).toBe(100n);
  // It began on 1 February there.
  expect(earnedAt(evening, at('2026-01-31T14:59:59.999Z'), tokyo)).toBe(0n);
  expect(earnedAt(evening, at('2026-02-01T14:59:59.999Z'), tokyo)).toBe(100n);
});

test('even months are anniversaries of the start, each earned at its last millisecond', () => {
  const sold = scheduled(span('2026-01-15T00:00:00Z', '2026-07-15T00:00:00Z'), 60_000n);
  expect(before(sold, '2026-02-01T00:00:00Z', evenly)).toBe(0n);
  expect(earnedAt(sold, at('2026-02-14T23:59:59.998Z'), evenly)).toBe(0n);
  expect(earnedAt(sold, at('2026-02-14T23:59:59.999Z'), evenly)).toBe(10_000n);
});

test('anniversaries are counted from the start: 31 January, 28 February, 31 March', () => {
  const sold = scheduled(span('2026-01-31T00:00:00Z', '2026-04-30T00:00:00Z'), 300n);
  expect(progressAt(sold, sold.ends, evenly).whole).toBe(3n);
  expect(before(sold, '2026-02-28T00:00:00Z', evenly)).toBe(100n);
  expect(before(sold, '2026-03-30T00:00:00Z', evenly)).toBe(100n);
  expect(before(sold, '2026-03-31T00:00:00Z', evenly)).toBe(200n);
});

test('a short last part is one more month', () => {
  const sold = scheduled(span('2026-01-01T00:00:00Z', '2026-03-10T00:00:00Z'), 300n);
  expect(progressAt(sold, sold.ends, evenly).whole).toBe(3n);
  expect(before(sold, '2026-03-01T00:00:00Z', evenly)).toBe(200n);
  expect(before(sold, '2026-03-09T00:00:00Z', evenly)).toBe(200n);
  expect(before(sold, '2026-03-10T00:00:00Z', evenly)).toBe(300n);
  const short = scheduled(span('2026-01-01T00:00:00Z', '2026-01-05T00:00:00Z'), 300n);
  expect(progressAt(short, short.ends, evenly).whole).toBe(1n);
});

test('months of a zone keep its local time over a change of clocks', () => {
  const berlin = inZone(evenly, 'Europe/Berlin');
  const sold = scheduled(span('2026-02-28T23:00:00Z', '2026-04-30T22:00:00Z'), 200n);
  expect(progressAt(sold, sold.ends, berlin).whole).toBe(2n);
  expect(before(sold, '2026-03-31T22:00:00Z', berlin)).toBe(100n);
  expect(earnedAt(sold, at('2026-03-31T21:59:59.998Z'), berlin)).toBe(0n);
});

test('a span of a century, and one that ends with all time, are counted', () => {
  const century = scheduled(span('2000-02-29T00:00:00Z', '2100-02-28T00:00:00Z'), 1200n);
  expect(progressAt(century, century.ends, evenly).whole).toBe(1200n);
  const longest = scheduled(span('2026-01-01T00:00:00Z', '9999-12-31T23:59:59.999Z'), 1n);
  expect(progressAt(longest, longest.ends, evenly).whole).toBe(95_688n);
});

test('a price cut is spread over what is left: 600 over 6 months, 60 less in April, 80 a month', () => {
  for (const when of ['2026-04-01T00:00:00Z', '2026-04-17T09:30:00Z']) {
    const cut = changed(
      scheduled(halfYear, 60_000n),
      { at: at(when), price: 54_000n, ends: halfYear.ends, method: 'prospective' },
      evenly,
    );
    const ends = ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z', '2026-07-01T00:00:00Z'];
    expect([30_000n, ...ends.map((end) => before(cut, end, evenly))]).toEqual([
      30_000n,
      38_000n,
      46_000n,
      54_000n,
    ]);
  }
});

test('a catch-up is as if the price had been so from the start: 42,000 x 12/36 is 2,000 more', () => {
  const three = span('2026-01-01T00:00:00Z', '2029-01-01T00:00:00Z');
  const sold = scheduled(three, 3_600_000n);
  const change = {
    at: at('2027-01-01T00:00:00Z'),
    price: 4_200_000n,
    ends: three.ends,
    method: 'catch-up' as const,
  };
  const revised = changed(sold, change, evenly);
  expect(before(sold, '2027-01-01T00:00:00Z', evenly)).toBe(1_200_000n);
  expect(earnedAt(revised, change.at, evenly) - earnedAt(sold, change.at, evenly)).toBe(200_000n);
});

test('a later end spreads what is left over more days', () => {
  const sold = scheduled(span('2026-01-01T00:00:00Z', '2026-01-11T00:00:00Z'), 1000n);
  const longer = changed(
    sold,
    {
      at: at('2026-01-06T15:00:00Z'),
      price: 1000n,
      ends: at('2026-01-16T00:00:00Z'),
      method: 'prospective',
    },
    daily,
  );
  expect(longer.from?.earned).toBe(500n);
  // Ten days are left, the one of the change among them.
  expect(earnedAt(longer, at('2026-01-06T23:59:59.999Z'), daily)).toBe(550n);
  expect(before(longer, '2026-01-16T00:00:00Z', daily)).toBe(1000n);
});

test('an end that is moved to now earns what is left at once', () => {
  const now = at('2026-01-06T00:00:00Z');
  const sold = scheduled(span('2026-01-01T00:00:00Z', '2026-01-11T00:00:00Z'), 1000n);
  const ended = changed(sold, { at: now, price: 700n, ends: now, method: 'prospective' }, daily);
  expect(ended.from?.earned).toBe(500n);
  expect(earnedAt(ended, now, daily)).toBe(700n);
});

test('money that goes back takes what is unearned first, and the rest of time earns the rest', () => {
  const sold = scheduled(span('2026-01-01T00:00:00Z', '2026-07-01T00:00:00Z'), 12_000n);
  const when = at('2026-02-01T00:00:00Z');
  const all = repaid(sold, { at: when, money: 12_000n }, evenly);
  expect(all.unearned).toBe(10_000n);
  expect(earnedAt(all.schedule, at('2027-01-01T00:00:00Z'), evenly)).toBe(2000n);
  const some = repaid(sold, { at: when, money: 5000n }, evenly);
  expect(some.unearned).toBe(5000n);
  expect(before(some.schedule, '2026-03-01T00:00:00Z', evenly)).toBe(3000n);
  expect(before(some.schedule, '2026-07-01T00:00:00Z', evenly)).toBe(7000n);
  // A price in all that is agreed later has what went back in it.
  const later = { at: at('2026-05-01T00:00:00Z'), ends: sold.ends, method: 'catch-up' as const };
  expect(changed(some.schedule, { ...later, price: 12_500n }, evenly).amount).toBe(7500n);
});

test('whatever is agreed and paid back on the way, time earns all that is left, and no cent else', () => {
  const start = at('2026-01-01T00:00:00Z');
  const day = 86_400_000;
  const step = fc.record({
    after: fc.integer({ min: 0, max: 90 }),
    hours: fc.integer({ min: 0, max: 23 }),
    what: fc.constantFrom('prospective', 'catch-up', 'repaid'),
    money: fc.bigInt({ min: 0n, max: 100_000n }),
    days: fc.integer({ min: 0, max: 400 }),
  });
  const rules = fc.record({
    method: fc.constantFrom('daily', 'even-months'),
    zone: fc.constantFrom('UTC', 'Europe/Berlin', 'Pacific/Auckland'),
    rounding: fc.constantFrom('half-away-from-zero', 'half-even'),
  });
  const history = fc.array(step, { maxLength: 6 });
  fc.assert(
    fc.property(rules, fc.bigInt({ min: 0n, max: 100_000n }), history, (rule, price, steps) => {
      let schedule = scheduled({ starts: start, ends: start + 365 * day }, price);
      let [now, paidBack] = [start, 0n];
      let agreed = price;
      for (const { after, hours, what, money, days } of steps) {
        now += after * day + hours * 3_600_000;
        const earned = earnedAt(schedule, now - 1, rule);
        if (what === 'repaid') {
          const back = money > agreed - paidBack ? agreed - paidBack : money;
          const left = schedule.amount - earned;
          const taken = repaid(schedule, { at: now, money: back }, rule);
          expect(taken.unearned).toBe(back < left ? back : left);
          schedule = taken.schedule;
          paidBack += back;
          expect(earnedAt(schedule, now - 1, rule)).toBe(earned);
          continue;
        }
        if (now >= schedule.ends) continue;
        const least = earned + schedule.repaid > paidBack ? earned + schedule.repaid : paidBack;
        agreed = least + money;
        const ends = now + (days + 1) * day;
        schedule = changed(schedule, { at: now, price: agreed, ends, method: what }, rule);
        if (what === 'prospective') expect(earnedAt(schedule, now - 1, rule)).toBe(earned);
      }
      let last = earnedAt(schedule, now - 1, rule);
      for (let then = now; then < schedule.ends + day; then += 17 * day) {
        const next = earnedAt(schedule, then, rule);
        expect(next >= last).toBe(true);
        last = next;
      }
      expect(earnedAt(schedule, schedule.ends - 1, rule)).toBe(schedule.amount);
      expect(schedule.amount + schedule.repaid).toBe(agreed);
    }),
  );
});
