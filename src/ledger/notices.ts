// What the world is told of an operation. Notices are written in the same append as the operation that
// caused them, so neither is ever there without the other; who hears them, and when, is for others to know.

import type { Account } from '../account/account.ts';
import { blockOf } from '../account/account.ts';
import type { Review } from '../account/commitment.ts';
import type { JsonObject, Operation, RequestAnswer, RequestOpening } from '../account/operation.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { NewNotice } from '../storage/port.ts';

/** Notices for whoever wants to hear of accounts. */
export const NEWS = 'news';
/** Requests for a payment, for whoever has a payment port. */
export const CHARGES = 'charges';

/** What a notice tells of. More may come; a handler passes over what it doesn't know. */
export type NoticeType =
  | 'alert.fired'
  | 'request.opened'
  | 'request.paid'
  | 'request.failed'
  | 'request.approved'
  | 'request.declined'
  | 'request.lapsed'
  | 'renewal.proposed'
  | 'renewal.accepted';

/** A notice without its place. */
interface Told {
  readonly queue: string;
  readonly kind: NoticeType | 'charge';
  readonly data: JsonObject;
}

/** The notices of these operations; `account` is the one that they lead to. */
export function noticesOf(
  operations: readonly Operation[],
  account: Account,
  units: Units,
): NewNotice[] {
  // Most operations tell of nothing, and this is on the way of each.
  return operations.filter(tells).flatMap((operation) =>
    toldOf(operation, account, units).map(({ queue, kind, data }, index) => ({
      number: operation.number,
      position: index + 1,
      queue,
      kind,
      body: JSON.stringify(data),
    })),
  );
}

function tells({ facts }: Operation): boolean {
  const { alerts, request, answers, renewal } = facts;
  return (alerts ?? request ?? answers ?? renewal) !== undefined;
}

function toldOf(operation: Operation, account: Account, units: Units): readonly Told[] {
  const { request, answers, renewal } = operation.facts;
  const told: Told[] = [];
  const news = (kind: NoticeType, data: JsonObject): void => {
    told.push({ queue: NEWS, kind, data });
  };
  if (renewal !== undefined) {
    news(`renewal.${renewal.state}`, renewalData(renewal, account.currency, units));
  }
  for (const data of alertData(operation, account)) news('alert.fired', data);
  if (answers !== undefined && answers.outcome !== 'used') {
    news(`request.${answers.outcome}`, answerData(answers, operation));
  }
  if (request !== undefined) {
    const data = requestData(request, operation, account.currency, units);
    news('request.opened', data);
    if (request.price !== null && request.role === undefined) {
      told.push({ queue: CHARGES, kind: 'charge', data });
    }
  }
  return told;
}

/** `alert` is the name that a receipt has; the rest is what it is made of. */
function alertData({ facts }: Operation, account: Account): readonly JsonObject[] {
  const told = [...(facts.alerts?.told ?? [])];
  return (facts.alerts?.fired ?? []).map((alert) => {
    const colon = alert.indexOf(':');
    const what = colon < 0 ? alert : alert.slice(0, colon);
    const of = colon < 0 ? null : alert.slice(colon + 1);
    if (what !== 'expiry') return { alert, what, of };
    const at = told.findIndex(([, before]) => before === of);
    const [found] = at < 0 ? [] : told.splice(at, 1);
    if (found === undefined) return { alert, what, of };
    const { name, expires } = blockOf(account, found[0]);
    return { alert, what, of, block: name, expiresAt: expires === null ? null : iso(expires) };
  });
}

function requestData(
  request: RequestOpening,
  operation: Operation,
  currency: string,
  units: Units,
): JsonObject {
  const { name, kind, unit, amount, price, until, role } = request;
  return {
    request: name ?? operation.key,
    kind,
    unit,
    amount: formatParts(amount, scaleOf(units, unit)),
    price: price === null ? null : { amount: formatMoney(price, currency), currency },
    until: until === null ? null : iso(until),
    role: role ?? null,
  };
}

function answerData({ request, retryAt }: RequestAnswer, { input }: Operation): JsonObject {
  const by = input['by'];
  return {
    request,
    by: typeof by === 'string' ? by : null,
    retryAt: retryAt === undefined || retryAt === null ? null : iso(retryAt),
  };
}

function renewalData(review: Review, currency: string, units: Units): JsonObject {
  const { term, unit, figures, next, lines, by } = review;
  const figure = (name: keyof Review['figures']): string =>
    formatParts(figures[name], scaleOf(units, unit));
  return {
    term: { n: term.n, starts: iso(term.starts), ends: iso(term.ends) },
    unit,
    committed: figure('committed'),
    used: figure('used'),
    rolledIn: figure('rolledIn'),
    rolledOut: figure('rolledOut'),
    expired: figure('expired'),
    overage: figure('overage'),
    nextCommitment: formatParts(next.amount, scaleOf(units, next.unit)),
    price: { amount: formatMoney(next.price, currency), currency },
    lines: lines.map((line) => ({
      type: line.type,
      units: formatParts(line.units, scaleOf(units, line.unit)),
      amount: { amount: formatMoney(line.money, currency), currency },
    })),
    by,
  };
}

function iso(instant: number): string {
  return new Date(instant).toISOString();
}
