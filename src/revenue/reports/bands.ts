// How far away something is, in days: the bands of an ageing.

import type { Instant } from '../../calendar/instant.ts';

const DAY_MS = 86_400_000;

/** Days, each the most of its band. */
const LIMITS: readonly (readonly [days: number, name: string])[] = [
  [30, '0-30'],
  [90, '31-90'],
  [180, '91-180'],
  [365, '181-365'],
];

/** Bands in their order. What is lapsed and stays a liability, and what a hold keeps past its end, isn't overdue; what is frozen has no end until it thaws. */
export const BANDS: readonly string[] = [
  'overdue',
  ...LIMITS.map(([, name]) => name),
  'over 365',
  'never',
  'held',
  'frozen',
  'unclaimed',
];

/** Band of something that ends, as seen from an instant; one that has ended is overdue. */
export function bandOf(ends: Instant | null, from: Instant): string {
  if (ends === null) return 'never';
  return ends <= from ? 'overdue' : spanBand(ends - from);
}

/** Band of a length of time. */
export function spanBand(length: number): string {
  return LIMITS.find(([days]) => length <= days * DAY_MS)?.[1] ?? 'over 365';
}

/** Whether it ends within a year: 365 days. */
export function isCurrent(band: string): boolean {
  return band === 'overdue' || band === 'held' || LIMITS.some(([, name]) => name === band);
}
