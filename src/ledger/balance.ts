// A balance for callers: what an account has at an instant, by unit and by block.

import { type Account, availableOf, blockOf, totalsOf, upcomingOf } from '../account/account.ts';
import { type Block, endOf, hasEnded, isFrozen, remaining } from '../account/block.ts';
import { owedOf } from '../account/debts.ts';
import type { Waiting } from '../account/requests.ts';
import type { SoldAccess } from '../account/sold.ts';
import type { Instant } from '../calendar/instant.ts';
import { type CapStanding, capsOf } from '../operations/cap.ts';
import { roomOf } from '../operations/overage.ts';
import { toDecimal } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { AccessBalance } from './access-answers.ts';
import type {
  Balance,
  BlockBalance,
  BlockState,
  CapBalance,
  OpenRequest,
  PinnedCard,
  UnitBalance,
} from './answers.ts';
import type { Catalogue } from './catalogue.ts';
import type { ListedBlocks } from './read-inputs.ts';
import { moneyOut } from './receipt.ts';
import { renewalOf } from './renewal.ts';

/** The balance of an account that is advanced to this instant, with these of its blocks. */
export function balanceOf<C extends Catalogue>(
  account: Account,
  at: Instant,
  units: Units,
  listed: ListedBlocks,
): Balance<C> {
  const byUnit = new Map<string, UnitBalance>();
  for (const unit of units.keys()) byUnit.set(unit, unitBalance(account, unit, at, units));
  const main = byUnit.get(mainUnit(units)) ?? unitBalance(account, mainUnit(units), at, units);
  return {
    account: account.id,
    at: new Date(at),
    number: account.number,
    ...main,
    units: Object.fromEntries(byUnit) as Balance<C>['units'],
    blocks: blocksOf(account, listed).map((block) => blockBalance(block, account, at, units)),
    owedMoney: moneyOut(account.owedMoney, account.currency),
    access: [...account.sold.accesses.values()].map((access) => accessBalance(access, account)),
    caps: capsOf(account, at, units).map((cap) => capBalance(cap, units)),
    requests: account.requests.waiting
      .filter(({ state }) => state === 'open')
      .map((request) => openRequest(request, account, units)),
    planChange: planChangeOf(account),
    renewal: renewalOf(account, units),
    rateCard: cardOf(account, at),
  };
}

function blocksOf(account: Account, listed: ListedBlocks): readonly Block[] {
  if (listed === 'none') return [];
  if (listed === 'all') return [...account.blocks].filter((block) => block.granted > 0n);
  const live = [...account.order.values()].flat().map((number) => blockOf(account, number));
  const left = new Map<string, bigint>();
  for (const block of live) left.set(block.unit, (left.get(block.unit) ?? 0n) + remaining(block));
  const isAll = [...account.totals].every(
    ([unit, { free, held }]) => free + held === (left.get(unit) ?? 0n),
  );
  // What is held whole or frozen has no place in the burn order.
  return isAll
    ? live.sort((a, b) => a.number - b.number)
    : [...account.blocks.present()].filter((block) => remaining(block) > 0n);
}

function cardOf({ pins, rated: { offer } }: Account, at: Instant): PinnedCard | null {
  const pin = pins.findLast(({ since }) => since <= at) ?? pins[0];
  if (pin === undefined) return null;
  const { rateCard: id, version } = pin;
  if (offer === null) return { id, version, offered: null };
  const { rateCard, movesAt, stays } = offer;
  const moves = movesAt === null ? null : new Date(movesAt);
  return { id, version, offered: { rateCard, version: offer.version, movesAt: moves, stays } };
}

function openRequest(request: Waiting, account: Account, units: Units): OpenRequest {
  const { name, kind, unit, amount, price, since, until } = request;
  return {
    request: name,
    kind,
    unit,
    amount: toDecimal(amount, scaleOf(units, unit)),
    price: price === null ? null : moneyOut(price, account.currency),
    since: new Date(since),
    until: until === null ? null : new Date(until),
  };
}

function accessBalance(
  { name, price, repaid, starts, ends }: SoldAccess,
  { currency }: Account,
): AccessBalance {
  return {
    access: name,
    price: moneyOut(price, currency),
    repaid: moneyOut(repaid, currency),
    starts: new Date(starts),
    ends: new Date(ends),
  };
}

function capBalance({ used, limit, until, ...cap }: CapStanding, units: Units): CapBalance {
  const scale = scaleOf(units, cap.unit);
  return {
    ...cap,
    limit: toDecimal(limit, scale),
    used: toDecimal(used, scale),
    left: toDecimal(limit > used ? limit - used : 0n, scale),
    until: until === null ? null : new Date(until),
  };
}

function planChangeOf({ contract: { pending } }: Account): Balance<Catalogue>['planChange'] {
  return pending === null ? null : { change: pending.change, actsAt: new Date(pending.at) };
}

function unitBalance(account: Account, unit: string, at: Instant, units: Units): UnitBalance {
  const scale = scaleOf(units, unit);
  const available = availableOf(account, unit, at);
  const { held, frozen } = totalsOf(account, unit);
  const room = roomOf(account, unit, at, units);
  return {
    posted: toDecimal(available + held, scale),
    held: toDecimal(held, scale),
    available: toDecimal(available, scale),
    upcoming: toDecimal(upcomingOf(account, unit, at), scale),
    frozen: toDecimal(frozen, scale),
    owed: toDecimal(owedOf(account, unit), scale),
    overageLeft: room === null ? null : toDecimal(room, scale),
  };
}

function blockBalance(block: Block, account: Account, at: Instant, units: Units): BlockBalance {
  const scale = scaleOf(units, block.unit);
  const end = endOf(block);
  return {
    block: block.name,
    unit: block.unit,
    kind: block.kind,
    state: stateOf(block, at),
    rolledFrom: block.lineage === undefined ? null : blockOf(account, block.lineage.from).name,
    granted: toDecimal(block.granted, scale),
    remaining: toDecimal(remaining(block), scale),
    held: toDecimal(block.held, scale),
    burned: toDecimal(block.burned, scale),
    expired: toDecimal(block.expired, scale),
    rolledOut: toDecimal(block.rolled, scale),
    refunded: toDecimal(block.refunded, scale),
    voided: toDecimal(block.voided, scale),
    basis: moneyOut(block.basis, account.currency),
    effectiveAt: new Date(block.effective),
    expiresAt: end === null ? null : new Date(end),
    priority: block.priority,
    features: block.features,
  };
}

function stateOf(block: Block, at: Instant): BlockState {
  if (block.closed !== null) return 'voided';
  if (hasEnded(block, at)) return block.rolledTo === null ? 'expired' : 'rolled';
  if (remaining(block) === 0n) return 'empty';
  if (isFrozen(block)) return 'frozen';
  return block.effective > at ? 'upcoming' : 'open';
}
