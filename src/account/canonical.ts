// The canonical form of an operation: the one text that is stored and hashed, written in a fixed
// order of fields, amounts as decimal text. The same operation gives the same bytes on every storage.

import { hash as hashOf } from 'node:crypto';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { type Account, blockOf } from './account.ts';
import type { Place } from './block.ts';
import type { Scope } from './codec.ts';
import { factsText, readFacts } from './facts.ts';
import { quoted } from './json-text.ts';
import type { Draft, JsonObject, Move, Operation, OperationKind } from './operation.ts';

/** Version of the form; part of what is hashed. */
const FORMAT = 'tallystick/1';

type MoveJson =
  | readonly [number, Place, Place, string]
  | readonly [number, Place, Place, string, number];

/** What stands around a body in the journal. */
export interface Envelope {
  readonly account: string;
  readonly number: number;
  readonly key: string;
  readonly kind: string;
  readonly occurred: number;
  readonly recorded: number;
}

/** Gives a draft its place in the journal, on top of `account` (null: it opens the account). */
export function seal(
  account: Account | null,
  draft: Draft,
  stated: {
    readonly account: string;
    readonly key: string;
    readonly recorded: number;
    readonly input: JsonObject;
    readonly metadata: string | null;
  },
  units: Units,
): Operation {
  const { account: id, key, recorded, input, metadata } = stated;
  const { kind, occurred, moves, facts } = draft;
  const number = (account?.number ?? 0) + 1;
  const body = bodyText(account, draft, input, units);
  const envelope: Envelope = { account: id, number, key, kind, occurred, recorded };
  const hash = chain(account?.hash ?? '', envelope, body);
  return {
    account: id,
    number,
    key,
    kind,
    occurred,
    recorded,
    input,
    moves,
    facts,
    metadata,
    body,
    hash,
  };
}

/** Hash of an operation: SHA-256 over the form's version, its place, the hash before it, and its body. */
export function chain(previous: string, envelope: Envelope, body: string): string {
  const { account, number, key, kind, occurred, recorded } = envelope;
  const place = `${quoted(account)},${number},${quoted(key)},${quoted(kind)},${occurred},${recorded}`;
  return hashOf('sha256', `["${FORMAT}","${previous}",${place}]\n${body}`);
}

/** The body, byte for byte as `JSON.stringify` would write its fields. */
function bodyText(
  account: Account | null,
  { facts, moves }: Draft,
  input: JsonObject,
  units: Units,
): string {
  const opened =
    facts.opens === undefined
      ? NONE_OPENED
      : new Map(facts.opens.map((block) => [block.number, block.unit]));
  const scope = scopeOf(account, facts.opened?.currency, opened, units);
  let written = '';
  for (const move of moves) {
    const text = moveText(move, scaleOf(units, scope.unitOf(move.block)));
    written = written === '' ? text : `${written},${text}`;
  }
  return `{"input":${JSON.stringify(input)},"moves":[${written}]${factsText(facts, scope)}}`;
}

const NONE_OPENED: ReadonlyMap<number, string> = new Map();

function scopeOf(
  account: Account | null,
  currency: string | undefined,
  opened: ReadonlyMap<number, string>,
  units: Units,
): Scope {
  return {
    units,
    currency: account?.currency ?? currency ?? '',
    unitOf: (block) => opened.get(block) ?? (account === null ? '' : blockOf(account, block).unit),
  };
}

function moveText({ block, from, to, amount, hold }: Move, scale: number): string {
  const text = `[${block},"${from}","${to}","${formatParts(amount, scale)}"`;
  return hold === undefined ? `${text}]` : `${text},${hold}]`;
}

/** SHA-256 of metadata: only this is part of what was stated, so that the metadata can be erased without breaking the chain. */
export function digest(metadata: string): string {
  return hashOf('sha256', metadata);
}

/** What reading an operation needs of the account before it. */
export interface Ground {
  readonly currency: string;
  /** Unit of the block with this number. */
  readonly unitOf: (block: number) => string;
}

/**
 * An operation as it was read from a storage, on top of the account before it.
 * Throws where the body isn't one of ours; `verify` reports such a line.
 */
export function unseal(
  account: Account | null,
  stored: Parameters<typeof unsealOn>[1],
  units: Units,
): Operation {
  const ground =
    account === null
      ? null
      : { currency: account.currency, unitOf: (block: number) => blockOf(account, block).unit };
  return unsealOn(ground, stored, units);
}

/** The same for who keeps less of an account than its fold; null: the operation opens it. */
export function unsealOn(
  ground: Ground | null,
  stored: Envelope & {
    readonly body: string;
    readonly metadata: string | null;
    readonly hash: string;
  },
  units: Units,
): Operation {
  const { input, moves, ...body } = JSON.parse(stored.body) as {
    readonly input: JsonObject;
    readonly moves: readonly MoveJson[];
    readonly opened?: { readonly currency: string };
    readonly opens?: readonly { readonly block: number; readonly unit: string }[];
  };
  const opened = new Map(body.opens?.map((block) => [block.block, block.unit]));
  const scope: Scope = {
    units,
    currency: ground?.currency ?? body.opened?.currency ?? '',
    unitOf: (block) => opened.get(block) ?? ground?.unitOf(block) ?? '',
  };
  return {
    account: stored.account,
    number: stored.number,
    key: stored.key,
    kind: stored.kind as OperationKind,
    occurred: stored.occurred,
    recorded: stored.recorded,
    input,
    moves: moves.map(([block, from, to, amount, held]) => {
      const parts = parseParts(amount, scaleOf(units, scope.unitOf(block)), 'moves');
      return { block, from, to, amount: parts, ...(held !== undefined && { hold: held }) };
    }),
    facts: readFacts(body as JsonObject, scope),
    metadata: stored.metadata,
    body: stored.body,
    hash: stored.hash,
  };
}
