// Durations of terms, which stand there as text: read once, as they are asked for with every usage.

import { type Duration, parseDuration } from '../calendar/duration.ts';

const MOST_KNOWN = 1_000;
const known = new Map<string, Duration>();

/** A duration of the terms, whose text was checked when they were stated. */
export function durationOf(text: string): Duration {
  const found = known.get(text);
  if (found !== undefined) return found;
  const duration = parseDuration(text, 'duration');
  if (known.size >= MOST_KNOWN) known.clear();
  known.set(text, duration);
  return duration;
}
