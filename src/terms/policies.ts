// How a book recognises revenue where auditors leave a choice (`docs/revenue.md`): data, versioned, by
// kind of block. It knows no block and computes nothing.

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { InvalidInput } from '../errors.ts';

/**
 * When credits that will never be used are earned: when they lapse; along with usage, where a share is
 * expected to stay unused (decimal text below 1); or once nothing was used for so long (ISO 8601).
 */
export type Breakage =
  | 'at-expiry'
  | { readonly method: 'proportional'; readonly expected: string }
  | { readonly method: 'remote-dormancy'; readonly after: string };

/** Kinds of block that a policy may tell apart; what rolled keeps the kind that it rolled from, where none is named for it. */
export const POLICY_KINDS = [
  'purchased',
  'included',
  'promotional',
  'goodwill',
  'rollover',
] as const;

/** One of them. */
export type PolicyKind = (typeof POLICY_KINDS)[number];

/** Policies as they are stated; what is given replaces that part. */
export interface PoliciesInput {
  /** One for all, or by kind of block; a kind that isn't named: `at-expiry`. Default: `at-expiry`. */
  readonly breakage?: Breakage | Readonly<Partial<Record<PolicyKind, Breakage>>>;
  /** Whether the use of promotional credits is shown at list price, with as much contra-revenue. Default: `net`. */
  readonly promotional?: 'net' | 'gross';
  /** Whether goodwill credits reduce revenue when they are given. Default: `none`. */
  readonly goodwill?: 'none' | 'deferral';
  /** How a purchase's price is split over it and its bonus. Default: `relative-ssp`. */
  readonly bonus?: 'relative-ssp' | 'by-count';
  /** How what is delivered over time is earned. Default: `daily`. */
  readonly ratable?: 'daily' | 'even-months';
}

/** Policies, every part filled; plain JSON. */
export interface Policies {
  readonly breakage: Readonly<Partial<Record<PolicyKind, Breakage>>>;
  readonly promotional: 'net' | 'gross';
  readonly goodwill: 'none' | 'deferral';
  readonly bonus: 'relative-ssp' | 'by-count';
  readonly ratable: 'daily' | 'even-months';
}

/** The policies of a book that states none. */
export const DEFAULT_POLICIES: Policies = {
  breakage: {},
  promotional: 'net',
  goodwill: 'none',
  bonus: 'relative-ssp',
  ratable: 'daily',
};

const SHARE = /^(0|1)(\.\d{1,12})?$/;

/** A stated breakage policy in canonical form. Throws `InvalidInput`. */
export function readBreakage(input: Breakage, field: string): Breakage {
  if (input === 'at-expiry') return input;
  if (input.method === 'remote-dormancy') {
    const after = formatDuration(parseDuration(input.after, `${field}.after`));
    return { method: 'remote-dormancy', after };
  }
  const { expected } = input;
  if (!SHARE.test(expected) || (expected.startsWith('1') && !/^1(\.0*)?$/.test(expected))) {
    throw new InvalidInput({
      field: `${field}.expected`,
      expected: 'a share from 0 to 1 with at most 12 places, as decimal text',
      found: JSON.stringify(expected),
    });
  }
  return { method: 'proportional', expected: expected.replace(/\.?0+$/, '') || '0' };
}

/** Policies with what is given replaced. Throws `InvalidInput`. */
export function applyPolicies(current: Policies, input: PoliciesInput, field: string): Policies {
  const { breakage, ...rest } = input;
  if (breakage === undefined) return { ...current, ...rest };
  return { ...current, ...rest, breakage: readByKind(breakage, `${field}.breakage`) };
}

function readByKind(
  input: NonNullable<PoliciesInput['breakage']>,
  field: string,
): Policies['breakage'] {
  if (input === 'at-expiry' || 'method' in input) {
    const one = readBreakage(input as Breakage, field);
    return Object.fromEntries(
      POLICY_KINDS.filter((kind) => kind !== 'rollover').map((kind) => [kind, one]),
    );
  }
  return Object.fromEntries(
    POLICY_KINDS.flatMap((kind) => {
      const given = input[kind];
      return given === undefined ? [] : [[kind, readBreakage(given, `${field}.${kind}`)]];
    }),
  );
}
