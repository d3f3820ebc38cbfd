// Work on an account of which not all is in memory: what it turns out to need is fetched, and it begins
// again. Decisions are pure, so that beginning again costs time and nothing else.

import type { Account } from '../account/account.ts';
import { unseal } from '../account/canonical.ts';
import { evolve } from '../account/evolve.ts';
import { PartMissing, type Wanted } from '../account/missing.ts';
import { type PartPlace, peekPart, supplied } from '../account/supply.ts';
import { InvariantBroken } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { Units } from '../quantity/units.ts';
import type { PartsWanted, Storage, StoredOperation } from '../storage/port.ts';

/** Where parts come from: the storage, or a transaction of the caller's. */
export type PartSource = Pick<Storage, 'parts'>;

/** Interruptions of one piece of work, after which all parts of the kind are fetched at once. */
const PATIENCE = 6;

/** What becomes of work on an account, the account with what it needed, and what that was. */
export interface Supplied<T> {
  readonly account: Account;
  readonly value: T;
  readonly fetched: readonly PartPlace[];
}

/**
 * What `work` makes of the account. `hints` are parts that it may need as well, fetched along with the
 * first that is missing. Null where the account's checkpoint was replaced since: whoever asks loads the
 * account anew.
 */
export async function withParts<T>(
  account: Account,
  work: (account: Account) => T,
  { source, units }: { readonly source: PartSource; readonly units: Units },
  hints: () => readonly Wanted[] = () => [],
): Promise<Supplied<T> | null> {
  let current = account;
  const fetched: PartPlace[] = [];
  for (let misses = 1; ; misses += 1) {
    try {
      return { account: current, value: work(current), fetched };
    } catch (error) {
      if (!(error instanceof PartMissing)) throw error;
      if (misses > 2 * PATIENCE)
        throw new InvariantBroken(`account "${account.id}": ${error.message}`);
      const { wanted, base } = error;
      const asked: readonly Wanted[] =
        misses > PATIENCE
          ? [{ kind: wanted.kind, all: true }]
          : [wanted, ...(misses === 1 ? hints() : [])];
      const rows = await source.parts(current.id, base, wantedOf(asked));
      if (rows === null) return null;
      for (const { kind, id } of rows) {
        if (peekPart(current, { kind, id }) === undefined) fetched.push({ kind, id });
      }
      current = supplied(current, rows, asked, units);
    }
  }
}

/**
 * The account after the operations of its journal that follow it. Null where parts of it can't be had any
 * more, as with `withParts`.
 */
export async function followed(
  before: Account | null,
  operations: readonly StoredOperation[],
  from: { readonly source: PartSource; readonly units: Units },
): Promise<Account | null> {
  let account = before;
  for (const operation of operations) {
    if (account === null) account = fold(null, operation, from.units);
    else {
      const next = await withParts(account, (known) => fold(known, operation, from.units), from);
      if (next === null) return null;
      account = next.value;
    }
  }
  return account;
}

/** Operation of a journal, read on top of the account before it. Throws `PartMissing`. */
export function fold(account: Account | null, stored: StoredOperation, units: Units): Account {
  return evolve(account, unseal(account, stored, units));
}

/** What commands name, and what they did where they are repeated: parts that deciding them may need. */
export function partsOf(
  commands: readonly EngineCommand[],
  found: ReadonlyMap<string, StoredOperation>,
): Wanted[] {
  const wanted: Wanted[] = commands.flatMap((command) => {
    const names = new Set([command.key]);
    for (const field of ['block', 'hold'] as const) {
      const name: unknown = Reflect.get(command, field);
      if (typeof name === 'string') names.add(name);
    }
    const all = [...names];
    return [
      ...all.map((name): Wanted => ({ kind: 'block', name })),
      ...all.map((name): Wanted => ({ kind: 'hold', name })),
    ];
  });
  for (const { number, body } of found.values()) {
    const { moves } = JSON.parse(body) as { readonly moves: readonly (readonly [number])[] };
    wanted.push({ kind: 'reversal', name: String(number) });
    for (const [id] of moves) wanted.push({ kind: 'block', id });
  }
  return wanted;
}

function wantedOf(asked: readonly Wanted[]): PartsWanted[] {
  return (['block', 'hold', 'reversal', 'debt'] as const).flatMap((kind) => {
    const some = asked.filter((want) => want.kind === kind);
    if (some.length === 0) return [];
    const isAll = some.some((want) => 'all' in want);
    const ids = some.flatMap((want) => ('id' in want ? [want.id] : []));
    const names = some.flatMap((want) => ('name' in want ? [want.name] : []));
    return [{ kind, ids: isAll ? null : ids, names }];
  });
}
