// The blocks of an account in burn order, kept from one operation to the next.

import { type Account, blockOf } from './account.ts';
import { type Block, endOf, isFrozen } from './block.ts';
import { type BurnOrder, burnOrder, placeIn } from './burn-order.ts';

const orders = new WeakMap<object, BurnOrder>();

/** The burn order of these terms, compiled once. */
export function orderOf(terms: Account['terms']): BurnOrder {
  const known = orders.get(terms);
  if (known !== undefined) return known;
  const made = burnOrder(terms.burnOrder, terms.rollover);
  orders.set(terms, made);
  return made;
}

/** Every block with free credits that isn't frozen, in burn order. */
export function allInOrder(account: Account): Account['order'] {
  const order = new Map<string, number[]>();
  const compare = orderOf(account.terms);
  const open = [...account.blocks.present()].filter(stands).sort(compare);
  for (const block of open) {
    const list = order.get(block.unit);
    if (list === undefined) order.set(block.unit, [block.number]);
    else list.push(block.number);
  }
  return order;
}

/** A block before and after an operation. */
export interface BlockChange {
  /** Undefined: the operation opened it. */
  readonly was: Block | undefined;
  readonly is: Block;
}

/** The order after some blocks changed. All that stood elsewhere leave first: the rest is in order then. */
export function reordered(
  before: Account,
  changed: Account,
  changes: readonly BlockChange[],
): Account['order'] {
  const entering: Block[] = [];
  let order = before.order;
  const put = (unit: string, list: readonly number[]): void => {
    order = new Map(order).set(unit, list);
  };
  for (const { was: old, is: block } of changes) {
    const stood = old !== undefined && stands(old);
    if (stood && stands(block) && !isElsewhere(old, block)) continue;
    if (stands(block)) entering.push(block);
    if (!stood) continue;
    const list = order.get(block.unit) ?? [];
    const find = (n: number): Block => blockOf(before, n);
    const compare = orderOf(changed.terms);
    put(block.unit, list.toSpliced(placeIn(list, old, compare, find), 1));
  }
  for (const block of entering) {
    const list = order.get(block.unit) ?? [];
    const find = (n: number): Block => blockOf(changed, n);
    const compare = orderOf(changed.terms);
    put(block.unit, list.toSpliced(placeIn(list, block, compare, find), 0, block.number));
  }
  return order;
}

function stands(block: Block): boolean {
  return block.free > 0n && !isFrozen(block);
}

/** Whether the order may see the two as different: by their end, or by what a credit of them costs. */
function isElsewhere(old: Block, block: Block): boolean {
  return endOf(old) !== endOf(block) || old.basis !== block.basis || old.granted !== block.granted;
}
