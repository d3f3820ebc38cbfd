// What rates remember: how much a period brought, and who has access until when (`docs/domain.md §7`).
// Bounded: what is older than the latest usage that is still accepted is forgotten.

import type { Instant } from '../calendar/instant.ts';
import { Decimal } from '../quantity/decimal.ts';
import { type Account, oldestUsage } from './account.ts';
import { asJson, asWritten, type Codec } from './codec.ts';
import type { Operation, RatedAccess } from './operation.ts';
import type { Part } from './part.ts';
import { offerAfter, type VersionOffer } from './version-offer.ts';

/** Quantity of a feature in one period; half open. */
export interface Tally {
  readonly every: string;
  readonly from: Instant;
  readonly ends: Instant;
  /** Decimal text. */
  readonly quantity: string;
}

/** Access of the account, or of one member. */
export interface Access {
  /** Number of the operation that paid for it. */
  readonly paidBy: number;
  readonly covers: Instant;
  readonly starts: Instant;
  readonly ends: Instant;
  /** Its member has no seat any more: another may take it over. */
  readonly released: boolean;
}

/** Accesses of one period, or the one that a flat rate opened; by member, `''` where it is the account's. */
export interface AccessPeriod {
  readonly from: Instant;
  readonly ends: Instant;
  readonly by: ReadonlyMap<string, readonly Access[]>;
}

/** State of this part. Tallies and accesses are by feature. */
export interface Rated {
  readonly tallies: ReadonlyMap<string, readonly Tally[]>;
  readonly accesses: ReadonlyMap<string, readonly AccessPeriod[]>;
  /** The version that the account is offered. */
  readonly offer: VersionOffer | null;
  /** Quotes that were accepted and would still stand → until when. */
  readonly quotes: ReadonlyMap<string, Instant>;
}

/** The tally of periods of this length that an instant falls into. */
export function tallyAt(
  { tallies }: Rated,
  feature: string,
  every: string,
  at: Instant,
): Tally | undefined {
  return tallies
    .get(feature)
    ?.findLast((tally) => tally.every === every && tally.from <= at && at < tally.ends);
}

