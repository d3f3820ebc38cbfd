// What an operation did to a contract, in sentences: the figures of a renewal and where the next
// commitment comes from, a change of plan, a block that was frozen.

import { type Account, blockOf } from '../account/account.ts';
import type { Review } from '../account/commitment.ts';
import type { Operation } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

/** Sentences about the contract; none where the operation had nothing to do with it. */
export function contractSentences(
  { facts, input }: Operation,
  { before, after }: { readonly before: Account | null; readonly after: Account },
  units: Units,
): string[] {
  const { renewal, begins, plan, freezes = [], thaws = [], dispute } = facts;
  const names = (changes: readonly { readonly block: number }[]): string =>
    changes.map(({ block }) => `"${blockOf(after, block).name}"`).join(', ');
  const sentences: string[] = [];
  if (renewal !== undefined) {
    const source = typeof input['decision'] === 'object' ? 'an override' : ruleOf(before ?? after);
    sentences.push(...renewed(renewal, source, before ?? after, units));
  }
  if (begins?.term != null) {
    const { n, starts, ends } = begins.term;
    sentences.push(`Term ${n} began: ${formatInstant(starts)} to ${formatInstant(ends)}.`);
  } else if (begins !== undefined) sentences.push('No other term follows.');
  if (plan !== undefined) {
    const when = plan.state === 'done' ? 'acted at' : 'waits until';
    sentences.push(`The change of plan (${plan.change}) ${when} ${formatInstant(plan.at)}.`);
  }
  for (const becomes of ['convert', 'forfeit', 'freeze'] as const) {
    const blocks = plan?.blocks.filter((block) => block.becomes === becomes) ?? [];
    if (blocks.length > 0) sentences.push(`The plan says ${becomes} for ${names(blocks)}.`);
  }
  if (dispute !== undefined) {
    sentences.push(`The dispute of ${names([dispute])} is ${dispute.state}.`);
  }
  if (freezes.length > 0) sentences.push(`Frozen from then on: ${names(freezes)}.`);
  if (thaws.length > 0) {
    const then =
      dispute?.state === 'lost'
        ? 'what is left is voided'
        : 'an end moves on by the time it waited';
    sentences.push(`Frozen no longer: ${names(thaws)}; ${then}.`);
  }
  return sentences;
}

/** Where the next commitment comes from, unless somebody said otherwise. */
function ruleOf({ contract, terms }: Account): string {
  if (contract.restated) return 'the change of plan';
  return `the rule "${terms.commitment?.renewal.rule ?? 'none'}" and the terms`;
}

function renewed(review: Review, source: string, account: Account, units: Units): string[] {
  const { term, unit, figures, next, lines, state, by, reason } = review;
  const text = (parts: bigint, of: string): string => formatParts(parts, scaleOf(units, of));
  const money = (minor: bigint): string =>
    `${formatMoney(minor, account.currency)} ${account.currency}`;
  const told = (['committed', 'used', 'overage', 'rolledIn', 'rolledOut', 'expired'] as const).map(
    (name) => `${name} ${text(figures[name], unit)}`,
  );
  const decided = by === null ? '' : ` ${by} decided so${reason === null ? '' : `: ${reason}`}.`;
  const invoice = lines.map(
    (line) => `${line.type} ${text(line.units, line.unit)} for ${money(line.money)}`,
  );
  return [
    `Of term ${term.n} (${formatInstant(term.starts)} to ${formatInstant(term.ends)}) in ${unit}: ${told.join(', ')}.`,
    `By ${source} the next commitment ${state === 'proposed' ? 'would be' : 'is'} ${text(next.amount, next.unit)} ${next.unit} for ${money(next.price)}.${decided}`,
    invoice.length === 0 ? 'Nothing is invoiced.' : `Invoiced: ${invoice.join('; ')}.`,
  ];
}
