// What a report about all that ever was needs of an account, so that no old journal is read for it:
// balances of the general ledger, what each contract brought in and earned by period, and since when
// overage waits for its invoice. Minor units.

import { asWritten } from '../account/codec.ts';
import type { JsonObject } from '../account/operation.ts';
import type { PolicyKind } from '../terms/policies.ts';
import { ACCOUNT_KEYS, type AccountKey, type Posting } from './posting.ts';

/** What was sold once, of one kind, from its sale until now. */
export interface ContractHistory {
  readonly contract: string;
  readonly kind: PolicyKind | null;
  /** Period in which it was sold. */
  readonly cohort: string;
  /** Sold, given and modified; usage beyond its billing counts too. */
  booked: bigint;
  /** Basis that came from other contracts, less what went to them. */
  transferred: bigint;
  /** What left unearned: refunded, voided, or released to pay overage. */
  returned: bigint;
  /** Earned in a period, by the period that it belongs to and the one in which it was posted. */
  readonly earned: Map<string, bigint>;
}

/** What a posting does to a contract; null: nothing that its liability knows of. */
const PART: Readonly<Partial<Record<Posting['cause'], readonly [Part, 1n | -1n]>>> = {
  billed: ['booked', 1n],
  goodwill: ['booked', 1n],
  concession: ['booked', 1n],
  modification: ['booked', 1n],
  netting: ['booked', 1n],
  rolledIn: ['transferred', 1n],
  rolledOut: ['transferred', -1n],
  refunded: ['returned', 1n],
  voided: ['returned', 1n],
  settled: ['returned', 1n],
  usage: ['earned', 1n],
  ratable: ['earned', 1n],
  breakage: ['earned', 1n],
};

type Part = 'booked' | 'transferred' | 'returned' | 'earned';

/** Key of what is earned: both periods, one name where they are the same. */
export function earnedKey(origin: string, period: string): string {
  return origin === period ? period : `${origin} ${period}`;
}

/** Origin and posting period of such a key. */
export function earnedPeriods(key: string): readonly [origin: string, period: string] {
  const [origin = '', period = origin] = key.split(' ');
  return [origin, period];
}

/** One account's past, as far as reports need it. It is changed in place. */
export class History {
  readonly #balances: Record<AccountKey, bigint>;
  readonly #contracts: Map<string, ContractHistory>;
  /** By origin, the oldest first: what is unbilled still. */
  readonly #unbilled: [period: string, amount: bigint][];

  constructor(
    balances: Partial<Record<AccountKey, bigint>> = {},
    contracts: readonly ContractHistory[] = [],
    unbilled: readonly (readonly [string, bigint])[] = [],
  ) {
    const zero = Object.fromEntries(ACCOUNT_KEYS.map((key) => [key, 0n]));
    this.#balances = { ...(zero as Record<AccountKey, bigint>), ...balances };
    this.#contracts = new Map(contracts.map((one) => [keyOf(one.contract, one.kind), one]));
    this.#unbilled = unbilled.map(([period, amount]) => [period, amount]);
  }

  /** Debit less credit of each account of the general ledger, to date. */
  get balances(): Readonly<Record<AccountKey, bigint>> {
    return this.#balances;
  }

  /** All contracts, in the order of their first posting. */
  contracts(): Iterable<ContractHistory> {
    return this.#contracts.values();
  }

  /** What is unbilled still, by the period in which it was used; the oldest first. */
  get unbilled(): readonly (readonly [period: string, amount: bigint])[] {
    return this.#unbilled;
  }

  /** Another one like this, which changes on its own. */
  copy(): History {
    const contracts = [...this.#contracts.values()];
    return new History(
      this.#balances,
      contracts.map((one) => ({ ...one, earned: new Map(one.earned) })),
      this.#unbilled,
    );
  }

  add(posting: Posting): void {
    const { cause, debit, credit, amount } = posting;
    if (debit !== null) this.#balances[debit] += amount;
    if (credit !== null) this.#balances[credit] -= amount;
    // What credits pay of overage leaves as overage; `settled` and `released` only say at what price.
    if (cause === 'overage' || cause === 'netting') wait(this.#unbilled, posting.origin, amount);
    else if (cause === 'invoiced') wait(this.#unbilled, posting.origin, -amount);
    const part = PART[cause];
    if (part === undefined) return;
    const contract = this.#contractOf(posting);
    const [name, sign] = part;
    if (name !== 'earned') {
      contract[name] += sign * amount;
      return;
    }
    const key = earnedKey(posting.origin, posting.period);
    contract.earned.set(key, (contract.earned.get(key) ?? 0n) + amount);
  }

  #contractOf({ item }: Posting): ContractHistory {
    const key = keyOf(item.contract, item.kind);
    const known = this.#contracts.get(key);
    if (known !== undefined) return known;
    const { contract, kind, cohort } = item;
    const fresh: ContractHistory = {
      ...{ contract, kind, cohort, booked: 0n, transferred: 0n, returned: 0n },
      earned: new Map(),
    };
    this.#contracts.set(key, fresh);
    return fresh;
  }

  toJSON(): JsonObject {
    const texts = Object.entries(this.#balances).filter(([, amount]) => amount !== 0n);
    return {
      balances: Object.fromEntries(texts.map(([key, amount]) => [key, amount.toString()])),
      contracts: [...this.#contracts.values()].map((one) => [
        ...[one.contract, one.kind, one.cohort],
        ...[one.booked, one.transferred, one.returned].map(String),
        Object.fromEntries([...one.earned].map(([key, amount]) => [key, amount.toString()])),
      ]),
      unbilled: this.#unbilled.map(([period, amount]) => [period, amount.toString()]),
    };
  }

  /** What `toJSON` gave. */
  static read(json: JsonObject): History {
    const { balances, contracts, unbilled } = asWritten<HistoryJson>(json);
    return new History(
      Object.fromEntries(Object.entries(balances).map(([key, text]) => [key, BigInt(text)])),
      contracts.map(([contract, kind, cohort, booked, transferred, returned, earned]) => ({
        ...{ contract, kind, cohort },
        booked: BigInt(booked),
        transferred: BigInt(transferred),
        returned: BigInt(returned),
        earned: new Map(Object.entries(earned).map(([key, text]) => [key, BigInt(text)])),
      })),
      unbilled.map(([period, text]) => [period, BigInt(text)]),
    );
  }
}

interface HistoryJson {
  readonly balances: Readonly<Record<string, string>>;
  readonly contracts: readonly (readonly [
    ...[contract: string, kind: PolicyKind | null, cohort: string],
    ...[booked: string, transferred: string, returned: string],
    earned: Readonly<Record<string, string>>,
  ])[];
  readonly unbilled: readonly (readonly [string, string])[];
}

/** What waits to be invoiced, by origin, the oldest first. */
export type Waiting = [period: string, amount: bigint][];

/** What is used waits at the end; what is invoiced, paid or undone was the oldest. In the order of recording. */
export function wait(waiting: Waiting, period: string, amount: bigint): void {
  let left = amount;
  while (left < 0n) {
    const first = waiting[0];
    if (first === undefined) break;
    left += first[1];
    if (left > 0n) first[1] = left;
    else waiting.shift();
    if (left > 0n) return;
  }
  if (left === 0n) return;
  const at = waiting.findLastIndex(([known]) => known <= period);
  const last = waiting[at];
  if (last?.[0] === period) last[1] += left;
  else waiting.splice(at + 1, 0, [period, left]);
}

function keyOf(contract: string, kind: string | null): string {
  return `${kind ?? ''} ${contract}`;
}
