// What was spent from a lease since the last settlement: sums, so that thousands of spends are one line
// of the journal.

import type { Instant } from '../calendar/instant.ts';
import { InvalidInput } from '../errors.ts';
import { show } from './door.ts';

/** Labels that one settlement tells apart; with the next one another settlement begins. */
const MOST_LABELS = 64;
const LONGEST_LABEL = 64;

/** Spends that go out as one settlement; amounts in parts. */
export class Tab {
  amount = 0n;
  spends = 0;
  /** When the first was, and the last. */
  since: Instant = 0;
  until: Instant = 0;
  readonly labels: Map<string, bigint> = new Map();

  /** Whether a label still finds room. */
  takes(label: string): boolean {
    return this.labels.size < MOST_LABELS || this.labels.has(label);
  }

  add(amount: bigint, label: string | undefined, at: Instant): void {
    if (this.spends === 0) this.since = at;
    this.until = at;
    this.spends += 1;
    this.amount += amount;
    if (label !== undefined) this.labels.set(label, (this.labels.get(label) ?? 0n) + amount);
  }
}

/** Refuses what can be no label. Throws `InvalidInput`. */
export function checkLabel(label: unknown): void {
  if (
    typeof label === 'string' &&
    label !== '' &&
    label.isWellFormed() &&
    !label.includes('\0') &&
    Buffer.byteLength(label) <= LONGEST_LABEL
  ) {
    return;
  }
  throw new InvalidInput({
    field: 'label',
    expected: `text of at most ${LONGEST_LABEL} bytes of UTF-8 that is not empty`,
    found: show(label),
  });
}
