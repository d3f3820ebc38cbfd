// The rows of a checkpoint: each block, hold, usage that was undone, and debt by itself, with amounts
// as decimal text. Each can be read without the others.

import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { Account, Hold, Reversal } from './account.ts';
import { type Block, openBlock, remaining } from './block.ts';
import type { Scope } from './codec.ts';
import type { Debt } from './debt.ts';
import { readDebt, writeDebt } from './debts-checkpoint.ts';
import type { PartKind } from './missing.ts';
import type { Register } from './register.ts';

/** A row of a checkpoint. */
export interface PartText {
  readonly kind: PartKind;
  readonly id: number;
  /** What it is called within its kind. */
  readonly name: string;
  /** False once nothing is left of it; it needn't be in memory then. */
  readonly open: boolean;
  readonly body: string;
}

/** Parts of an account, read. */
export interface Loaded {
  readonly blocks: readonly Block[];
  readonly holds: readonly Hold[];
  readonly reversals: readonly Reversal[];
  readonly debts: readonly Debt[];
}

const MONEYS = ['basis', 'refundedMoney', 'voidedMoney', 'rolledMoney'] as const;

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

type Written = (typeof AMOUNTS)[number] | (typeof MONEYS)[number];

/** What is zero or null stays out: an account may have very many blocks, and most of most is nothing. */
type BlockJson = Pick<Block, 'number' | 'name' | 'unit' | 'kind' | 'effective' | 'priority'> &
  Partial<Omit<Block, Written>> & { readonly [K in Written]?: string };

const NOTHING = openBlock({
  ...{ number: 0, name: '', unit: '', kind: 'purchased', basis: 0n, effective: 0, expires: null },
  ...{ priority: 0, features: null },
});

type HoldJson = Omit<Hold, 'amount' | 'parts'> & {
  readonly amount: string;
  readonly parts: readonly (readonly [number, string])[];
};

interface ReversalJson {
  readonly number: number;
  readonly name: string;
  readonly amounts: readonly (readonly [block: number, unit: string, amount: string])[];
}

/** The rows of what changed since an account that they were written for; null: of everything that is in memory. */
export function writeRows(account: Account, since: Account | null, scope: Scope): PartText[] {
  const rows: PartText[] = [];
  const put = <T extends { readonly number: number; readonly name: string }>(
    kind: PartKind,
    { now, before }: { now: Register<T> | null; before: Register<T> | null | undefined },
    isOpen: (item: T) => boolean,
    write: (item: T) => object,
  ): void => {
    for (const item of now === null ? [] : changed(now, before ?? null)) {
      const { number: id, name } = item;
      rows.push({ kind, id, name, open: isOpen(item), body: JSON.stringify(write(item)) });
    }
  };
  const { units } = scope;
  put(
    'block',
    { now: account.blocks, before: since?.blocks },
    (block) => remaining(block) > 0n,
    (block) => writeBlock(block, units),
  );
  put(
    'hold',
    { now: account.holds, before: since?.holds },
    (hold) => hold.ended === null,
    (hold) => writeHold(hold, units),
  );
  put(
    'reversal',
    { now: account.reversals, before: since?.reversals },
    () => false,
    (reversal) => writeReversal(reversal, units),
  );
  put(
    'debt',
    { now: account.debts.register, before: since?.debts.register },
    (debt) => debt.open > 0n,
    (debt) => writeDebt(debt, scope),
  );
  return rows;
}

function* changed<T extends { readonly number: number; readonly name: string }>(
  now: Register<T>,
  before: Register<T> | null,
): Generator<T> {
  if (before === null) yield* now.present();
  else for (const [, item] of now.items.changedSince(before.items)) yield item;
}

function writeBlock(block: Block, units: Units): object {
  const scale = scaleOf(units, block.unit);
  const json: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(block)) {
    // A block that is said to roll nothing over is another than one of which nothing is said.
    if (value === 0n || (value === null && name !== 'rollover')) continue;
    json[name] = value;
  }
  for (const name of AMOUNTS) if (block[name] !== 0n) json[name] = formatParts(block[name], scale);
  for (const name of MONEYS) if (block[name] !== 0n) json[name] = String(block[name]);
  return json;
}

// A hold is in one unit, and so are the blocks that it has something in.
function writeHold(hold: Hold, units: Units): HoldJson {
  const scale = scaleOf(units, hold.unit);
  return {
    ...hold,
    amount: formatParts(hold.amount, scale),
    parts: hold.parts.map(({ block, amount }) => [block, formatParts(amount, scale)]),
  };
}

function writeReversal({ number, name, amounts, units: unitOf }: Reversal, units: Units): object {
  const json: ReversalJson = {
    number,
    name,
    amounts: [...amounts].map(([block, amount]) => {
      const unit = unitOf.get(block) ?? '';
      return [block, unit, formatParts(amount, scaleOf(units, unit))];
    }),
  };
  return json;
}

/** Rows as what they stand for, in the order of their numbers. */
export function readRows(
  rows: readonly PartText[],
  { units, currency }: Omit<Scope, 'unitOf'>,
): Loaded {
  const sorted = rows.toSorted((a, b) => a.id - b.id);
  const jsons = <T>(kind: PartKind): T[] =>
    sorted.filter((row) => row.kind === kind).map((row) => JSON.parse(row.body) as T);
  return {
    blocks: jsons<BlockJson>('block').map((json) => readBlock(json, units)),
    holds: jsons<HoldJson>('hold').map((json) => readHold(json, units)),
    reversals: jsons<ReversalJson>('reversal').map((json) => readReversal(json, units)),
    debts: jsons<object>('debt').map((json) => readDebt(json, { units, currency })),
  };
}

function readBlock(json: BlockJson, units: Units): Block {
  const scale = scaleOf(units, json.unit);
  const plain: Omit<BlockJson, Written> = json;
  const block: { -readonly [K in keyof Block]: Block[K] } = { ...NOTHING, ...plain };
  for (const name of AMOUNTS) block[name] = parseParts(json[name] ?? '0', scale, 'checkpoint');
  for (const name of MONEYS) block[name] = BigInt(json[name] ?? 0);
  return block;
}

function readHold(json: HoldJson, units: Units): Hold {
  const scale = scaleOf(units, json.unit);
  return {
    ...json,
    amount: parseParts(json.amount, scale, 'checkpoint'),
    parts: json.parts.map(([block, amount]) => ({
      block,
      amount: parseParts(amount, scale, 'checkpoint'),
    })),
  };
}

function readReversal({ number, name, amounts }: ReversalJson, units: Units): Reversal {
  const parse = (unit: string, text: string): bigint =>
    parseParts(text, scaleOf(units, unit), 'checkpoint');
  return {
    number,
    name,
    amounts: new Map(amounts.map(([block, unit, text]) => [block, parse(unit, text)])),
    units: new Map(amounts.map(([block, unit]) => [block, unit])),
  };
}
