// An account as a checkpoint, and back. A checkpoint may change what an answer costs, never what it
// is: amounts are decimal text, so that it survives a unit that is given more places. Sums over blocks
// stand in it, so that an account is known without those that are over.

import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { readTermsJson, type TermsJson, termsJson } from '../terms/terms.ts';
import type { Account, PinSince, UnitTotals } from './account.ts';
import { blockOf } from './account.ts';
import { type PartText, readRows, writeRows } from './checkpoint-rows.ts';
import type { Scope } from './codec.ts';
import { emptyAccount } from './empty.ts';
import type { PartKind } from './missing.ts';
import type { Json } from './operation.ts';
import { allInOrder } from './order.ts';
import { readParts, writeParts } from './parts.ts';
import { Register } from './register.ts';
import { comingEnds, notYetEffective, withRegister } from './supply.ts';
import { upcomingFree } from './upcoming.ts';

/** A checkpoint in the form that storages keep. */
export interface CheckpointText {
  readonly number: number;
  readonly hash: string;
  readonly body: string;
  readonly parts: readonly PartText[];
}

interface AccountJson {
  readonly timeZone: string;
  readonly currency: string;
  readonly opened: number;
  readonly recorded: number;
  readonly terms: TermsJson;
  readonly pins: readonly PinSince[];
  readonly owedMoney: string;
  readonly lastLoss: number | null;
  /** How many parts there are, the closed ones included. */
  readonly counts: { readonly [kind in PartKind]: number };
  readonly totals: readonly (readonly [unit: string, ...amounts: string[]])[];
  readonly parts: { readonly [name: string]: Json };
}

/** The checkpoint of an account; with `since`, only the rows of what changed after that one. */
export function writeCheckpoint(
  account: Account,
  since: Account | null,
  units: Units,
): CheckpointText {
  const { blocks, holds, reversals, debts, currency } = account;
  const unitOf = (block: number): string => blockOf(account, block).unit;
  const scope: Scope = { units, currency, unitOf };
  const head: AccountJson = {
    timeZone: account.timeZone,
    currency,
    opened: account.opened,
    recorded: account.recorded,
    terms: termsJson(account.terms),
    pins: account.pins,
    owedMoney: String(account.owedMoney),
    lastLoss: account.lastLoss,
    counts: {
      block: blocks.nextNumber - 1,
      hold: holds.nextNumber - 1,
      reversal: reversals.nextNumber - 1,
      debt: (debts.register?.nextNumber ?? 1) - 1,
    },
    totals: [...account.totals].map(([unit, sums]) => writeTotals(unit, sums, units)),
    parts: writeParts(account, scope),
  };
  const parts = writeRows(account, since, scope);
  return { number: account.number, hash: account.hash, body: JSON.stringify(head), parts };
}

/**
 * The account that a checkpoint stands for. Parts that were left behind stay there until they are asked
 * for; all that are open must be among those that came.
 */
export function readCheckpoint(id: string, checkpoint: CheckpointText, units: Units): Account {
  const { number } = checkpoint;
  const head = JSON.parse(checkpoint.body) as AccountJson;
  const { counts, currency } = head;
  const loaded = readRows(checkpoint.parts, { units, currency });
  const of = <T extends { readonly number: number; readonly name: string }>(
    kind: PartKind,
    items: readonly T[],
  ): Register<T> => Register.left<T>(kind, counts[kind], number).supplied(items);
  const blocks = of('block', loaded.blocks);
  const unitOf = (block: number): string => blocks.byNumber(block)?.unit ?? '';
  const parts = readParts(head.parts, { units, currency, unitOf });
  const account: Account = {
    ...emptyAccount({
      id,
      timeZone: head.timeZone,
      currency,
      opened: head.opened,
      terms: readTermsJson(head.terms),
      pins: head.pins,
    }),
    number,
    hash: checkpoint.hash,
    recorded: head.recorded,
    blocks,
    holds: of('hold', loaded.holds),
    reversals: of('reversal', loaded.reversals),
    totals: new Map(head.totals.map((sums) => [sums[0], readTotals(sums, units)])),
    lastLoss: head.lastLoss,
    owedMoney: BigInt(head.owedMoney),
    ...parts,
    debts: counts.debt === 0 ? parts.debts : withRegister(parts.debts, of('debt', loaded.debts)),
  };
  return {
    ...account,
    order: allInOrder(account),
    upcoming: notYetEffective(account, account.blocks.present()),
    upcomingFree: upcomingFree(account, account.blocks.present()),
    ends: comingEnds(account, account.blocks.present(), account.holds.present()),
  };
}

function writeTotals(
  unit: string,
  { granted, free, held, frozen, basis }: UnitTotals,
  units: Units,
): AccountJson['totals'][number] {
  const scale = scaleOf(units, unit);
  const amounts = [granted, free, held, frozen].map((amount) => formatParts(amount, scale));
  return [unit, ...amounts, String(basis)];
}

function readTotals(
  [unit, granted, free, held, frozen, basis]: AccountJson['totals'][number],
  units: Units,
): UnitTotals {
  const parse = (text = '0'): bigint => parseParts(text, scaleOf(units, unit), 'checkpoint');
  return {
    granted: parse(granted),
    free: parse(free),
    held: parse(held),
    frozen: parse(frozen),
    basis: BigInt(basis ?? '0'),
  };
}
