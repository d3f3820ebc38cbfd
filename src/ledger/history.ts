// An account's journal for callers, and the derivation of it anew.

import { type Account, blockOf, holdOf } from '../account/account.ts';
import { chain, digest, unseal } from '../account/canonical.ts';
import { type CheckpointText, writeCheckpoint } from '../account/checkpoint.ts';
import { evolve } from '../account/evolve.ts';
import { brokenInvariant } from '../account/invariants.ts';
import type { Operation } from '../account/operation.ts';
import { StorageUnavailable } from '../errors.ts';
import { Recomputation } from '../insight/recompute.ts';
import { moneyProblem } from '../insight/recompute-money.ts';
import { toDecimal } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Storage, StoredOperation } from '../storage/port.ts';
import type { HistoryEntry, Verification } from './answers.ts';
import { journal } from './journal.ts';
import { restore } from './loading.ts';
import { publishedCards } from './publishing.ts';
import type { Metadata } from './stated-inputs.ts';

/** The journal's operations with the account after each. */
export async function* folds(
  storage: Storage,
  account: string,
  units: Units,
): AsyncGenerator<{
  readonly operation: Operation;
  readonly before: Account | null;
  readonly after: Account;
}> {
  let before: Account | null = null;
  for await (const stored of journal(storage, account)) {
    const operation = unseal(before, stored, units);
    const after = evolve(before, operation);
    yield { operation, before, after };
    before = after;
  }
}

/** One operation for callers; `account` is any account at or after it. */
export function entryOf(operation: Operation, account: Account, units: Units): HistoryEntry {
  return {
    number: operation.number,
    key: operation.key,
    kind: operation.kind,
    occurredAt: new Date(operation.occurred),
    recordedAt: new Date(operation.recorded),
    input: operation.input,
    moves: operation.moves.map(({ block, from, to, amount, hold }) => {
      const { name, unit } = blockOf(account, block);
      return {
        block: name,
        unit,
        from,
        to,
        amount: toDecimal(amount, scaleOf(units, unit)),
        hold: hold === undefined ? null : holdOf(account, hold).name,
      };
    }),
    metadata: operation.metadata === null ? null : (JSON.parse(operation.metadata) as Metadata),
    hash: operation.hash,
  };
}

/**
 * Derives the account anew, line by line: numbers without gaps, each hash out of the one before, time
 * that never runs back, each key once, moves that its kind makes out of credits that are there, charges
 * that are what was burned and what the published card gives, money that follows from what was stated
 * and from the account before, reversals of no more than was used, and the rules of `docs/domain.md §9`; at
 * last, that the stored checkpoint says the same in every part. Names the first line that is wrong.
 *
 * A journal whose tail was cut, or that was replaced whole, is consistent in itself: hold its head
 * against one that was kept outside.
 */
export async function verifyAccount(
  storage: Storage,
  id: string,
  units: Units,
  catalogue: string,
): Promise<Verification | null> {
  let before: Account | null = null;
  const keys = new Set<string>();
  let recomputation: Recomputation | null = null;
  for await (const stored of journal(storage, id)) {
    const expected: number = (before?.number ?? 0) + 1;
    const wrong = (problem: string): Verification => ({
      ok: false,
      account: id,
      number: expected,
      problem,
    });
    try {
      const problem = outerProblem(before, stored, id);
      if (problem !== null) return wrong(problem);
      const operation = unseal(before, stored, units);
      const after: Account = evolve(before, operation);
      if (keys.has(operation.key)) return wrong(`the key "${operation.key}" is used a second time`);
      keys.add(operation.key);
      if (operation.facts.rated !== undefined && recomputation === null) {
        const published = await publishedCards(storage, catalogue);
        recomputation = new Recomputation(
          published.map(({ card }) => card),
          units,
        );
      }
      const broken =
        brokenInvariant(after, operation) ??
        moneyProblem(operation, before, units) ??
        recomputation?.problem(operation, before) ??
        (await overReversed(storage, after, operation, units));
      if (broken !== null) return wrong(broken);
      before = after;
    } catch (error) {
      // Where the storage can't answer, nothing is known to be wrong with the line.
      if (error instanceof StorageUnavailable) throw error;
      return wrong(error instanceof Error ? error.message : String(error));
    }
  }
  if (before === null) return null;
  const problem = await checkpointProblem(storage, before, units);
  if (problem !== null) return { ok: false, account: id, number: before.number, problem };
  return { ok: true, account: id, operations: before.number, head: before.hash };
}

