// An account as a checkpoint, and back. A checkpoint may change what an answer costs, never what it
// is: amounts are decimal text, so that it survives a unit that is given more places.

import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { readTermsJson, type TermsJson, termsJson } from '../terms/terms.ts';
import type { Account, End, Hold, PinSince, Reversal } from './account.ts';
import { blockOf } from './account.ts';
import { type Block, endOf, remaining } from './block.ts';
import { withDebts, writeDebt } from './debts-checkpoint.ts';
import { emptyAccount } from './empty.ts';
import { isDue } from './ends.ts';
import { finishRestored } from './evolve.ts';
import type { Json } from './operation.ts';
import { readParts, writeParts } from './parts.ts';
import { Register } from './register.ts';

/** A row of a checkpoint. */
export interface PartText {
  readonly kind: 'block' | 'hold' | 'reversal' | 'debt';
  readonly id: number;
  readonly open: boolean;
  readonly body: string;
}

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
  readonly parts: { readonly [name: string]: Json };
}

const AMOUNTS = [
  'granted',
  'free',
  'held',
  'burned',
  'expired',
  'rolled',
  'refunded',
  'voided',
  'expiredBeforeReopening',
  'cut',
] as const;

const MONEYS = ['basis', 'refundedMoney', 'voidedMoney', 'rolledMoney'] as const;

type Texts<K extends string> = { readonly [P in K]: string };

type BlockJson = Omit<Block, (typeof AMOUNTS)[number] | (typeof MONEYS)[number]> &
  Texts<(typeof AMOUNTS)[number] | (typeof MONEYS)[number]>;

type HoldJson = Omit<Hold, 'amount' | 'parts'> & {
  readonly amount: string;
  readonly parts: readonly (readonly [number, string])[];
};

interface ReversalJson {
  readonly number: number;
  readonly name: string;
  readonly amounts: readonly (readonly [number, string])[];
}

/** The checkpoint of an account; with `since`, only the parts that changed after that one. */
export function writeCheckpoint(
  account: Account,
  since: Account | null,
  units: Units,
): CheckpointText {
  const parts: PartText[] = [];
  const push = (kind: PartText['kind'], id: number, open: boolean, json: object): void => {
    parts.push({ kind, id, open, body: JSON.stringify(json) });
  };
  for (const block of changed(account.blocks, since?.blocks)) {
    push('block', block.number, remaining(block) > 0n, writeBlock(block, units));
  }
  for (const hold of changed(account.holds, since?.holds)) {
    push('hold', hold.number, hold.ended === null, writeHold(hold, account, units));
  }
  for (const reversal of changed(account.reversals, since?.reversals)) {
    push('reversal', reversal.number, false, writeReversal(reversal, account, units));
  }
  const scope = {
    units,
    currency: account.currency,
    unitOf: (block: number) => blockOf(account, block).unit,
  };
  const { register } = account.debts;
  if (register !== null) {
    for (const debt of changed(register, since?.debts.register ?? undefined)) {
      push('debt', debt.number, debt.open > 0n, writeDebt(debt, scope));
    }
  }
  const head: AccountJson = {
    timeZone: account.timeZone,
    currency: account.currency,
    opened: account.opened,
    recorded: account.recorded,
    terms: termsJson(account.terms),
    pins: account.pins,
    owedMoney: String(account.owedMoney),
    parts: writeParts(account, scope),
  };
  return { number: account.number, hash: account.hash, body: JSON.stringify(head), parts };
}

function* changed<T extends { readonly number: number; readonly name: string }>(
  now: Register<T>,
  before: Register<T> | undefined,
): Generator<T> {
  if (before === undefined) yield* now;
  else for (const [, item] of now.items.changedSince(before.items)) yield item;
}

function writeBlock(block: Block, units: Units): BlockJson {
  const scale = scaleOf(units, block.unit);
  const amounts = AMOUNTS.map((name) => [name, formatParts(block[name], scale)]);
  const moneys = MONEYS.map((name) => [name, String(block[name])]);
  return { ...block, ...Object.fromEntries([...amounts, ...moneys]) };
}

