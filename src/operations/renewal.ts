// What time brings to a contract: the first term with its commitment, and at each term's end the
// renewal, decided by itself or proposed (`docs/domain.md §6`). Overage is somebody else's to price.

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';
import type { Agreed, Review, ReviewLine, TermPeriod } from '../account/commitment.ts';
import { termFigures } from '../account/contract.ts';
import type { Draft } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import { dateOf } from '../calendar/zone.ts';
import type { Units } from '../quantity/units.ts';
import { termFrom } from '../terms/contract.ts';
import { planned } from './change-plan.ts';
import { DEFAULT_PRIORITY } from './grant.ts';
import { freeName, takenIn } from './names.ts';
import { asStated, contractUnit, nextCommitment } from './next-commitment.ts';
import { type Payment, payInMoney } from './settlement.ts';
import { type Brought, RESERVED_KEYS, type Source } from './source.ts';

/** Terms begin and end by themselves. */
export const renewal: Source = (account, units) => {
  const at = nextBoundary(account);
  return at === null ? null : { at, bring: () => brought(account, at, units) };
};

/** When a term ends, or the first begins. */
function nextBoundary({ contract: { term, since }, terms }: Account): Instant | null {
  if (term !== null) return term.ends;
  if (terms.term === null || since === null) return null;
  return Math.max(terms.term.starts, since);
}

function brought(account: Account, at: Instant, units: Units): Brought {
  const { count, term, pending } = account.contract;
  if (pending !== null && term !== null) {
    const draft = planned(account, { ...pending, at }, at, units);
    const key = `${RESERVED_KEYS}plan/${count}`;
    return { key, draft: { kind: 'changePlan', occurred: at, ...draft } };
  }
  const draft = term === null ? first(account, at, units) : ended(account, at, units);
  return { key: `${RESERVED_KEYS}term/${count}`, draft };
}

/** The term in force when the account got its contract, with the commitment that the terms state. */
function first(account: Account, due: Instant, units: Units): Draft {
  const { commitment } = account.terms;
  const term = termAfter(account, due);
  const agreed = commitment === null ? null : asStated(account, commitment, units);
  const opened =
    agreed === null ? null : openCommitment(account, agreed, term, term?.starts ?? due);
  return {
    kind: 'commit',
    occurred: due,
    moves: opened?.moves ?? [],
    facts: { ...opened?.facts, begins: { term }, ...(agreed !== null && { agreed }) },
  };
}

/** A term has ended: by hand the renewal is proposed, else it is done. */
function ended(account: Account, due: Instant, units: Units): Draft {
  const term = termAfter(account, due);
  const proposed = reviewOf(account, units);
  const begins = { term };
  const byHand = account.terms.commitment?.renewal.accept === 'manual';
  if (term !== null && byHand && !account.contract.restated) {
    return { kind: 'propose', occurred: due, moves: [], facts: { begins, renewal: proposed } };
  }
  const renewed = renew(account, proposed, { term, at: due }, units);
  return {
    kind: 'renew',
    occurred: due,
    moves: renewed.moves,
    facts: { ...renewed.facts, begins },
  };
}

/** The term that begins when another ends, or when a contract does; null: there is none by the terms. */
function termAfter(account: Account, at: Instant): TermPeriod | null {
  const { term } = account.terms;
  if (term === null || at < term.starts) return null;
  const { n, start, end } = termFrom(term, account.timeZone, at);
  // Periods that were changed in mid-term needn't meet the end of the one before.
  const starts = account.contract.term === null ? start : Math.max(start, at);
  return { n, starts, ends: end };
}

/** What the running term brought, and what the terms make of it. */
export function reviewOf(account: Account, units: Units): Review {
  const { term } = account.contract;
  const unit = contractUnit(account, units);
  const figures = termFigures(account, unit);
  const next = nextCommitment(account, figures, units);
  const upTo = (account.debts.register?.nextNumber ?? 1) - 1;
  return {
    term: term ?? { n: 0, starts: account.opened, ends: account.recorded },
    unit,
    figures,
    next,
    lines: [...overageLines(account, upTo, units).lines, ...commitmentLine(next)],
    upTo,
    state: 'proposed',
    by: null,
    reason: null,
  };
}

/** What is invoiced for a commitment; nothing for none. */
function commitmentLine({ unit, amount, price }: Agreed): ReviewLine[] {
  return amount === 0n ? [] : [{ type: 'commitment', unit, units: amount, money: price }];
}

/** Overage of the term that its renewal settles, where the terms say so: as it is owed now. */
export function overageLines(
  account: Account,
  upTo: number,
  units: Units,
): Pick<Payment, 'pays'> & { readonly lines: readonly ReviewLine[] } {
  if (account.terms.overage.settle !== 'renewal') return { pays: [], lines: [] };
  const { pays, lines } = payInMoney(account, units, { upTo });
  return {
    pays,
    lines: lines.map((line) => ({ type: 'overage', ...line })),
  };
}

/** Opens the next commitment's block, agrees on it, and settles what the term left owed. */
export function renew(
  account: Account,
  review: Review,
  { term, at }: { readonly term: TermPeriod | null; readonly at: Instant },
  units: Units,
): Pick<Draft, 'moves' | 'facts'> {
  const { next, upTo } = review;
  const opened = openCommitment(account, next, term, at);
  const { pays, lines } = overageLines(account, upTo, units);
  return {
    moves: opened?.moves ?? [],
    facts: {
      ...opened?.facts,
      ...(pays.length > 0 && { pays }),
      agreed: next,
      renewal: { ...review, lines: [...lines, ...commitmentLine(next)], state: 'accepted' },
    },
  };
}

/** The block of a commitment, for one term; null where nothing is committed. */
function openCommitment(
  account: Account,
  { unit, amount, price }: Agreed,
  term: TermPeriod | null,
  effective: Instant,
): Pick<Draft, 'moves' | 'facts'> | null {
  if (amount === 0n || term === null) return null;
  const block: BlockOpening = {
    number: account.blocks.nextNumber,
    name: freeName(`commitment@${dateOf(term.starts, account.timeZone)}`, takenIn(account)),
    unit,
    kind: 'purchased',
    basis: price,
    effective,
    expires: term.ends,
    priority: DEFAULT_PRIORITY,
    features: null,
    portion: { of: 'commitment', name: 'commitment', n: term.n },
  };
  return {
    moves: [{ block: block.number, from: 'issued', to: 'free', amount }],
    facts: { opens: [block] },
  };
}
