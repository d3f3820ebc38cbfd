// What limits had to do with an operation, in sentences: caps that counted it, alerts that it set off,
// requests that it made or answered.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { waitingNamed } from '../account/requests.ts';
import { formatInstant } from '../calendar/instant.ts';
import { countingCaps } from '../operations/cap.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

/** The sentences for an operation, out of the account before and after it; none where no limit had to do with it. */
export function controlSentences(
  operation: Operation,
  before: Account | null,
  after: Account,
  units: Units,
): string[] {
  const { facts } = operation;
  const sentences: string[] = [];
  for (const { cap, unit, used, limit } of countingCaps(operation, after, units)) {
    const text = (parts: bigint): string => formatParts(parts, scaleOf(units, unit));
    sentences.push(
      `Cap "${cap}" counts it: ${text(used)} of ${text(limit)} ${unit} are drawn in its period.`,
    );
  }
  const fired = facts.alerts?.fired ?? [];
  if (fired.length > 0)
    sentences.push(`It set off ${fired.map((name) => `"${name}"`).join(', ')}.`);
  if (facts.request !== undefined) sentences.push(requested(operation, after, units));
  if (facts.answers !== undefined) sentences.push(answered(operation, before));
  return sentences;
}

function requested({ facts, key }: Operation, { currency }: Account, units: Units): string {
  const { request } = facts;
  if (request === undefined) return '';
  const { name = key, kind, unit, amount, price, role } = request;
  const what = `${formatParts(amount, scaleOf(units, unit))} ${unit}`;
  const money = price === null ? '' : ` for ${formatMoney(price, currency)} ${currency}`;
  const who = role === undefined ? 'a payment' : `the word of ${role}`;
  return `It asks for ${who}: request "${name}" (${kind}) of ${what}${money}.`;
}

function answered({ facts }: Operation, before: Account | null): string {
  const { request = '', outcome, retryAt } = facts.answers ?? {};
  const asked = before === null ? undefined : waitingNamed(before, request);
  const since = asked === undefined ? '' : ` of ${formatInstant(asked.since)}`;
  const then =
    outcome !== 'failed'
      ? ''
      : retryAt === undefined || retryAt === null
        ? '; nobody tries again until somebody pays or the terms change'
        : `; it is tried again at ${formatInstant(retryAt)}`;
  return `Request "${request}"${since} is ${outcome}${then}.`;
}
