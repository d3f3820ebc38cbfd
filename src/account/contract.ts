// Which term an account is in, what that term has brought so far, and what was agreed for it
// (`docs/domain.md §6`).

import type { Instant } from '../calendar/instant.ts';
import type { Term } from '../terms/contract.ts';
import type { Account } from './account.ts';
import { asJson, asWritten, type Scope } from './codec.ts';
import { type Agreed, agreed, type Review, review, type TermPeriod } from './commitment.ts';
import type { Json, Operation } from './operation.ts';
import type { Part } from './part.ts';
import type { PlanChange, PlanFact } from './plan.ts';
import { figuresOf, newTallies, type Tallies, tallied, tallies, tallyOf } from './tally.ts';

/** State of this part. */
export interface Contract {
  /** Since when the account has had the contract's periods that are in force; null: it has none. */
  readonly since: Instant | null;
  /** The term that runs, as it was recorded; null: none has begun, or the last has ended. */
  readonly term: TermPeriod | null;
  /** How many terms have begun or ended without another: what time brings next has a key of its own. */
  readonly count: number;
  /** The commitment that was agreed last. It may be nothing, and its term may not have begun. */
  readonly agreed: Agreed | null;
  readonly tallies: Tallies;
  /** A change of plan that waits for the term's end. */
  readonly pending: PlanChange | null;
  /** The next commitment was agreed with a change of plan: no rule and nobody is asked. */
  readonly restated: boolean;
  /** The renewal that was proposed last, and what was decided. */
  readonly review: Review | null;
}

const EMPTY: Contract = {
  since: null,
  term: null,
  count: 0,
  agreed: null,
  tallies: new Map(),
  pending: null,
  restated: false,
  review: null,
};

type ContractJson = Omit<Contract, 'agreed' | 'tallies' | 'review'> & {
  readonly agreed: Json;
  readonly tallies: Json;
  readonly review: Json;
};

export const contract: Part<Contract> = {
  empty: EMPTY,
  evolve: (state, operation, before, after) => {
    const { facts } = operation;
    let next = state;
    if (facts.opened !== undefined || facts.terms !== undefined) {
      next = withTerms(next, operation, before, after);
    }
    if (facts.plan !== undefined) next = withPlan(next, facts.plan);
    if (facts.begins !== undefined) next = begun(next, facts.begins.term, before);
    if (next.term !== null) {
      const counted = tallied(next.tallies, operation, after, next.term.ends);
      if (counted !== next.tallies) next = { ...next, tallies: counted };
    }
    if (facts.agreed !== undefined) next = { ...next, agreed: facts.agreed };
    if (facts.renewal !== undefined) next = { ...next, review: facts.renewal };
    return next;
  },
  write: (state, scope) =>
    asJson({
      ...state,
      agreed: state.agreed === null ? null : agreed.write(state.agreed, scope),
      tallies: tallies.write(state.tallies, scope),
      review: state.review === null ? null : review.write(state.review, scope),
    }),
  read: (json: Json, scope: Scope) => {
    const state = asWritten<ContractJson>(json);
    return {
      ...state,
      agreed: state.agreed === null ? null : agreed.read(state.agreed, scope),
      tallies: tallies.read(state.tallies, scope),
      review: state.review === null ? null : review.read(state.review, scope),
    };
  },
};

/** Other periods count from when the account got them; those of a term that runs act from its end. */
function withTerms(
  state: Contract,
  operation: Operation,
  before: Account,
  after: Account,
): Contract {
  const { term } = after.terms;
  if (term === null) return state.since === null ? state : { ...state, since: null };
  if (operation.facts.opened !== undefined) return { ...state, since: operation.occurred };
  const isNew = state.since === null || !samePeriods(before.terms.term, term);
  // A change of plan that waited acts at its own instant, whenever that is recorded.
  return isNew ? { ...state, since: operation.facts.plan?.at ?? operation.recorded } : state;
}

function samePeriods(a: Term | null, b: Term): boolean {
  return a !== null && a.starts === b.starts && a.every === b.every;
}

/** An upgrade ends the term that runs; what waits is applied when that has ended by itself. */
function withPlan(
  state: Contract,
  { blocks: _, state: stage, cuts, restates, ...plan }: PlanFact,
): Contract {
  if (stage === 'pending') return { ...state, pending: plan };
  const { term } = state;
  return {
    ...state,
    pending: null,
    restated: restates && term !== null,
    term: cuts && term !== null ? { ...term, ends: plan.at } : term,
  };
}

function begun(state: Contract, term: TermPeriod | null, before: Account): Contract {
  return {
    ...state,
    term,
    count: state.count + 1,
    restated: false,
    tallies: term === null ? EMPTY.tallies : newTallies(state.tallies, before),
  };
}

/** What the running term has brought to spend in a unit, and what was consumed of it; null: no term runs. */
export function poolOf(
  { contract: { term, tallies: counts } }: Account,
  unit: string,
): { readonly pool: bigint; readonly consumed: bigint } | null {
  if (term === null) return null;
  const { committed, rolledIn, came, used, reversed } = tallyOf(counts, unit);
  const consumed = used - reversed;
  return { pool: committed + rolledIn + came, consumed: consumed < 0n ? 0n : consumed };
}

/** What the running term has brought, for its review. */
export function termFigures(account: Account, unit: string): ReturnType<typeof figuresOf> {
  return figuresOf(account, account.contract.tallies, unit);
}
