// Limits and foresight: alerts, caps and budgets, automatic top-up, approvals, and observing before
// enforcing (`docs/domain.md §7`). Amounts are decimal text.

import { formatDuration, parseDuration } from '../calendar/duration.ts';
import { type Instant, parseInstant } from '../calendar/instant.ts';
import { type AmountInput, amountText } from '../quantity/quantity.ts';

/** When somebody is to be told. */
export interface AlertsInput {
  /** Shares of the pool that were consumed, `0.8`. */
  readonly consumed?: readonly AmountInput[];
  /** Balances, in the ledger's first unit where `unit` names none. */
  readonly below?: readonly AmountInput[];
  /** ISO 8601 durations before a block with free credits ends. */
  readonly beforeExpiry?: readonly string[];
  readonly unit?: string;
}

/** When somebody is to be told, every part filled; also its form in the journal. */
export interface Alerts {
  readonly consumed: readonly string[];
  readonly below: readonly string[];
  readonly beforeExpiry: readonly string[];
  readonly unit: string | null;
}

/** A limit on who may draw, or for what: of one member, of each member by itself, or of the whole account (a budget). */
export interface CapInput {
  /** Named in its alert, `cap:<name>` (of each member: `cap:<name>/<member>`). Default: the member, else the feature, else `account`. */
  readonly name?: string;
  /** One member. Default: see `each`. */
  readonly member?: string;
  /** `member`: every member has this cap alone. Default: the cap is the account's. */
  readonly each?: 'member';
  /** Only usage of this feature. Default: all usage. */
  readonly feature?: string;
  readonly amount: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: string;
  /** ISO 8601 duration of the cap's period. Default: for ever. */
  readonly every?: string;
  /** The periods' anchor. Default: the account's opening. */
  readonly starts?: string | number | Date;
}

/** A cap, every part filled; also its form in the journal. */
export interface Cap {
  readonly name: string | null;
  readonly member: string | null;
  readonly each: 'member' | null;
  readonly feature: string | null;
  readonly amount: string;
  readonly unit: string | null;
  readonly every: string | null;
  readonly starts: Instant | null;
}

/** Credits that are bought by themselves: a fixed amount, or up to a target, once the balance is below a threshold. */
export interface TopUpInput {
  readonly below: AmountInput;
  readonly add?: AmountInput;
  readonly fillTo?: AmountInput;
  /** Default: the ledger's first unit. */
  readonly unit?: string;
  /** Money for `add` (or `fillTo`) credits, major units of the account's currency; other amounts cost their share. */
  readonly price: AmountInput;
  readonly atMost?: {
    readonly times?: number;
    readonly money?: AmountInput;
    /** ISO 8601 duration. Default: `P1M`, a calendar month of the account's zone. */
    readonly every?: string;
  };
  /** How long to wait after the first failed charge; it doubles with each. Default: `PT1H`. */
  readonly retryAfter?: string;
  /** After so many failed charges in a row nothing is tried until somebody pays. Default: 3. */
  readonly attempts?: number;
}

/** Automatic top-up, every part filled; also its form in the journal. */
export interface TopUp {
  readonly below: string;
  readonly add: string | null;
  readonly fillTo: string | null;
  readonly unit: string | null;
  readonly price: string;
  readonly atMost: {
    readonly times: number | null;
    readonly money: string | null;
    readonly every: string;
  } | null;
  readonly retryAfter: string;
  readonly attempts: number;
}

/** What needs a named role's word first. */
export interface ApprovalsInput {
  /** Purchases of more money than this, major units of the account's currency. */
  readonly purchase?: { readonly above: AmountInput; readonly role: string };
  /** Usage that would take overage above so many credits. */
  readonly overage?: { readonly above: AmountInput; readonly role: string };
  /** How long a request stays open, ISO 8601. Default: `P7D`. */
  readonly expires?: string;
}

/** Approvals, every part filled; also their form in the journal. */
export interface Approvals {
  readonly purchase: { readonly above: string; readonly role: string } | null;
  readonly overage: { readonly above: string; readonly role: string } | null;
  readonly expires: string;
}

/** Until an instant usage is recorded and never refused. */
export interface EnforcementInput {
  readonly observeUntil: string | number | Date;
}

/** The same; also its form in the journal. */
export interface Enforcement {
  readonly observeUntil: Instant;
}

/** Alerts with their defaults. Throws `InvalidInput`. */
export function readAlerts(input: AlertsInput, field: string): Alerts {
  const amounts = (given: readonly AmountInput[] | undefined, name: string): string[] =>
    (given ?? []).map((amount, index) => amountText(amount, `${field}.${name}.${index}`));
  return {
    consumed: amounts(input.consumed, 'consumed'),
    below: amounts(input.below, 'below'),
    beforeExpiry: (input.beforeExpiry ?? []).map((text, index) =>
      formatDuration(parseDuration(text, `${field}.beforeExpiry.${index}`)),
    ),
    unit: input.unit ?? null,
  };
}

/** A cap with its defaults. Throws `InvalidInput`. */
export function readCap(input: CapInput, field: string): Cap {
  const { member, each, feature, every, starts } = input;
  return {
    name: input.name ?? null,
    member: member ?? null,
    each: each ?? null,
    feature: feature ?? null,
    amount: amountText(input.amount, `${field}.amount`),
    unit: input.unit ?? null,
    every: every === undefined ? null : formatDuration(parseDuration(every, `${field}.every`)),
    starts: starts === undefined ? null : parseInstant(starts, `${field}.starts`),
  };
}

/** Automatic top-up with its defaults. Throws `InvalidInput`. */
export function readTopUp(input: TopUpInput, field: string): TopUp {
  const { add, fillTo, atMost } = input;
  const duration = (text: string, name: string): string =>
    formatDuration(parseDuration(text, `${field}.${name}`));
  return {
    below: amountText(input.below, `${field}.below`),
    add: add === undefined ? null : amountText(add, `${field}.add`),
    fillTo: fillTo === undefined ? null : amountText(fillTo, `${field}.fillTo`),
    unit: input.unit ?? null,
    price: amountText(input.price, `${field}.price`),
    atMost:
      atMost === undefined
        ? null
        : {
            times: atMost.times ?? null,
            money:
              atMost.money === undefined ? null : amountText(atMost.money, `${field}.atMost.money`),
            every: duration(atMost.every ?? 'P1M', 'atMost.every'),
          },
    retryAfter: duration(input.retryAfter ?? 'PT1H', 'retryAfter'),
    attempts: input.attempts ?? 3,
  };
}

/** Approvals with their defaults. Throws `InvalidInput`. */
export function readApprovals(input: ApprovalsInput, field: string): Approvals {
  const rule = (
    given: { readonly above: AmountInput; readonly role: string } | undefined,
    name: string,
  ): { readonly above: string; readonly role: string } | null =>
    given === undefined
      ? null
      : { above: amountText(given.above, `${field}.${name}.above`), role: given.role };
  return {
    purchase: rule(input.purchase, 'purchase'),
    overage: rule(input.overage, 'overage'),
    expires: formatDuration(parseDuration(input.expires ?? 'P7D', `${field}.expires`)),
  };
}

/** Until when usage is only observed. Throws `InvalidInput`. */
export function readEnforcement(input: EnforcementInput, field: string): Enforcement {
  return { observeUntil: parseInstant(input.observeUntil, `${field}.observeUntil`) };
}
