// What of an operation concerns the usage's own credits, and the debts that voids left: overage has its
// own books.

import type { Operation } from './operation.ts';

/** What a reversal takes back of what the usage itself burned; what paid its overage later is the debt's to know. */
export function unburned({ moves, facts }: Operation): Map<number, bigint> {
  const back = new Map<number, bigint>();
  for (const { block, from, amount } of moves) {
    if (from === 'burned') back.set(block, (back.get(block) ?? 0n) + amount);
  }
  for (const { settled } of facts.undoes ?? []) {
    for (const { block, amount } of settled) back.set(block, (back.get(block) ?? 0n) - amount);
  }
  for (const [block, amount] of back) if (amount === 0n) back.delete(block);
  return back;
}

/** Of the money that a settlement or reversal is about: what concerns the debts that voids left, and not overage. */
export function voidMoneyOf({ facts }: Operation): bigint {
  let money = facts.due ?? 0n;
  for (const part of [...(facts.pays ?? []), ...(facts.undoes ?? [])]) money -= part.money;
  return money;
}
