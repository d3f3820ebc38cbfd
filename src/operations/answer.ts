// Approvals (`docs/domain.md §7`): what needs a named role's word first, and that word.

import type { Account } from '../account/account.ts';
import { digest } from '../account/canonical.ts';
import { owedOf, reservedOf } from '../account/debts.ts';
import type { Draft, RequestOpening } from '../account/operation.ts';
import { pendingOf } from '../account/pending.ts';
import { type Waiting, waitingNamed } from '../account/requests.ts';
import type { Instant } from '../calendar/instant.ts';
import { addBounded } from '../calendar/zone.ts';
import { AlreadyDecided, ApprovalRequired, InvalidInput, Unknown } from '../errors.ts';
import { formatMoney, parseMoney } from '../quantity/money.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf } from '../quantity/units.ts';
import { durationOf } from '../terms/durations.ts';
import type {
  AcceptQuoteCommand,
  AnswerCommand,
  Context,
  EngineCommand,
  PurchaseCommand,
} from './command.ts';
import { isObserved } from './overage.ts';
import { overOrUnknown } from './pay.ts';
import { RESERVED_KEYS, requestKey, type Source } from './source.ts';
import { occurredOf } from './stated.ts';

/** A word is given once, by whoever has the role. Throws `Unknown`, `AlreadyDecided` and `InvalidInput`. */
export function decideAnswer(account: Account, command: AnswerCommand, context: Context): Draft {
  const request = waitingNamed(account, command.request);
  if (request === undefined) throw overOrUnknown(command.request, context);
  const { name, role, state } = request;
  if (role === null) {
    throw new Unknown('unknown-request', name, 'it asks for a payment; answer it with pay');
  }
  if (command.role !== null && command.role !== role) {
    throw new InvalidInput({ field: 'role', expected: role, found: command.role });
  }
  if (state !== 'open') throw new AlreadyDecided({ what: `request "${name}"` });
  const outcome = command.do === 'approve' ? 'approved' : 'declined';
  return {
    kind: command.do,
    occurred: occurredOf(command, context),
    moves: [],
    facts: { answers: { request: name, outcome } },
  };
}

/** What a write needs somebody's word for. */
interface Need {
  readonly kind: 'purchase-approval' | 'overage-approval';
  readonly role: string;
  readonly unit: string;
  readonly amount: bigint;
  /** Minor units; null: it is about credits. */
  readonly price: bigint | null;
}

/**
 * The draft of a write, if nobody's word is needed for it or the word was given; that is used up then.
 * Throws `ApprovalRequired`.
 */
export function withApproval(
  account: Account,
  command: EngineCommand,
  context: Context,
  draft: Draft,
): Draft {
  const need = needOf(account, command, draft, context);
  if (need === null) return draft;
  const about = aboutOf(command);
  const asked = account.requests.waiting.find(
    (request) => request.about === about && isInTime(request, context.at),
  );
  if (asked?.state !== 'approved') throw required(command, account, need, about, asked, context);
  return { ...draft, facts: { ...draft.facts, answers: { request: asked.name, outcome: 'used' } } };
}

function isInTime({ until }: Waiting, at: Instant): boolean {
  return until === null || at < until;
}

function needOf(
  account: Account,
  command: EngineCommand,
  draft: Draft,
  context: Context,
): Need | null {
  const { approvals } = account.terms;
  if (approvals === null) return null;
  if (command.do === 'purchase' || command.do === 'acceptQuote') {
    return approvals.purchase === null
      ? null
      : purchaseNeed(account, bought(account, command, draft, context), approvals.purchase);
  }
  return approvals.overage === null
    ? null
    : overageNeed(account, draft, approvals.overage, context);
}

/** Of a hold, the room that it reserves is overage to come. */
function overageNeed(
  account: Account,
  { facts }: Draft,
  { above, role }: { readonly above: string; readonly role: string },
  { at, units }: Context,
): Need | null {
  if (isObserved(account, at)) return null;
  const unit = mainUnit(units);
  const more = (facts.overage ?? [])
    .filter((part) => part.unit === unit)
    .reduce(
      (sum, part) => sum + part.amount,
      facts.hold?.unit === unit ? (facts.hold.room ?? 0n) : 0n,
    );
  // What a capture takes of its hold's room was agreed to with the hold.
  const reserved = facts.room?.unit === unit ? facts.room.amount : 0n;
  if (more <= reserved) return null;
  const amount = owedOf(account, unit) + reservedOf(account, unit) - reserved + more;
  const limit = parseParts(above, scaleOf(units, unit), 'terms.approvals.overage.above');
  return amount <= limit ? null : { kind: 'overage-approval', role, unit, amount, price: null };
}

type Bought = Pick<Need, 'unit' | 'amount'> & { readonly price: bigint };

function purchaseNeed(
  account: Account,
  bought: Bought,
  { above, role }: { readonly above: string; readonly role: string },
): Need | null {
  const limit = parseMoney(above, account.currency, 'terms.approvals.purchase.above');
  return bought.price <= limit ? null : { kind: 'purchase-approval', role, ...bought };
}

/** What a purchase brings at which price. Credits that a quote commits come with their term, and cost no less. */
function bought(
  { currency }: Account,
  command: AcceptQuoteCommand | PurchaseCommand,
  { facts, moves }: Draft,
  { units }: Context,
): Bought {
  if (command.do === 'acceptQuote') {
    const { unit, credits, price } = command.quote;
    return {
      unit,
      amount: parseParts(credits, scaleOf(units, unit), 'quote.credits'),
      price: parseMoney(price, currency, 'quote.price'),
    };
  }
  const money = parseMoney(command.price.amount, currency, 'price');
  // What is left of older blocks was the account's before.
  const amount = moves.reduce(
    (sum, move) => (move.from === 'issued' ? sum + move.amount : sum - move.amount),
    0n,
  );
  return { unit: facts.opens?.[0]?.unit ?? mainUnit(units), amount, price: money };
}

/** What was stated, so that a word for one write is none for another. */
function aboutOf({ do: what, input }: EngineCommand): string {
  return digest(JSON.stringify([what, input]));
}

function required(
  { key }: EngineCommand,
  account: Account,
  { kind, role, unit, amount, price }: Need,
  about: string,
  asked: Waiting | undefined,
  context: Context,
): ApprovalRequired {
  const until = addBounded(
    context.at,
    durationOf(account.terms.approvals?.expires ?? 'P7D'),
    account.timeZone,
  );
  const refusal = new ApprovalRequired({
    request: asked?.name ?? requestKey(key),
    state: asked?.state === 'declined' ? 'declined' : 'open',
    role,
    unit,
    amount: formatParts(amount, scaleOf(context.units, unit)),
    ...(price !== null && { price: formatMoney(price, account.currency) }),
  });
  if (asked === undefined) openings.set(refusal, { kind, unit, amount, price, until, role, about });
  return refusal;
}

const openings = new WeakMap<ApprovalRequired, RequestOpening>();

/** The request that this refusal sets off; null: there is one already. */
export function openingAfter(refusal: ApprovalRequired): RequestOpening | null {
  return openings.get(refusal) ?? null;
}

/** Requests for approval that nobody answered in time. */
export const lapses: Source = (account) => {
  const first = pendingOf(account.requests).lapsing;
  if (first === null) return null;
  const { name, until } = first;
  return {
    at: until,
    bring: () => ({
      key: `${RESERVED_KEYS}lapse/${until}/${name}`,
      draft: {
        kind: 'lapse',
        occurred: until,
        moves: [],
        facts: { answers: { request: name, outcome: 'lapsed' } },
      },
    }),
  };
};
