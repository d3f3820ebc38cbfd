// Changing the plan in mid-term: an upgrade acts at once, a downgrade and a cancellation at the
// term's end (`docs/domain.md §6`).

import type { Account } from '../account/account.ts';
import type { Draft } from '../account/operation.ts';
import type { PlanChange, PlanFact } from '../account/plan.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Units } from '../quantity/units.ts';
import {
  applyTerms,
  changeJson,
  readChangeJson,
  type Terms,
  type TermsChange,
  termsJson,
} from '../terms/terms.ts';
import { checkTerms } from './check-terms.ts';
import type { ChangePlanCommand, Context } from './command.ts';
import { asStated } from './next-commitment.ts';
import { occurredOf } from './stated.ts';
import { treat, treated } from './treatment.ts';

/** What a cancellation ends: nothing is committed, granted or bought by itself any more. */
const CANCELLED: TermsChange = { term: null, commitment: null, allowances: [], topUp: null };

/** A later change takes the place of one that waits. Throws `InvalidInput` for terms that nothing could act on. */
export function decideChangePlan(
  account: Account,
  command: ChangePlanCommand,
  context: Context,
): Draft {
  const { change, blocks } = command;
  const given: TermsChange = Object.assign(
    {},
    ...(change === 'cancel' ? [CANCELLED] : []),
    ...command.terms,
  );
  const { term } = account.contract;
  const at = change === 'upgrade' || term === null ? context.at : term.ends;
  const plan: PlanChange = {
    change,
    at,
    terms: changeJson(given),
    treatments: Object.fromEntries(blocks),
  };
  checkTerms(given, termsUnder(account, plan), { ...account, since: at, account }, context);
  const draft = planned(account, plan, context.at, context.units);
  return { kind: 'changePlan', occurred: occurredOf(command, context), ...draft };
}

/** What a change of plan does at an instant: all of it where its time has come, else it waits. */
export function planned(
  account: Account,
  plan: PlanChange,
  now: Instant,
  units: Units,
): Pick<Draft, 'moves' | 'facts'> {
  const terms = termsUnder(account, plan);
  const agreed = terms.commitment === null ? null : asStated(account, terms.commitment, units);
  const blocks = treated(account, plan.treatments, plan.at, agreed);
  const restates = plan.terms.term !== undefined || plan.terms.commitment !== undefined;
  const fact: PlanFact = {
    ...plan,
    restates,
    cuts: plan.change === 'upgrade' && restates && account.contract.term !== null,
    state: plan.at > now ? 'pending' : 'done',
    blocks: blocks.map(({ block, becomes }) => ({ block: block.number, becomes })),
  };
  if (fact.state === 'pending') return { moves: [], facts: { plan: fact } };
  const { moves, facts } = treat(account, blocks, plan.at, agreed, terms.rollover);
  return { moves, facts: { ...facts, terms: termsJson(terms), plan: fact } };
}

/** The upgrade that the terms name for overage that can't be charged; null: they name none. It is offered once. */
export function upgradeForOverage(
  account: Account,
  at: Instant,
  units: Units,
): Pick<Draft, 'moves' | 'facts'> | null {
  const { overage } = account.terms;
  if (overage.upgrade === null) return null;
  // What the next plan doesn't say of overage goes on as it is.
  const terms = { overage: { ...overage, upgrade: null }, ...overage.upgrade };
  return planned(account, { change: 'upgrade', at, terms, treatments: {} }, at, units);
}

/** The terms after the change. A term that it brings begins when it acts, or later where it says so. */
function termsUnder(account: Account, { terms: change, at }: PlanChange): Terms {
  const given = readChangeJson(change);
  const terms = applyTerms(account.terms, given, at);
  const { term } = terms;
  // At the end of a period the next one follows from the same anchor, where none is brought.
  if (given.term === undefined && account.contract.term?.ends === at) return terms;
  const isNew = (given.term ?? given.commitment ?? null) !== null;
  if (!isNew || term === null) return terms;
  return { ...terms, term: { ...term, starts: Math.max(term.starts, at) } };
}
