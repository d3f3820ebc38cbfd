// Why the zone arithmetic is not done by dayjs. When these fail, dayjs has mended it:
// docs/decisions/0002-time-zone-arithmetic.md may be thought over again.
import dayjs from 'dayjs';
import timezone from 'dayjs/plugin/timezone.js';
import utc from 'dayjs/plugin/utc.js';
import { expect, test } from 'vitest';
import { addOracle, HOUR, ZONES } from './oracle.ts';
import { slips } from './slips.ts';

dayjs.extend(utc);
dayjs.extend(timezone);

// The European and American rules are old and settled, so that these don't depend on Node's zone data.
test.each(['Europe/Paris', 'America/New_York'])('dayjs slips at transitions of %s', (zone) => {
  const { day, month, reading } = slips(zone);
  expect(day.dayjs).toBeGreaterThan(0);
  expect(month.dayjs).toBeGreaterThan(0);
  expect(reading.dayjs).toBeGreaterThan(0);
});

test('with dayjs a month from 25 September, 10:00 in Paris, ends an hour early', () => {
  const instant = Date.UTC(2026, 8, 25, 8);
  const right = Date.UTC(2026, 9, 25, 9); // 10:00 again, and winter time since 03:00
  expect(addOracle(instant, 1, 0, 'Europe/Paris')).toBe(right);
  expect(dayjs(instant).tz('Europe/Paris').add(1, 'month').valueOf()).toBe(right - HOUR);
});

test.each(ZONES)('Temporal never slips in %s', (zone) => {
  for (const score of Object.values(slips(zone))) expect(score.temporal).toBe(0);
});
