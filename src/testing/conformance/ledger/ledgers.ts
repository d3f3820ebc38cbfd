// Ledgers over a target, each as another process would have it, and what every case asks of them.

import { AccountBusy, type InvalidInput, Refusal } from '../../../errors.ts';
import type { Receipt } from '../../../ledger/answers.ts';
import type { Ledger, LedgerSettings } from '../../../ledger/api.ts';
import { createLedger } from '../../../ledger/create-ledger.ts';
import type { Head, Storage } from '../../../storage/port.ts';
import { type Clock, createClock } from '../../clock.ts';
import { ConformanceFailure, must, mustEqual } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceTarget } from '../target.ts';

/** What the kit's ledgers declare. */
export interface KitCatalogue {
  readonly units: { readonly credit: { readonly scale: 0 }; readonly gram: { readonly scale: 12 } };
}

/** A ledger of the kit's. */
export type KitLedger = Ledger<KitCatalogue>;

/** When the cases begin: a moment before a month ends somewhere. */
export const START: string = '2026-01-31T10:00:00.123Z';

/** A ledger over this storage. Its clock stands at `START` where none is given. */
export function ledgerOver(storage: Storage, settings: LedgerSettings = {}): Promise<KitLedger> {
  return createLedger({
    storage,
    units: { credit: { scale: 0 }, gram: { scale: 12 } },
    clock: createClock(START).now,
    deadlineMs: 30_000,
    ...settings,
  });
}

/** A ledger as another process would have it: with a storage of its own on the target's database. */
export async function ledgerOn(
  target: ConformanceTarget,
  settings: LedgerSettings = {},
): Promise<KitLedger> {
  return ledgerOver(await ready(target), settings);
}

/** Two ledgers on one database. */
export async function twoLedgers(
  target: ConformanceTarget,
  settings: LedgerSettings = {},
): Promise<readonly [KitLedger, KitLedger]> {
  return [await ledgerOn(target, settings), await ledgerOn(target, settings)];
}

/** One of the two, in turns. */
export function nth(ledgers: readonly [KitLedger, KitLedger], index: number): KitLedger {
  return ledgers[index % 2 === 0 ? 0 : 1];
}

/** Opens an account with so many credits, which never end where nothing else is said. */
export async function fund(
  ledger: KitLedger,
  account: string,
  amount: string,
  expiresAt: string | null = null,
): Promise<void> {
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount, key: 'grant', expiresAt });
}

/** Credits that can be spent and credits that are held, as text. */
export async function balanceOf(ledger: KitLedger, account: string): Promise<[string, string]> {
  const { available, held } = await ledger.balance({ account });
  return [available.toFixed(), held.toFixed()];
}

/** The keys of the account's journal as it lies in the database. */
export async function keysOn(target: ConformanceTarget, account: string): Promise<string[]> {
  return (await target.raw.operations(account)).map(({ key }) => key);
}

/** What must be the same for everybody who was answered with this operation. */
export function essence({ number, hash, charged, split, due, kind, key }: Receipt): unknown {
  return {
    number,
    hash,
    kind,
    key,
    charged: charged.toFixed(),
    split: split.map(({ block, unit, amount }) => [block, unit, amount.toFixed()]),
    due: due === null ? null : [due.amount.toFixed(), due.currency],
  };
}

/** Every account's head. */
export async function headsOf(storage: Storage): Promise<Head[]> {
  return (await storage.heads(null, 10_000)).sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** Fails unless the call is refused with this code; gives the refusal. */
export async function mustRefuse(
  call: () => Promise<unknown>,
  code: Refusal['code'],
  promise: string,
): Promise<Refusal> {
  const error = await call().then(
    () => null,
    (thrown: unknown) => thrown,
  );
  must(error instanceof Refusal, `${promise}: a refusal, not ${shownError(error)}`);
  mustEqual(error.code, code, promise);
  return error;
}

/** Fails unless the account's journal derives to what is stored of it. */
export async function mustVerify(ledger: KitLedger, account: string): Promise<void> {
  const found = await ledger.verify({ account });
  must(found.ok, `the journal of ${JSON.stringify(account)} verifies: ${JSON.stringify(found)}`);
}

/** True where somebody else had the account for too long. */
export function isBusy(error: unknown): boolean {
  return error instanceof AccountBusy && error.outcome === 'not-applied';
}

/** An error in the words of a failure. */
export function shownError(error: unknown): string {
  return error instanceof Error ? `${error.name} (${error.message})` : String(error);
}

/** Tries until it holds; fails after five seconds. */
export async function eventually(holds: () => Promise<boolean>, promise: string): Promise<void> {
  for (const began = performance.now(); performance.now() - began < 5_000; ) {
    if (await holds()) return;
    await pause(10);
  }
  throw new ConformanceFailure(`in the end, ${promise}`);
}

/** Lets so many milliseconds pass. */
export function pause(ms: number): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), ms));
}

/** A clock that shows `START`. */
export function startClock(): Clock {
  return createClock(START);
}

/** The field that an input was refused for. */
export function fieldOf(refusal: Refusal): string {
  return 'field' in refusal ? String((refusal as InvalidInput).field) : '';
}
