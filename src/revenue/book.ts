// Whose revenue it is: a book's zone, calendar, rounding and currency, and the policies in force at
// each instant. What is fixed here for good is stored with every close.

import { type Instant, parseInstant } from '../calendar/instant.ts';
import { parseZone } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import { currencyExponent } from '../quantity/money.ts';
import type { Rounding } from '../quantity/rounding.ts';
import {
  applyPolicies,
  type Breakage,
  DEFAULT_POLICIES,
  type Policies,
  type PoliciesInput,
  type PolicyKind,
  readBreakage,
} from '../terms/policies.ts';
import { type BookCalendar, bookCalendar, type CalendarInput } from './calendar.ts';
import { countUpTo } from './sorted.ts';

/** What is said of a book when it opens. */
export interface BookInput {
  /** Default: `main`. */
  readonly name?: string;
  /** IANA name; it draws the months. Default: `UTC`. */
  readonly timeZone?: string;
  /** Default: `month`. */
  readonly calendar?: CalendarInput;
  /** What becomes of half a minor unit. Default: `half-away-from-zero`. */
  readonly rounding?: 'half-away-from-zero' | 'half-even';
  /** The book's own currency, into which purchases state an `fxRate`. Default: each account's own. */
  readonly currency?: string;
  /** Money for one credit sold alone, major units, decimal text: weight of a split, gross price of a promotional credit. Default: none. */
  readonly listPrice?: string;
  readonly policies?: PoliciesInput;
  /** Only accounts whose name begins so. Default: all. */
  readonly accounts?: string;
}

/** A book's definition, every part filled; plain JSON, as it is stored. */
export interface BookDefinition {
  readonly name: string;
  readonly timeZone: string;
  readonly calendar: CalendarInput;
  readonly rounding: 'half-away-from-zero' | 'half-even';
  readonly currency: string | null;
  readonly listPrice: string | null;
  readonly policies: Policies;
  readonly accounts: string;
}

/** Policies that change, from an instant on: of the book, of one account's blocks, of one cohort, of one block. */
export interface PolicyChange {
  readonly at: Instant;
  readonly policies?: PoliciesInput;
  /** With `breakage`: of this account; with `block` of that block alone. */
  readonly account?: string;
  readonly block?: string;
  /** With `breakage`: of what was sold in this period, `2026-01`. */
  readonly cohort?: string;
  readonly breakage?: Breakage;
  /** Who decided, and on what evidence. */
  readonly by?: string;
  readonly reason?: string;
}

const PRICE = /^\d{1,26}(\.\d{1,12})?$/;

/** Whether a book may be called so: what closes keep beside it has names that no book can have. */
export function isBookName(name: string): boolean {
  return /^[\w.-]{1,64}$/.test(name);
}

/** A book as it was stated. Throws `InvalidInput`. */
export function readBook(input: BookInput): BookDefinition {
  const { name = 'main', listPrice, currency } = input;
  if (!isBookName(name)) {
    throw new InvalidInput({
      field: 'book.name',
      expected: 'letters, digits, dots, dashes and underscores, at most 64',
      found: JSON.stringify(name).slice(0, 80),
    });
  }
  if (listPrice !== undefined && !PRICE.test(listPrice)) {
    throw new InvalidInput({
      field: 'book.listPrice',
      expected: 'money for one credit as decimal text, at most 12 places',
      found: JSON.stringify(listPrice),
    });
  }
  if (currency !== undefined) currencyExponent(currency);
  const timeZone = parseZone(input.timeZone ?? 'UTC', 'book.timeZone');
  const calendar = input.calendar ?? 'month';
  bookCalendar(calendar, timeZone);
  return {
    name,
    timeZone,
    calendar,
    rounding: input.rounding ?? 'half-away-from-zero',
    currency: currency ?? null,
    listPrice: listPrice ?? null,
    policies: applyPolicies(DEFAULT_POLICIES, input.policies ?? {}, 'book.policies'),
    accounts: input.accounts ?? '',
  };
}

/** A change of policies as it was stated. Throws `InvalidInput`. */
export function readPolicyChange(
  input: Omit<PolicyChange, 'at'> & { readonly at: Instant | string | Date },
): PolicyChange {
  const { policies, account, block, cohort, breakage, ...said } = input;
  const narrow = account !== undefined || cohort !== undefined;
  const isOne = (policies === undefined) !== (breakage === undefined);
  const isAbout =
    narrow === (breakage !== undefined) && (block === undefined || account !== undefined);
  if (!isOne || !isAbout) {
    throw new InvalidInput({
      field: 'policy',
      expected: 'policies, or the breakage of an account, of its block or of a cohort',
      found: JSON.stringify({ policies, account, block, cohort, breakage }).slice(0, 200),
    });
  }
  if (policies !== undefined) applyPolicies(DEFAULT_POLICIES, policies, 'policies');
  return {
    ...said,
    at: parseInstant(input.at, 'at'),
    ...(policies !== undefined && { policies }),
    ...(account !== undefined && { account }),
    ...(block !== undefined && { block }),
    ...(cohort !== undefined && { cohort }),
    ...(breakage !== undefined && { breakage: readBreakage(breakage, 'breakage') }),
  };
}