function writeHold(hold: Hold, account: Account, units: Units): HoldJson {
  return {
    ...hold,
    amount: formatParts(hold.amount, scaleOf(units, hold.unit)),
    parts: hold.parts.map(({ block, amount }) => [block, textOf(account, block, amount, units)]),
  };
}

function writeReversal(reversal: Reversal, account: Account, units: Units): ReversalJson {
  return {
    number: reversal.number,
    name: reversal.name,
    amounts: [...reversal.amounts].map(([block, amount]) => [
      block,
      textOf(account, block, amount, units),
    ]),
  };
}

function textOf(account: Account, block: number, amount: bigint, units: Units): string {
  return formatParts(amount, scaleOf(units, blockOf(account, block).unit));
}

/** The account that a whole checkpoint stands for. */
export function readCheckpoint(id: string, checkpoint: CheckpointText, units: Units): Account {
  const head = JSON.parse(checkpoint.body) as AccountJson;
  const sorted = checkpoint.parts.toSorted((a, b) => a.id - b.id);
  const jsons = <T>(kind: PartText['kind']): T[] =>
    sorted.filter((part) => part.kind === kind).map((part) => JSON.parse(part.body) as T);
  let blocks = Register.empty<Block>();
  for (const json of jsons<BlockJson>('block')) blocks = blocks.with(readBlock(json, units));
  const parse = (block: number, text: string): bigint =>
    parseParts(text, scaleOf(units, blocks.byNumber(block)?.unit ?? ''), 'checkpoint');
  let holds = Register.empty<Hold>();
  for (const json of jsons<HoldJson>('hold')) {
    holds = holds.with({
      ...json,
      amount: parseParts(json.amount, scaleOf(units, json.unit), 'checkpoint'),
      parts: json.parts.map(([block, amount]) => ({ block, amount: parse(block, amount) })),
    });
  }
  let reversals = Register.empty<Reversal>();
  for (const json of jsons<ReversalJson>('reversal')) {
    reversals = reversals.with({
      ...json,
      amounts: new Map(json.amounts.map(([block, amount]) => [block, parse(block, amount)])),
    });
  }
  const scope = {
    units,
    currency: head.currency,
    unitOf: (block: number) => blocks.byNumber(block)?.unit ?? '',
  };
  const parts = readParts(head.parts, scope);
  const account: Account = {
    ...emptyAccount({
      id,
      timeZone: head.timeZone,
      currency: head.currency,
      opened: head.opened,
      terms: readTermsJson(head.terms),
      pins: head.pins,
    }),
    number: checkpoint.number,
    hash: checkpoint.hash,
    recorded: head.recorded,
    blocks,
    holds,
    reversals,
    owedMoney: BigInt(head.owedMoney),
    ...parts,
    debts: withDebts(parts.debts, jsons<object>('debt'), scope),
  };
  return finishRestored(account, endsOf(account));
}

function readBlock(json: BlockJson, units: Units): Block {
  const scale = scaleOf(units, json.unit);
  const amounts = AMOUNTS.map((name) => [name, parseParts(json[name], scale, 'checkpoint')]);
  const moneys = MONEYS.map((name) => [name, BigInt(json[name])]);
  return { ...json, ...Object.fromEntries([...amounts, ...moneys]) };
}

/** What will still end: open holds, and blocks that have an end to come or credits to lose. */
function endsOf(account: Account): End[] {
  const ends: End[] = [];
  for (const hold of account.holds) {
    if (hold.ended === null && hold.expires !== null) {
      ends.push({ at: hold.expires, what: 'hold', number: hold.number });
    }
  }
  for (const block of account.blocks) {
    const at = endOf(block);
    if (at === null) continue;
    const end: End = { at, what: 'block', number: block.number };
    if (at > account.recorded || isDue(account, end)) ends.push(end);
  }
  return ends;
}
