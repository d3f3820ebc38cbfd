// The parts of an account beside its blocks and holds, in one list.

import type { Account } from './account.ts';
import { type Alarms, alerts } from './alerts.ts';
import type { Scope } from './codec.ts';
import { type Contract, contract } from './contract.ts';
import { type Debts, debts } from './debts.ts';
import { type Drawn, drawn } from './drawn.ts';
import type { Json, Operation } from './operation.ts';
import type { Part } from './part.ts';
import { type PastRollover, pastRollover } from './past-rollover.ts';
import { type Pool, pool } from './pool.ts';
import { type Portions, portions } from './portions.ts';
import { type Rated, rated } from './rated.ts';
import { type Requests, requests } from './requests.ts';
import { type Sold, sold } from './sold.ts';

/** What an account remembers for its terms. */
export interface Parts {
  readonly debts: Debts;
  readonly contract: Contract;
  readonly pastRollover: PastRollover;
  readonly pool: Pool;
  readonly portions: Portions;
  readonly rated: Rated;
  readonly drawn: Drawn;
  readonly alerts: Alarms;
  readonly requests: Requests;
  readonly sold: Sold;
}

type Name = keyof Parts;

const PARTS: { readonly [K in Name]: Part<Parts[K]> } = {
  debts,
  contract,
  pastRollover,
  pool,
  portions,
  rated,
  drawn,
  alerts,
  requests,
  sold,
};

const NAMES = Object.keys(PARTS) as readonly Name[];

function gather(make: <K extends Name>(name: K, part: Part<Parts[K]>) => Parts[K]): Parts {
  const made: { -readonly [K in Name]?: Parts[K] } = {};
  const set = <K extends Name>(name: K): void => {
    made[name] = make(name, PARTS[name]);
  };
  for (const name of NAMES) set(name);
  return made as Parts;
}

/** The parts of an account that has done nothing yet. */
export const NO_PARTS: Parts = gather((_, part) => part.empty);

/** Puts what an operation changes of the parts into `after`. Each of them sees the others as they were; most operations change none or one. */
export function evolveParts(
  operation: Operation,
  before: Account,
  after: Omit<Account, Name> & { -readonly [K in Name]: Account[K] },
): void {
  // One by one and not by name: each write comes through here, and most parts see at a glance that
  // it doesn't concern them.
  const next: Parts = {
    debts: debts.evolve(before.debts, operation, before, after),
    contract: contract.evolve(before.contract, operation, before, after),
    pastRollover: pastRollover.evolve(before.pastRollover, operation, before, after),
    pool: pool.evolve(before.pool, operation, before, after),
    portions: portions.evolve(before.portions, operation, before, after),
    rated: rated.evolve(before.rated, operation, before, after),
    drawn: drawn.evolve(before.drawn, operation, before, after),
    alerts: alerts.evolve(before.alerts, operation, before, after),
    requests: requests.evolve(before.requests, operation, before, after),
    sold: sold.evolve(before.sold, operation, before, after),
  };
  after.debts = next.debts;
  after.contract = next.contract;
  after.pastRollover = next.pastRollover;
  after.pool = next.pool;
  after.portions = next.portions;
  after.rated = next.rated;
  after.drawn = next.drawn;
  after.alerts = next.alerts;
  after.requests = next.requests;
  after.sold = next.sold;
}

/** The parts as a checkpoint keeps them; what is as it was at the opening is left out. */
export function writeParts(account: Account, scope: Scope): { readonly [name: string]: Json } {
  const json: Record<string, Json> = {};
  const write = <K extends Name>(name: K): void => {
    const part: Part<Parts[K]> = PARTS[name];
    const state: Parts[K] = account[name];
    if (state !== part.empty) json[name] = part.write(state, scope);
  };
  for (const name of NAMES) write(name);
  return json;
}

/** The parts out of a checkpoint. */
export function readParts(json: { readonly [name: string]: Json }, scope: Scope): Parts {
  return gather((name, part) => {
    const kept = json[name];
    return kept === undefined ? part.empty : part.read(kept, scope);
  });
}