/** What a policy is asked about. */
export interface PolicySubject {
  readonly account: string;
  readonly block: string;
  readonly kind: PolicyKind;
  /** Kind that it rolled from. */
  readonly root: PolicyKind;
  /** Period in which it was sold first. */
  readonly cohort: string;
  /** Its own, stated when it was sold. */
  readonly own: Breakage | undefined;
}

/** What was said of some blocks alone, from a version on. */
type Said = readonly { readonly version: number; readonly breakage: Breakage }[];

/** A book with its calendar and all policies that were ever in force. A version is how many changes there were by then. */
export class Book {
  readonly definition: BookDefinition;
  readonly calendar: BookCalendar;
  readonly rounding: Rounding;
  /** In their order. */
  readonly changes: readonly PolicyChange[];
  /** By version. */
  readonly #policies: readonly Policies[];
  /** By whom they are about: a cohort, an account, a block of one. */
  readonly #said: ReadonlyMap<string, Said>;
  /** Instants of the changes that are about every account, and beside them of those about one. */
  readonly #instants: readonly Instant[];
  readonly #instantsOf: ReadonlyMap<string, readonly Instant[]>;

  constructor(definition: BookDefinition, changes: readonly PolicyChange[] = []) {
    this.definition = definition;
    this.calendar = bookCalendar(definition.calendar, definition.timeZone);
    this.rounding = definition.rounding;
    this.changes = changes;
    const policies = [definition.policies];
    const said = new Map<string, { version: number; breakage: Breakage }[]>();
    const own = new Map<string, Instant[]>();
    for (const [index, change] of changes.entries()) {
      const { breakage, account } = change;
      policies.push(
        applyPolicies(policies[index] ?? definition.policies, change.policies ?? {}, 'policies'),
      );
      if (breakage !== undefined)
        listIn(said, subjectOf(change)).push({ version: index + 1, breakage });
      if (account !== undefined) listIn(own, account).push(change.at);
    }
    this.#policies = policies;
    this.#said = said;
    this.#instants = changes.filter(({ account }) => account === undefined).map(({ at }) => at);
    this.#instantsOf = new Map(
      [...own].map(([account, at]) => [account, [...at, ...this.#instants].sort((a, b) => a - b)]),
    );
  }

  /** How many changes there were by an instant. */
  versionAt(at: Instant): number {
    const { changes } = this;
    const last = changes.at(-1);
    // Most that is asked is about now.
    if (last === undefined || last.at <= at) return changes.length;
    return countUpTo(changes, at, (change) => change.at);
  }

  /** The policies after so many changes. */
  policiesOf(version: number): Policies {
    return this.#policies[version] ?? this.definition.policies;
  }

  /** The policies in force at an instant. */
  policiesAt(at: Instant): Policies {
    return this.policiesOf(this.versionAt(at));
  }

  /** Instants at which policies of an account change, in their order. */
  changesOf(account: string): readonly Instant[] {
    return this.#instantsOf.get(account) ?? this.#instants;
  }

  /** The first of them after an instant; null: none is. */
  nextChangeOf(account: string, after: Instant): Instant | null {
    const all = this.changesOf(account);
    return all[countUpTo(all, after, (at) => at)] ?? null;
  }

  /** How a block's breakage is recognised after so many changes: what was said last of the block itself, else of its account, its cohort, its kind. */
  breakageOf(
    { account, block, cohort, kind, root, own }: PolicySubject,
    version: number,
  ): Breakage {
    const lastOf = (subject: string): Breakage | undefined => {
      const said = this.#said.get(subject);
      return said?.[countUpTo(said, version, (one) => one.version) - 1]?.breakage;
    };
    const byKind = this.policiesOf(version).breakage;
    return (
      lastOf(subjectOf({ account, block })) ??
      own ??
      lastOf(subjectOf({ account })) ??
      lastOf(subjectOf({ cohort })) ??
      byKind[kind] ??
      byKind[root] ??
      'at-expiry'
    );
  }
}

function subjectOf({ account, block, cohort }: Partial<PolicySubject>): string {
  if (account === undefined) return `cohort ${cohort}`;
  return block === undefined ? `account ${account}` : `block ${account}\n${block}`;
}

function listIn<T>(lists: Map<string, T[]>, name: string): T[] {
  const known = lists.get(name);
  if (known !== undefined) return known;
  const list: T[] = [];
  lists.set(name, list);
  return list;
}
