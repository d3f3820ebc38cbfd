// Computing again what was paid for blocks, and how a price was split over them.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { waitingNamed } from '../account/requests.ts';
import { formatInstant } from '../calendar/instant.ts';
import { split } from '../quantity/split.ts';
import { money, objectIn, stated } from './stated-money.ts';

/** A sentence where a sum isn't what it should be; null: it is. */
export type Say = (what: string, found: bigint, expected: bigint) => string | null;

/** What of a sale isn't what was stated: what was paid for the blocks that open, and how; null: all is. */
export function wrongSale(operation: Operation, before: Account, say: Say): string | null {
  const { opens = [], concession = 0n } = operation.facts;
  if (opens.length === 0) return null;
  const conceded = stated(objectIn(operation.input, 'pool'), 'concession', before);
  const issued = opens.map(({ number }) => boughtIn(number, operation));
  const paid = paidFor(operation, before);
  // By what it was split is for the book of then to say; that it was split so is not.
  const weights = operation.facts.shares?.map(({ weight }) => BigInt(weight)) ?? issued;
  // What rolls or is converted has its basis from where it was.
  const parts = paid === 0n ? weights.map(() => 0n) : split(paid, weights);
  for (const [at, { name, basis }] of opens.entries()) {
    const price = (parts[at] ?? 0n) + (at === 0 ? conceded : 0n);
    const problem = say(`the basis of "${name}"`, basis, price);
    if (problem !== null) return problem;
  }
  for (const [at, { to, money: share }] of (operation.facts.shares ?? []).entries()) {
    const problem = say(`the share of "${to}"`, share, parts[at] ?? 0n);
    if (problem !== null) return problem;
  }
  return say('what is conceded', concession, conceded) ?? wrongBilling(operation, before, say);
}

/** How it is invoiced, and at which rate its money was translated, is as it was said. */
function wrongBilling(
  { input, facts, occurred }: Operation,
  before: Account,
  say: Say,
): string | null {
  const said = objectIn(input, 'billing');
  const { amount = 0n, every = null } = facts.billing ?? {};
  const problem = say('an instalment', amount, stated(said, 'amount', before));
  if (problem !== null) return problem;
  const from = said['starts'] ?? formatInstant(occurred);
  const isOther = facts.billing !== undefined && formatInstant(facts.billing.starts) !== from;
  if (isOther || every !== (said['every'] ?? null))
    return 'is invoiced at other times than was said';
  return (facts.fxRate ?? null) === (input['fxRate'] ?? null)
    ? null
    : 'is translated at another rate than was said';
}

/** Credits that a block brings. What came into it with a deal was paid for before. */
function boughtIn(number: number, { moves, facts }: Operation): bigint {
  const pooled = new Set(facts.rolls?.flatMap(({ from, to }) => (to === number ? [from] : [])));
  return moves.reduce((sum, { block, from, to, amount }) => {
    if (block === number && from === 'issued') return sum + amount;
    return pooled.has(block) && to === 'rolled' ? sum - amount : sum;
  }, 0n);
}

function paidFor({ kind, facts, input }: Operation, before: Account): bigint {
  switch (kind) {
    case 'purchase':
      return stated(input, 'price', before);
    case 'acceptQuote':
      return money(objectIn(input, 'quote')['price'], before);
    case 'grant':
      return stated(input, 'basis', before);
    case 'commit':
    case 'renew':
      return facts.agreed?.price ?? 0n;
    case 'pay':
      return waitingNamed(before, facts.answers?.request ?? '')?.price ?? 0n;
    default:
      return 0n;
  }
}
