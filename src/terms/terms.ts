// What was agreed with an account. Parts that are left out have the defaults that stand here.

import { type Duration, formatDuration, parseDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { type Allowance, type AllowanceInput, readAllowance } from './allowances.ts';
import { type Commission, type CommissionInput, readCommission } from './commission.ts';
import {
  type Commitment,
  type CommitmentInput,
  readCommitment,
  readTerm,
  type StatedTerm,
  type Term,
  type TermInput,
} from './contract.ts';
import {
  type Alerts,
  type AlertsInput,
  type Approvals,
  type ApprovalsInput,
  type Cap,
  type CapInput,
  type Enforcement,
  type EnforcementInput,
  readAlerts,
  readApprovals,
  readCap,
  readEnforcement,
  readTopUp,
  type TopUp,
  type TopUpInput,
} from './control.ts';
import { NO_OVERAGE, type Overage, type OverageInput, readOverage } from './overage.ts';
import { type Rollover, type RolloverInput, readRollover } from './rollover.ts';

/** The keys that a burn order may name; the order of recording always has the last word (`docs/domain.md §3`). */
export const BURN_KEYS = [
  'priority',
  'expiry',
  'scope',
  'effective',
  'basis-low-first',
  'basis-high-first',
  'free-first',
  'paid-first',
] as const;

/** One key of a burn order. */
export type BurnKey = (typeof BURN_KEYS)[number];

/** What a caller may say of an account's terms; a part that is given replaces that part, null takes it away. */
export interface TermsInput {
  /** Which block goes first. Default: `priority`, `expiry`, `scope`, `effective`. */
  readonly burnOrder?: readonly BurnKey[] | null;
  /** How long after it happened usage is still accepted, an ISO 8601 duration. Default: `P30D`. */
  readonly lateUsage?: { readonly within: string } | null;
  /** What a reversal does with credits of an expired block: they expire at once, or the block opens again for a while. Default: `expire`. */
  readonly expiredReversal?: 'expire' | { readonly grace: string } | null;
  /** Usage beyond the balance. Default: none. */
  readonly overage?: OverageInput | null;
  /** What a block that names no rollover of its own does at its end. Default: it expires. */
  readonly rollover?: RolloverInput | null;
  /** The contract's periods. Default: none. */
  readonly term?: TermInput | null;
  /** Credits committed for each term. Default: none. */
  readonly commitment?: CommitmentInput | null;
  /** What a seller earns on the contract. Default: nothing. */
  readonly commission?: CommissionInput | null;
  /** Recurring grants. Default: none. */
  readonly allowances?: readonly AllowanceInput[] | null;
  /** Default: only of entering overage and of caps. */
  readonly alerts?: AlertsInput | null;
  /** Limits on who may draw. Default: none. */
  readonly caps?: readonly CapInput[] | null;
  /** Default: none. */
  readonly topUp?: TopUpInput | null;
  /** Default: nothing needs any. */
  readonly approvals?: ApprovalsInput | null;
  /** Default: enforced from the first day. */
  readonly enforcement?: EnforcementInput | null;
}

/** An account's terms, every part filled. */
export interface Terms {
  readonly burnOrder: readonly BurnKey[];
  readonly lateUsage: { readonly within: Duration };
  readonly expiredReversal: 'expire' | { readonly grace: Duration };
  readonly overage: Overage;
  readonly rollover: Rollover | null;
  readonly term: Term | null;
  readonly commitment: Commitment | null;
  readonly commission: Commission | null;
  readonly allowances: readonly Allowance[];
  readonly alerts: Alerts | null;
  readonly caps: readonly Cap[];
  readonly topUp: TopUp | null;
  readonly approvals: Approvals | null;
  readonly enforcement: Enforcement | null;
}

/** The terms of an account that states none. */
export const DEFAULT_TERMS: Terms = {
  burnOrder: ['priority', 'expiry', 'scope', 'effective'],
  lateUsage: { within: parseDuration('P30D', 'lateUsage.within') },
  expiredReversal: 'expire',
  overage: NO_OVERAGE,
  rollover: null,
  term: null,
  commitment: null,
  commission: null,
  allowances: [],
  alerts: null,
  caps: [],
  topUp: null,
  approvals: null,
  enforcement: null,
};

/** Whether a write may ask somebody for a payment or an approval, so that more is recorded than the write itself. */
export function setsOff({ topUp, approvals, overage }: Terms): boolean {
  return topUp !== null || approvals !== null || overage.settle === 'immediately';
}

/** Some parts of an account's terms, every one filled but the start of a term that counts from then on. */
export type TermsChange = Partial<Omit<Terms, 'term'>> & { readonly term?: StatedTerm | null };

interface InTexts {
  readonly lateUsage?: { readonly within: string };
  readonly expiredReversal?: 'expire' | { readonly grace: string };
}

/** A change of terms as it stands in the journal: durations as text. */
export type TermsChangeJson = InTexts & Omit<TermsChange, keyof InTexts>;

/** Terms as they stand in the journal; what isn't there is as it is by default. */
export type TermsJson = Partial<Omit<Terms, keyof InTexts>> &
  Required<InTexts> &
  Pick<Terms, 'burnOrder'>;

/** Parts that are never without a value; null makes them what they are by default. */
const WITHOUT_NULL = ['burnOrder', 'lateUsage', 'expiredReversal', 'allowances', 'caps'] as const;

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

/** The parts that were stated, with the defaults inside each. Throws `InvalidInput` for a figure that can't be read. */
export function readTermsInput(input: TermsInput): TermsChange {
  const { burnOrder, lateUsage, expiredReversal, overage, allowances, caps } = input;
  return {
    ...Object.fromEntries(
      WITHOUT_NULL.filter((name) => input[name] === null).map((name) => [
        name,
        DEFAULT_TERMS[name],
      ]),
    ),
    ...(isGiven(burnOrder) && { burnOrder }),
    ...readTexts({
      ...(isGiven(lateUsage) && { lateUsage }),
      ...(isGiven(expiredReversal) && { expiredReversal }),
    }),
    ...(overage !== undefined && {
      overage:
        overage === null ? NO_OVERAGE : readOverage(overage, upgradeOf(overage), 'terms.overage'),
    }),
    ...part('rollover', input.rollover, readRollover),
    ...part('term', input.term, readTerm),
    ...part('commitment', input.commitment, readCommitment),
    ...part('commission', input.commission, readCommission),
    ...(isGiven(allowances) && {
      allowances: allowances.map((one, index) => readAllowance(one, `terms.allowances.${index}`)),
    }),
    ...part('alerts', input.alerts, readAlerts),
    ...(isGiven(caps) && {
      caps: caps.map((one, index) => readCap(one, `terms.caps.${index}`)),
    }),
    ...part('topUp', input.topUp, readTopUp),
    ...part('approvals', input.approvals, readApprovals),
    ...part('enforcement', input.enforcement, readEnforcement),
  };
}

function part<N extends keyof TermsChange, I>(
  name: N,
  input: I | null | undefined,
  read: (input: I, field: string) => NonNullable<TermsChange[N]>,
): TermsChange {
  if (input === undefined) return {};
  return { [name]: input === null ? null : read(input, `terms.${name}`) };
}

function upgradeOf({ upgrade }: OverageInput): TermsChangeJson | null {
  return upgrade === undefined ? null : changeJson(readTermsInput(upgrade));
}

function readTexts({ lateUsage, expiredReversal }: InTexts): Partial<Pick<Terms, keyof InTexts>> {
  return {
    ...(lateUsage !== undefined && {
      lateUsage: { within: parseDuration(lateUsage.within, 'terms.lateUsage.within') },
    }),
    ...(expiredReversal !== undefined && {
      expiredReversal:
        expiredReversal === 'expire'
          ? 'expire'
          : { grace: parseDuration(expiredReversal.grace, 'terms.expiredReversal.grace') },
    }),
  };
}

/** What was in force, with the given parts replaced; a term that states no start is counted from `at`. */
export function applyTerms(current: Terms, change: TermsChange, at: Instant): Terms {
  const { term = current.term, ...parts } = change;
  return { ...current, ...parts, term: term && { ...term, starts: term.starts ?? at } };
}

/** A change of terms for the journal. */
export function changeJson(change: TermsChange): TermsChangeJson {
  const { lateUsage, expiredReversal, ...parts } = change;
  return {
    ...parts,
    ...(lateUsage !== undefined && { lateUsage: { within: formatDuration(lateUsage.within) } }),
    ...(expiredReversal !== undefined && {
      expiredReversal:
        expiredReversal === 'expire' ? 'expire' : { grace: formatDuration(expiredReversal.grace) },
    }),
  };
}

/** A change of terms out of the journal. */
export function readChangeJson(json: TermsChangeJson): TermsChange {
  const { lateUsage, expiredReversal, ...parts } = json;
  return {
    ...parts,
    ...readTexts({
      ...(lateUsage !== undefined && { lateUsage }),
      ...(expiredReversal !== undefined && { expiredReversal }),
    }),
  };
}

/** Terms for the journal, without the parts that say nothing; `readTermsJson` gives them back. */
export function termsJson(terms: Terms): TermsJson {
  const { lateUsage, expiredReversal, burnOrder, ...rest } = terms;
  const said = Object.entries(rest).filter(
    ([, value]) => value !== null && value !== NO_OVERAGE && !isEmpty(value),
  );
  return {
    burnOrder,
    lateUsage: { within: formatDuration(lateUsage.within) },
    expiredReversal:
      expiredReversal === 'expire' ? 'expire' : { grace: formatDuration(expiredReversal.grace) },
    ...Object.fromEntries(said),
  };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** Terms out of the journal. */
export function readTermsJson(json: TermsJson): Terms {
  const { lateUsage, expiredReversal, ...parts } = json;
  return { ...DEFAULT_TERMS, ...parts, ...readTexts({ lateUsage, expiredReversal }) };
}
