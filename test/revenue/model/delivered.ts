// What of a sum is earned where time delivers what was sold. `upTo` is the first instant that doesn't
// count any more: a month's end, or the instant of a change.

import { parseDuration } from '../../../src/calendar/duration.ts';
import { addDuration } from '../../../src/calendar/zone.ts';
import { fraction, type Rounding, round } from './fraction.ts';
import { dayNumber } from './months.ts';

export interface Span {
  readonly starts: number;
  readonly ends: number;
}

/** How a book counts time. */
export interface Counting {
  readonly method: 'daily' | 'even-months';
  readonly zone: string;
  readonly rounding: Rounding;
}

/** So many of so many days, or of so many months. */
function progress({ starts, ends }: Span, upTo: number, { method, zone }: Counting) {
  if (method === 'daily') {
    const first = dayNumber(starts, zone);
    return { part: dayNumber(upTo, zone) - first, whole: dayNumber(ends, zone) - first };
  }
  const month = parseDuration('P1M', 'month');
  let [part, whole] = [0, 0];
  for (let n = 1; ; n += 1) {
    const start = addDuration(starts, month, zone, n - 1);
    if (start >= ends) break;
    const end = Math.min(addDuration(starts, month, zone, n), ends);
    whole += 1;
    if (end <= upTo) part += 1;
  }
  return { part, whole };
}

/** Share of the sum that is earned; all of it once the span is over. */
export function earned(amount: bigint, span: Span, upTo: number, counting: Counting): bigint {
  if (upTo >= span.ends) return amount;
  if (upTo <= span.starts) return 0n;
  const { part, whole } = progress(span, upTo, counting);
  if (whole === 0) return 0n;
  return round(fraction(amount * BigInt(part), BigInt(whole)), counting.rounding);
}

/** The same, where what was left at an instant is spread over what was left of the time then. */
export function earnedSince(
  { at, before, rest }: { readonly at: number; readonly before: bigint; readonly rest: bigint },
  span: Span,
  upTo: number,
  counting: Counting,
): bigint {
  if (upTo >= span.ends) return before + rest;
  if (upTo <= at) return before;
  const then = progress(span, Math.max(at, span.starts), counting);
  const now = progress(span, Math.max(upTo, span.starts), counting);
  const left = then.whole - then.part;
  if (left === 0) return before;
  const share = fraction(rest * BigInt(now.part - then.part), BigInt(left));
  return before + round(share, counting.rounding);
}
