// Leases as callers see them: what is asked for, and what they are handed.

import { z } from 'zod';
import { exactMs, monthsOf, parseDuration } from '../calendar/duration.ts';
import { InvalidInput } from '../errors.ts';
import type { Decimal } from '../quantity/decimal.ts';
import type { AmountInput } from '../quantity/quantity.ts';
import { amountText } from '../quantity/quantity.ts';
import type { Receipt } from './answers.ts';
import type { Catalogue, FeatureScope, UnitName } from './catalogue.ts';
import { id, isPlain, later, read, show, writeFields } from './door.ts';
import type { Metadata } from './stated-inputs.ts';
import { Statement } from './statement.ts';

/** Credits that a process takes into its memory, to spend from without a round trip (`docs/leases.md`). */
export interface LeaseInput<C extends Catalogue> {
  /** Whose account. At most 255 bytes. */
  readonly account: string;
  /** Key of this one lease; what it settles has keys that begin with it. At most 200 bytes. */
  readonly key: string;
  /** Credits: the most that can be spent from it. */
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: UnitName<C>;
  /** Which scoped blocks may pay. Default: none, only blocks without a scope. */
  readonly feature?: FeatureScope<C>;
  /** Who uses it. */
  readonly member?: string;
  /** How long it can be spent from: an ISO 8601 duration from a second to an hour. Default: `PT1M`. */
  readonly for?: string;
  /** What is spent is settled so long afterwards at most, milliseconds. Null: when it is asked for, and at the end. Default: 1,000. */
  readonly settleEveryMs?: number | null;
  /** Once as much as this is spent and not settled, it is settled at once: what a crash can cost. Default: no such bound. */
  readonly settleAbove?: AmountInput;
  /** Once less than this is left, or three quarters of the time are over, as much is taken anew. Default: never, the lease ends. */
  readonly refillBelow?: AmountInput;
  /** What could not be settled while it was held: charged as late usage where the account has it, or not at all. Default: `charge`. */
  readonly late?: 'charge' | 'forgo';
  /** Kept beside the hold and beside each settlement, which adds `labels`. At most 8,192 bytes. */
  readonly metadata?: Metadata;
  /** Hears of what went wrong in the background. Default: a warning of the process. */
  readonly onProblem?: (problem: string, error: unknown) => void;
}

/** A lease that was taken. Only the process that took it can spend from it. */
export interface Lease {
  readonly account: string;
  readonly key: string;
  readonly unit: string;
  /** When it can't be spent from any more, unless it is refilled before. */
  readonly until: Date;
  /** False once it can't be spent from any more. */
  readonly isOpen: boolean;
  /** What can be spent from it. */
  readonly left: Decimal;
  /** What was spent from it in all. */
  readonly spent: Decimal;
  /** Of what was spent: not durable yet. A crash now gives it back to the account. */
  readonly unsettled: Decimal;
  /**
   * Takes credits, in memory and at once: durable with the next settlement. A label says what they
   * were for; the sums by label are the settlement's metadata. It has no key: a call that is repeated
   * spends again. Throws `LeaseSpent`, `LeaseEnded` and `InvalidInput`.
   */
  spend(amount: AmountInput, options?: { readonly label?: string }): void;
  /**
   * Burns what was spent, durably. What it could not do for a `Fault` it does when it is called again,
   * under the same key. Throws `LeaseEnded` where what was spent can't be charged any more.
   */
  settle(): Promise<readonly Receipt[]>;
  /** Settles, and gives back what is left. May be called again, also after a `Fault`. Throws what `settle` throws. */
  end(): Promise<readonly Receipt[]>;
  /** Ends it: `await using lease = await ledger.lease(…)`. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A lease as it was asked for, read. */
export interface AskedLease {
  readonly account: string;
  readonly key: string;
  /** Decimal text. */
  readonly amount: string;
  readonly unit: string | null;
  readonly feature: string | null;
  readonly member: string | null;
  readonly forMs: number;
  readonly settleEveryMs: number | null;
  /** Decimal text; null: never. */
  readonly settleAbove: string | null;
  readonly refillBelow: string | null;
  readonly late: 'charge' | 'forgo';
  readonly metadata: Metadata | null;
  readonly onProblem: (problem: string, error: unknown) => void;
}

const LONGEST_KEY = 200;
const SHORTEST_MS = 1_000;
const LONGEST_MS = 3_600_000;
const LONGEST_METADATA = 8_192;

const { account, key } = writeFields;

const schema = z.strictObject({
  account,
  key: key.refine(
    (value) => Buffer.byteLength(value) <= LONGEST_KEY,
    `at most ${LONGEST_KEY} bytes of UTF-8, as more keys are made of it`,
  ),
  amount: later,
  unit: id.optional(),
  feature: id.optional(),
  member: id.optional(),
  for: later.optional(),
  settleEveryMs: z.number().int().positive().max(LONGEST_MS).nullable().optional(),
  settleAbove: later.optional(),
  refillBelow: later.optional(),
  late: z.enum(['charge', 'forgo']).optional(),
  metadata: later.optional(),
  onProblem: z.custom<never>((value) => typeof value === 'function', 'a function').optional(),
});

/** A lease out of what a caller passed. What `hold` reads again is left to it. Throws `InvalidInput`. */
export function readLease<C extends Catalogue>(input: LeaseInput<C>): AskedLease {
  const given = read(schema, input);
  const { settleAbove, refillBelow } = given;
  return {
    account: given.account,
    key: given.key,
    amount: amountText(given.amount, 'amount'),
    unit: given.unit ?? null,
    feature: given.feature ?? null,
    member: given.member ?? null,
    forMs: readTime(given.for ?? 'PT1M'),
    settleEveryMs: given.settleEveryMs === undefined ? 1_000 : given.settleEveryMs,
    settleAbove: settleAbove === undefined ? null : amountText(settleAbove, 'settleAbove'),
    refillBelow: refillBelow === undefined ? null : amountText(refillBelow, 'refillBelow'),
    late: given.late ?? 'charge',
    metadata: readMetadata(given.metadata),
    onProblem: input.onProblem ?? warn,
  };
}

/** Exact time only: days have no length of their own. */
function readTime(text: unknown): number {
  const duration = parseDuration(text, 'for');
  const lasts = exactMs(duration);
  if (monthsOf(duration) > 0 || duration.days > 0 || lasts < SHORTEST_MS || lasts > LONGEST_MS) {
    throw new InvalidInput({
      field: 'for',
      expected: 'a duration from a second (PT1S) to an hour (PT1H)',
      found: show(text),
    });
  }
  return lasts;
}

function readMetadata(value: unknown): Metadata | null {
  if (value === undefined) return null;
  if (!isPlain(value)) {
    throw new InvalidInput({ field: 'metadata', expected: 'a plain object', found: show(value) });
  }
  if (Object.hasOwn(value, 'labels')) {
    throw new InvalidInput({
      field: 'metadata.labels',
      expected: 'no such field: settlements put the sums by label there',
      found: 'one',
    });
  }
  // A copy: it goes out again with each settlement, whatever the caller does with his own.
  const text = new Statement().metadata(value) ?? '{}';
  if (Buffer.byteLength(text) > LONGEST_METADATA) {
    const expected = `at most ${LONGEST_METADATA} bytes of JSON`;
    throw new InvalidInput({ field: 'metadata', expected, found: 'more' });
  }
  return JSON.parse(text);
}

function warn(problem: string, error: unknown): void {
  process.emitWarning(
    `tallystick lease: ${problem}: ${error instanceof Error ? error.message : String(error)}`,
  );
}