function outerProblem(before: Account | null, stored: StoredOperation, id: string): string | null {
  const expected = (before?.number ?? 0) + 1;
  if (stored.account !== id) return `belongs to account "${stored.account}"`;
  if (stored.number !== expected) return `operation ${expected} is missing`;
  if (before !== null && stored.recorded < before.recorded)
    return 'was recorded before the one before it';
  if (chain(before?.hash ?? '', stored, stored.body) !== stored.hash) {
    return 'the hash does not fit: this line, or the hash before it, was changed';
  }
  const input: unknown = Reflect.get(JSON.parse(stored.body) as object, 'input');
  const stated: unknown =
    typeof input === 'object' && input !== null ? Reflect.get(input, 'metadata') : undefined;
  if (stored.metadata !== null && digest(stored.metadata) !== stated) {
    return 'the metadata is not the one that was recorded';
  }
  return null;
}

/** A checkpoint may be behind, but never different: with the operations after it, it gives the same account. */
async function checkpointProblem(
  storage: Storage,
  derived: Account,
  units: Units,
): Promise<string | null> {
  const stored = await storage.load(derived.id);
  if (stored === null) return 'the account is gone';
  try {
    const { account } = restore(derived.id, stored, units);
    if (account === null) return 'the account is gone';
    // Somebody may have written meanwhile: only what was verified is compared.
    if (account.number !== derived.number) return null;
    return difference(writeCheckpoint(derived, null, units), writeCheckpoint(account, null, units));
  } catch (error) {
    return `the checkpoint can't be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The first part of two checkpoints that isn't the same. */
function difference(derived: CheckpointText, stored: CheckpointText): string | null {
  const texts = new Map(stored.parts.map(({ kind, id, body }) => [`${kind} ${id}`, sorted(body)]));
  for (const { kind, id, body } of derived.parts) {
    if (texts.get(`${kind} ${id}`) !== sorted(body)) {
      return `the checkpoint of ${kind} ${id} differs from its journal`;
    }
    texts.delete(`${kind} ${id}`);
  }
  const [extra] = texts.keys();
  if (extra !== undefined) return `the checkpoint has a ${extra} that its journal has not`;
  if (stored.hash !== derived.hash) return 'the checkpoint has another hash than its journal';
  return sorted(stored.body) === sorted(derived.body)
    ? null
    : "the checkpoint of the account's own fields differs from its journal";
}

/** JSON with the fields of its object in order: which way an object was made is no difference. */
function sorted(body: string): string {
  const json: unknown = JSON.parse(body);
  return JSON.stringify(Object.entries(json ?? {}).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** No usage is undone further than it went, block by block. */
async function overReversed(
  storage: Storage,
  after: Account,
  operation: Operation,
  units: Units,
): Promise<string | null> {
  const { reverses } = operation.facts;
  if (reverses === undefined) return null;
  const [stored] = await storage.find(after.id, [reverses.key]);
  if (stored?.number !== reverses.number)
    return `reverses "${reverses.key}", which is no such operation`;
  const burned = new Map<number, bigint>();
  for (const { block, to, amount } of unseal(after, stored, units).moves) {
    if (to === 'burned') burned.set(block, (burned.get(block) ?? 0n) + amount);
  }
  for (const [block, undone] of after.reversals.byName(String(reverses.number))?.amounts ?? []) {
    if (undone > (burned.get(block) ?? 0n))
      return `reverses more of "${reverses.key}" than was burned`;
  }
  return null;
}
