// How a price was divided, what became of older blocks that are one deal with a purchase, and how it
// is invoiced.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';
import { formatMoney } from '../quantity/money.ts';
import { formatParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';

/** Sentences about a sale; none where it was nothing but credits for a price. */
export function saleSentences(
  { kind, facts, moves }: Operation,
  after: Account,
  units: Units,
): string[] {
  const { shares = [], rolls = [], concession, billing } = facts;
  const sum = (minor: bigint): string => `${formatMoney(minor, after.currency)} ${after.currency}`;
  const sentences: string[] = [];
  if (shares.length > 0) {
    const parts = shares.map(({ to, weight, money }) => `${sum(money)} for "${to}" (${weight})`);
    sentences.push(
      `The price was divided by what each part costs alone and how much of it is expected to be used: ${parts.join(', ')}.`,
    );
  }
  for (const { from, to, basis } of kind === 'purchase' ? rolls : []) {
    const [old, deal] = [after.blocks.byNumber(from), after.blocks.byNumber(to)];
    const left = moves.find((move) => move.block === from)?.amount ?? 0n;
    if (old === undefined || deal === undefined) continue;
    const credits = `${formatParts(left, scaleOf(units, old.unit))} ${old.unit}`;
    sentences.push(
      `What was left of "${old.name}" is one deal with it: ${credits} are now in "${deal.name}", at a cost of ${sum(basis)}.`,
    );
  }
  if (concession !== undefined) {
    sentences.push(`${sum(concession)} were conceded for what had been used of them.`);
  }
  if (billing !== undefined) {
    const { every, amount, starts } = billing;
    sentences.push(
      `It is invoiced in instalments of ${sum(amount)} every ${every} from ${formatInstant(starts)}.`,
    );
  }
  return sentences;
}
