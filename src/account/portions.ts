// Up to when the portions of each allowance have come, who has a seat, and which offers were claimed
// (`docs/domain.md §7`). When the next portion comes, and how much it is, is for the operations.

import type { Instant } from '../calendar/instant.ts';
import { InvariantBroken } from '../errors.ts';
import { type Allowance, sameSchedule } from '../terms/allowances.ts';
import type { Account } from './account.ts';
import { asJson, asWritten } from './codec.ts';
import { actsAt, type Operation } from './operation.ts';
import type { Part } from './part.ts';

/** Members, each with the instant since when. */
export type Members = ReadonlyMap<string, Instant>;

/** How far one allowance has come. */
export interface Progress {
  /** Since when it is in force: the anchor where it names no start. */
  readonly since: Instant;
  /** When the ledger learned of it: what had ended by then never rolls. */
  readonly known: Instant;
  /** Number of the last period that was dealt with; null: none under this schedule. */
  readonly n: number | null;
  /** End of all that was dealt with, under earlier schedules too; null: nothing was. */
  readonly until: Instant | null;
  /** Who had a portion of the last period with a seat; null: it was the account's. */
  readonly served: Members | null;
}

/** State of this part. */
export interface Portions {
  /** By the allowance's name; one that was taken away stays, so that it never brings a period twice. */
  readonly progress: ReadonlyMap<string, Progress>;
  readonly seats: Members;
  /** Offer → when it was claimed. */
  readonly claims: ReadonlyMap<string, Instant>;
}

const EMPTY: Portions = { progress: new Map(), seats: new Map(), claims: new Map() };

interface PortionsJson {
  readonly progress: readonly (readonly [
    string,
    Omit<Progress, 'served'> & { readonly served: readonly (readonly [string, number])[] | null },
  ])[];
  readonly seats: readonly (readonly [string, number])[];
  readonly claims: readonly (readonly [string, number])[];
}

export const portions: Part<Portions> = {
  empty: EMPTY,
  evolve: (state, operation, before, after) =>
    withPortions(
      withSeats(withTerms(withClaims(state, operation), operation, before, after), operation),
      operation,
    ),
  write: ({ progress, seats, claims }) =>
    asJson<PortionsJson>({
      progress: [...progress].map(([name, { served, ...rest }]) => [
        name,
        { ...rest, served: served === null ? null : [...served] },
      ]),
      seats: [...seats],
      claims: [...claims],
    }),
  read: (json) => {
    const { progress, seats, claims } = asWritten<PortionsJson>(json);
    return {
      progress: new Map(
        progress.map(([name, { served, ...rest }]) => [
          name,
          { ...rest, served: served === null ? null : new Map(served) },
        ]),
      ),
      seats: new Map(seats),
      claims: new Map(claims),
    };
  },
};

function withClaims(state: Portions, { facts, occurred }: Operation): Portions {
  if (facts.claims === undefined) return state;
  const claims = new Map(state.claims);
  for (const offer of facts.claims) {
    if (claims.has(offer)) throw new InvariantBroken(`offer "${offer}" is taken a second time`);
    claims.set(offer, occurred);
  }
  return { ...state, claims };
}

/** Allowances that came, changed or went with the terms. */
function withTerms(
  state: Portions,
  operation: Operation,
  before: Account,
  after: Account,
): Portions {
  const opens = operation.kind === 'open';
  if (!opens && after.terms.allowances === before.terms.allowances) return state;
  const was = new Map(opens ? [] : before.terms.allowances.map((one) => [one.name, one]));
  const changed = after.terms.allowances.flatMap((now): [string, Progress][] => {
    const known = state.progress.get(now.name);
    const next = progressOf(now, was.get(now.name), known, operation);
    return next === known ? [] : [[now.name, next]];
  });
  if (changed.length === 0) return state;
  return { ...state, progress: new Map([...state.progress, ...changed]) };
}

function progressOf(
  now: Allowance,
  was: Allowance | undefined,
  progress: Progress | undefined,
  operation: Operation,
): Progress {
  const { occurred } = operation;
  const fresh = { since: occurred, known: actsAt(operation), n: null, served: null };
  if (progress === undefined) return { ...fresh, until: null };
  // It was taken away and comes again: from now on, and what it brought already counts.
  if (was === undefined) return { ...fresh, until: Math.max(progress.until ?? 0, occurred) };
  if (sameSchedule(was, now)) return progress;
  // Without seats nothing was dealt with for as long as it lasted, and nothing of it is made up for.
  const idle = was.per === 'seat' && progress.until !== null && progress.until < occurred;
  return { ...progress, n: null, served: null, until: idle ? occurred : progress.until };
}

function withSeats(state: Portions, { facts, occurred }: Operation): Portions {
  if (facts.seats === undefined) return state;
  const seats = new Map(state.seats);
  for (const member of facts.seats.left) seats.delete(member);
  for (const member of facts.seats.joined) seats.set(member, occurred);
  return { ...state, seats };
}

/** Periods that were dealt with; after the seats, who are served by them. */
function withPortions(state: Portions, { facts, kind }: Operation): Portions {
  if (facts.portions === undefined) return state;
  const progress = new Map(state.progress);
  for (const { name, n, until, per } of facts.portions) {
    const before = progress.get(name);
    if (before === undefined) throw new InvariantBroken(`there is no allowance "${name}"`);
    if (kind === 'allowance' && before.until !== null && until <= before.until) {
      throw new InvariantBroken(`period ${n} of the allowance "${name}" comes a second time`);
    }
    const served = per === 'account' ? null : servedBy(state.seats, before, until);
    progress.set(name, { ...before, n, until, served });
  }
  return { ...state, progress };
}

/** Everybody who has a seat now, and in the same period whoever had one before. */
function servedBy(seats: Members, { served, until: last }: Progress, until: Instant): Members {
  if (served === null || last !== until) return seats;
  return new Map([...served, ...seats]);
}
