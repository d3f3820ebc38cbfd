// What was sold for money and is delivered by time, and what was paid back for what was used. How much
// of it is earned is for books to say (`docs/access.md`).

import type { Instant } from '../calendar/instant.ts';
import type { ScheduleChange, ScheduleEvent } from '../terms/ratable.ts';
import type { Account } from './account.ts';
import { asJson, asWritten, moneyIn, moneyOut, type Scope } from './codec.ts';
import type { AccessSale, Repayment } from './finance.ts';
import type { Json, Operation } from './operation.ts';
import type { Part } from './part.ts';

/** Access that was sold, as it stands. Money in minor units. */
export interface SoldAccess {
  /** 1, 2, 3… within the account. */
  readonly number: number;
  readonly name: string;
  readonly starts: Instant;
  readonly ends: Instant;
  /** In all. */
  readonly price: bigint;
  /** Of it, what was paid back. */
  readonly repaid: bigint;
  /** Price and end that it was sold with. */
  readonly sold: { readonly price: bigint; readonly ends: Instant };
  /** In the order in which they happened. */
  readonly events: readonly ScheduleEvent[];
}

/** State of this part. */
export interface Sold {
  /** By name, in the order in which they were sold. */
  readonly accesses: ReadonlyMap<string, SoldAccess>;
  /** Prices of all of them together, minor units. */
  readonly total: bigint;
  /** By block: money that was paid back for credits that were used, minor units. */
  readonly used: ReadonlyMap<number, bigint>;
}

const EMPTY: Sold = { accesses: new Map(), total: 0n, used: new Map() };

function evolve(state: Sold, { kind, occurred, facts }: Operation): Sold {
  const { access, repays } = facts;
  let next = state;
  if (access !== undefined) {
    const old = next.accesses.get(access.name);
    const is =
      kind === 'access' || old === undefined ? opened(access) : changed(old, access, occurred);
    next = put(next, is, old);
  }
  for (const repayment of repays ?? []) next = repaid(next, repayment, occurred);
  return next;
}

function opened({ number, name, starts, ends, price }: AccessSale): SoldAccess {
  return { number, name, starts, ends, price, repaid: 0n, sold: { price, ends }, events: [] };
}

function changed(old: SoldAccess, { price, ends, method }: AccessSale, at: Instant): SoldAccess {
  const change: ScheduleChange = { at, price, ends, method: method ?? 'prospective' };
  return { ...old, price, ends, events: [...old.events, change] };
}

function put(state: Sold, access: SoldAccess, old: SoldAccess | undefined): Sold {
  return {
    ...state,
    accesses: new Map(state.accesses).set(access.name, access),
    total: state.total + access.price - (old?.price ?? 0n),
  };
}

function repaid(state: Sold, { of, number, money }: Repayment, at: Instant): Sold {
  if (of === 'used') {
    return { ...state, used: new Map(state.used).set(number, usedOf(state, number) + money) };
  }
  const old = accessOf(state, number);
  if (old === undefined) return state;
  const events = [...old.events, { at, money }];
  return put(state, { ...old, repaid: old.repaid + money, events }, old);
}

/** Money that was paid back for credits of a block that were used, minor units. */
export function usedOf({ used }: Sold, block: number): bigint {
  return used.get(block) ?? 0n;
}

/** The access with this number. */
export function accessOf({ accesses }: Sold, number: number): SoldAccess | undefined {
  for (const access of accesses.values()) if (access.number === number) return access;
  return undefined;
}

/** The first rule about what was sold that the account breaks after this operation, as a sentence; null: none. */
export function brokenSold({ sold: state, blocks }: Account, { facts }: Operation): string | null {
  const { access, repays = [] } = facts;
  if (access !== undefined) {
    const is = state.accesses.get(access.name);
    if (is?.number !== access.number) return `access "${access.name}" has another number`;
    if (is.ends <= is.starts) return `access "${access.name}" ends before it starts`;
    if (is.price < is.repaid) return `access "${access.name}" costs less than was paid back`;
  }
  for (const { of, number, money } of repays) {
    if (money <= 0n) return 'pays back nothing, or less';
    const is = of === 'access' ? accessOf(state, number) : undefined;
    const block = of === 'used' ? blocks.byNumber(number) : undefined;
    const [back, paid] =
      block === undefined
        ? [is?.repaid ?? money, is?.price ?? 0n]
        : [usedOf(state, number) + block.refundedMoney, block.basis];
    if (back > paid) return 'pays back more than was paid';
  }
  return null;
}

type EventJson = readonly [at: Instant, money: string, ends?: Instant, method?: string];

type AccessJson = Omit<SoldAccess, 'price' | 'repaid' | 'sold' | 'events'> & {
  readonly price: string;
  readonly repaid: string;
  readonly sold: readonly [price: string, ends: Instant];
  readonly events: readonly EventJson[];
};

interface SoldJson {
  readonly accesses: readonly AccessJson[];
  readonly used: readonly (readonly [block: number, money: string])[];
}

function write({ accesses, used }: Sold, scope: Scope): Json {
  const json: SoldJson = {
    accesses: [...accesses.values()].map((access) => ({
      ...access,
      price: moneyOut(access.price, scope),
      repaid: moneyOut(access.repaid, scope),
      sold: [moneyOut(access.sold.price, scope), access.sold.ends],
      events: access.events.map(
        (event): EventJson =>
          'money' in event
            ? [event.at, moneyOut(event.money, scope)]
            : [event.at, moneyOut(event.price, scope), event.ends, event.method],
      ),
    })),
    used: [...used].map(([block, money]) => [block, moneyOut(money, scope)]),
  };
  return asJson(json);
}

function read(json: Json, scope: Scope): Sold {
  const { accesses, used } = asWritten<SoldJson>(json);
  const all = accesses.map(
    ({ price, repaid: back, sold: [first, end], events, ...rest }): SoldAccess => ({
      ...rest,
      price: moneyIn(price, scope),
      repaid: moneyIn(back, scope),
      sold: { price: moneyIn(first, scope), ends: end },
      events: events.map(
        ([at, money, ends, method]): ScheduleEvent =>
          ends === undefined
            ? { at, money: moneyIn(money, scope) }
            : {
                ...{ at, price: moneyIn(money, scope), ends },
                method: method === 'catch-up' ? 'catch-up' : 'prospective',
              },
      ),
    }),
  );
  return {
    accesses: new Map(all.map((access) => [access.name, access])),
    total: all.reduce((sum, { price }) => sum + price, 0n),
    used: new Map(used.map(([block, money]) => [block, moneyIn(money, scope)])),
  };
}

export const sold: Part<Sold> = { empty: EMPTY, evolve, write, read };
