// A purchase: the block that was paid for, the bonus that came with it, what else the price bought,
// and how it is invoiced (`docs/domain.md §4`). What of that only books ask about is in its facts.

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';
import type { Billing } from '../account/finance.ts';
import type { Draft, Move } from '../account/operation.ts';
import { formatDuration } from '../calendar/duration.ts';
import type { Instant } from '../calendar/instant.ts';
import { addDuration } from '../calendar/zone.ts';
import { InvalidInput } from '../errors.ts';
import { formatMoney } from '../quantity/money.ts';
import type { Context, PurchaseCommand, StatedBilling, StatedBlock } from './command.ts';
import { checkFresh, conflict, endOf, issue, opening } from './grant.ts';
import { checkPool, type Pooled, takePool } from './pooling.ts';
import { splitPrice } from './price-split.ts';
import {
  amountAbove,
  beforeUnknown,
  checkBasis,
  checkTotal,
  moneyOf,
  occurredOf,
  unitOf,
} from './stated.ts';

/** Most instalments of one price. */
const MAX_INSTALMENTS = 10_000n;

/** A purchase on its own. */
const NOTHING: Pooled = { amount: 0n, moves: [], rolls: [] };

/**
 * One paid block, and one bonus block where the purchase is a bundle. Bonus credits that are sold
 * with paid ones share the price, so that burning them first earns revenue too (10,000 + 1,000 for
 * 90.00: 81.82 and 8.18).
 */
export function decidePurchase(
  account: Account,
  command: PurchaseCommand,
  context: Context,
): Draft {
  const { bonus } = command;
  const name = command.block ?? command.key;
  const bonusName = bonus?.block ?? `${name}/bonus`;
  const areFresh = (): void => {
    checkFresh(account, name, command.key, 'block');
    if (bonus === null) return;
    if (bonusName === name) throw conflict(command.key, 'bonus.block', bonusName);
    checkFresh(account, bonusName, command.key, 'bonus.block');
  };
  const unit = beforeUnknown(areFresh, () => unitOf(command.unit, context));
  const amount = amountAbove(command.amount, unit, context);
  const paid = moneyOf(command.price, account, 'price');
  const { pool } = command;
  const conceded = pool?.concession ?? null;
  const concession = conceded === null ? 0n : moneyOf(conceded, account, 'pool.concession');
  checkBasis(account, paid + concession, 'price.amount');
  const occurred = occurredOf(command, context);
  const effective = command.effectiveAt ?? occurred;
  const extra = bonus === null ? 0n : amountAbove(bonus.amount, unit, context, 'bonus.amount');
  checkTotal(account, unit, amount + extra);
  const [kind, bonusKind] = [command.kind ?? 'purchased', bonus?.kind ?? 'promotional'] as const;
  const sold = [{ name, kind, amount, finance: command.finance }];
  if (bonus !== null) {
    sold.push({ name: bonusName, kind: bonusKind, amount: extra, finance: bonus.finance });
  }
  const { blocks, shares } = splitPrice(
    paid,
    { unit, blocks: sold, fxRate: command.fxRate },
    command.with,
    account,
    context,
  );
  const [basis = paid, bonusBasis = 0n] = blocks;
  const block = opening(command, context, {
    number: account.blocks.nextNumber,
    name,
    unit,
    kind,
    basis: basis + concession,
    effective,
    expires: endOf(command, effective, account, 'expiresIn'),
    field: 'expiresAt',
  });
  const opens = [block];
  if (pool !== null) checkPool(account, pool, unit);
  const gifts: Move[] = [];
  if (bonus !== null) {
    const second = bonusOf(command, bonus, block, account, context, {
      name: bonusName,
      kind: bonusKind,
      basis: bonusBasis,
    });
    opens.push(second);
    gifts.push(issue(second, extra));
  }
  const billing = billingOf(command.billing, paid, occurred, account);
  checkRate(account, command, paid + concession, context);
  // What can't be read goes before a name that is used (`docs/errors.md`), so names are looked at last.
  areFresh();
  const {
    amount: left,
    moves,
    rolls,
  } = pool === null ? NOTHING : takePool(account, pool, block.number, context);
  return {
    kind: 'purchase',
    occurred,
    moves: [...moves, issue(block, amount + left), ...gifts],
    facts: {
      opens,
      ...(rolls.length > 0 && { rolls }),
      ...(concession > 0n && { concession }),
      ...(shares !== null && { shares }),
      ...(billing !== null && { billing }),
      ...(command.fxRate !== null && { fxRate: command.fxRate }),
    },
  };
}

/** What the books are told of a bonus: a price alone that the purchase states is its own, too. */
function pricedAs(
  sold: StatedBlock['finance'],
  bonus: StatedBlock['finance'],
): StatedBlock['finance'] {
  if (sold?.listPrice === undefined || bonus?.listPrice !== undefined) return bonus;
  return { ...bonus, listPrice: sold.listPrice };
}

/** The bonus: what it doesn't state of its time, its priority, its scope and its rollover is as the purchase's. */
function bonusOf(
  command: PurchaseCommand,
  bonus: StatedBlock,
  block: BlockOpening,
  account: Account,
  context: Context,
  fixed: Pick<BlockOpening, 'name' | 'kind' | 'basis'>,
): BlockOpening {
  const effective = bonus.effectiveAt ?? block.effective;
  const ends = bonus.expiresAt !== null || bonus.expiresIn !== null;
  return opening(
    {
      priority: bonus.priority ?? command.priority,
      features: bonus.features ?? command.features,
      rollover: bonus.rollover === undefined ? command.rollover : bonus.rollover,
      finance: pricedAs(command.finance, bonus.finance),
    },
    context,
    {
      ...fixed,
      number: block.number + 1,
      unit: block.unit,
      effective,
      expires: endOf(
        ends ? bonus : command,
        ends ? effective : block.effective,
        account,
        ends ? 'bonus.expiresIn' : 'expiresIn',
      ),
      field: 'bonus.expiresAt',
    },
  );
}

/** Refuses money that the book could never read: it is of another currency, and only the sale knows the rate of its day. */
function checkRate(
  { currency }: Account,
  { fxRate }: PurchaseCommand,
  money: bigint,
  { book }: Context,
): void {
  const own = book?.currency ?? currency;
  if (own === currency || fxRate !== null || money === 0n) return;
  throw new InvalidInput({
    field: 'fxRate',
    expected: `the ${own} of one ${currency} on the day of receipt: the book is kept in ${own}`,
    found: 'nothing',
  });
}

/** Instalments until the price is reached; null: it is invoiced at once. Throws `InvalidInput`. */
function billingOf(
  stated: StatedBilling | null,
  price: bigint,
  occurred: Instant,
  account: Account,
): Billing | null {
  if (stated === null) return null;
  const amount = moneyOf(stated.amount, account, 'billing.amount');
  const most = formatMoney(price, account.currency);
  if (amount === 0n || amount > price) {
    throw new InvalidInput({
      field: 'billing.amount.amount',
      expected: `more than 0, and at most the price of ${most}`,
      found: stated.amount.amount,
    });
  }
  const instalments = (price + amount - 1n) / amount;
  if (instalments > MAX_INSTALMENTS) {
    throw new InvalidInput({
      field: 'billing.amount.amount',
      expected: `at most ${MAX_INSTALMENTS} instalments of the price of ${most}`,
      found: `${instalments}`,
    });
  }
  const starts = stated.starts ?? occurred;
  // The last one must have a date, too.
  const { every } = stated;
  addDuration(starts, every, account.timeZone, Number(instalments) - 1, 'billing.every');
  return { every: formatDuration(every), amount, starts };
}