/** The access that covers a usage of this instant. */
export function accessAt(
  { accesses }: Rated,
  feature: string,
  member: string | null,
  at: Instant,
): Access | undefined {
  for (const period of accesses.get(feature) ?? []) {
    if (period.from > at || at >= period.ends) continue;
    const found = period.by
      .get(member ?? '')
      ?.find(({ covers, ends }) => covers <= at && at < ends);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A licence of the period whose member has left: the one that was paid for first. */
export function releasedAt(
  { accesses }: Rated,
  feature: string,
  at: Instant,
): { readonly member: string; readonly access: Access } | undefined {
  let first: { member: string; access: Access } | undefined;
  for (const period of accesses.get(feature) ?? []) {
    if (period.from > at || at >= period.ends) continue;
    for (const [member, list] of period.by) {
      for (const access of list) {
        const free = access.released && access.covers <= at && at < access.ends;
        if (free && (first === undefined || access.paidBy < first.access.paidBy)) {
          first = { member, access };
        }
      }
    }
  }
  return first;
}

/** Every access that runs at an instant, in the order in which it was paid for. */
export function accessesAt(
  { accesses }: Rated,
  at: Instant,
): { readonly feature: string; readonly member: string | null; readonly access: Access }[] {
  const running: { feature: string; member: string | null; access: Access }[] = [];
  for (const [feature, periods] of accesses) {
    for (const { by } of periods) {
      for (const [member, list] of by) {
        for (const access of list) {
          if (access.starts > at || at >= access.ends) continue;
          running.push({ feature, member: member === '' ? null : member, access });
        }
      }
    }
  }
  return running.sort((a, b) => a.access.paidBy - b.access.paidBy);
}

const EMPTY: Rated = { tallies: new Map(), accesses: new Map(), offer: null, quotes: new Map() };

function evolve(before: Rated, operation: Operation, _: Account, after: Account): Rated {
  const offer = offerAfter(before.offer, operation);
  const state = offer === before.offer ? before : { ...before, offer };
  const { accepts } = operation.facts;
  if (accepts !== undefined) {
    const open = [...state.quotes].filter(([, until]) => until > operation.recorded);
    return { ...state, quotes: new Map([...open, [accepts.quote, accepts.until]]) };
  }
  return evolveUsage(state, operation, after);
}

function evolveUsage(state: Rated, operation: Operation, after: Account): Rated {
  const { facts, kind } = operation;
  if (kind === 'seats') return withSeats(state, operation);
  if (facts.stops !== undefined) {
    const { feature, ...stop } = facts.stops;
    // What a stated usage delivers is no access of a rate's.
    return feature === null ? state : stopped(state, { feature, ...stop });
  }
  const { rated, charged } = facts;
  if (rated === undefined || charged === undefined) return state;
  // Older than this no usage is accepted, so nothing will ask for it.
  const oldest = (): Instant => oldestUsage(after, after.recorded);
  if (rated.tally !== undefined) {
    const { every, from, ends, before } = rated.tally;
    const quantity = new Decimal(before).plus(rated.quantity).toFixed();
    return tallied(state, rated.feature, { every, from, ends, quantity }, oldest);
  }
  const { access } = rated;
  if (access === undefined || access.how === 'running') return state;
  return accessed(state, rated.feature, access, operation, oldest);
}

function tallied(state: Rated, feature: string, tally: Tally, oldest: () => Instant): Rated {
  const list = state.tallies.get(feature) ?? [];
  const at = list.findIndex(
    ({ every, from, ends }) => every === tally.every && from === tally.from && ends === tally.ends,
  );
  if (at >= 0) {
    return { ...state, tallies: new Map(state.tallies).set(feature, list.with(at, tally)) };
  }
  const limit = oldest();
  const next = [...list.filter((old) => old.ends > limit), tally];
  return { ...state, tallies: new Map(state.tallies).set(feature, next) };
}

function accessed(
  state: Rated,
  feature: string,
  access: RatedAccess,
  { number, occurred }: Operation,
  oldest: () => Instant,
): Rated {
  const { how, member, covers, starts, ends, from } = access;
  const periods = state.accesses.get(feature) ?? [];
  const opened: Access = {
    paidBy: how === 'opened' ? number : access.paidBy,
    covers,
    starts,
    ends,
    released: false,
  };
  const inPeriod = periods.findIndex(({ by, ...period }) =>
    how === 'opened'
      ? member !== null && period.from === covers && period.ends === ends
      : by.get(from ?? '')?.some(({ paidBy }) => paidBy === access.paidBy) === true,
  );
  const period = periods[inPeriod];
  let next: readonly AccessPeriod[];
  if (period === undefined) {
    const limit = oldest();
    const by = new Map([[member ?? '', [opened]]]);
    next = [...periods.filter((old) => old.ends > limit), { from: covers, ends, by }];
  } else {
    const by = new Map(period.by);
    // Whose licence was taken over has it up to that instant, for usage of his that is told later.
    if (from !== undefined) {
      const left = (by.get(from) ?? []).map((old) =>
        old.paidBy === access.paidBy && old.released ? { ...old, ends: occurred } : old,
      );
      by.set(from, left);
    }
    by.set(member ?? '', [...(by.get(member ?? '') ?? []), opened]);
    next = periods.with(inPeriod, { ...period, by });
  }
  return { ...state, accesses: new Map(state.accesses).set(feature, next) };
}

/** A licence is free to be taken over while its member has no seat. */
function withSeats(state: Rated, { input }: Operation): Rated {
  const members = input['members'];
  if (state.accesses.size === 0 || !Array.isArray(members)) return state;
  const seats = new Set<unknown>(members);
  return mapped(state, (access, member) => {
    const released = member !== '' && !seats.has(member);
    return access.released === released ? access : { ...access, released };
  });
}

function stopped(
  state: Rated,
  {
    feature,
    paidBy,
    at,
  }: { readonly feature: string; readonly paidBy: number; readonly at: Instant },
): Rated {
  return mapped(state, (access, _, of) =>
    of === feature && access.paidBy === paidBy && access.ends > at
      ? { ...access, ends: at }
      : access,
  );
}

/** The same state, with every access changed. */
function mapped(
  state: Rated,
  change: (access: Access, member: string, feature: string) => Access,
): Rated {
  const accesses = new Map<string, readonly AccessPeriod[]>();
  for (const [feature, periods] of state.accesses) {
    accesses.set(
      feature,
      periods.map((period) => ({
        ...period,
        by: new Map(
          [...period.by].map(([member, list]) => [
            member,
            list.map((access) => change(access, member, feature)),
          ]),
        ),
      })),
    );
  }
  return { ...state, accesses };
}

interface RatedJson {
  readonly offer: VersionOffer | null;
  readonly quotes: readonly (readonly [string, Instant])[];
  readonly tallies: readonly (readonly [string, readonly Tally[]])[];
  readonly accesses: readonly (readonly [
    string,
    readonly (Omit<AccessPeriod, 'by'> & {
      readonly by: readonly (readonly [string, readonly Access[]])[];
    })[],
  ])[];
}

const codec: Codec<Rated> = {
  write: ({ tallies, accesses, offer, quotes }) => {
    const json: RatedJson = {
      offer,
      quotes: [...quotes],
      tallies: [...tallies],
      accesses: [...accesses].map(([feature, periods]) => [
        feature,
        periods.map((period) => ({ ...period, by: [...period.by] })),
      ]),
    };
    return asJson(json);
  },
  read: (json) => {
    const { tallies, accesses, offer, quotes } = asWritten<RatedJson>(json);
    return {
      offer,
      quotes: new Map(quotes),
      tallies: new Map(tallies),
      accesses: new Map(
        accesses.map(([feature, periods]) => [
          feature,
          periods.map((period) => ({ ...period, by: new Map(period.by) })),
        ]),
      ),
    };
  },
};

export const rated: Part<Rated> = { empty: EMPTY, evolve, ...codec };
