// The canonical form of an operation: the one text that is stored and hashed, written in a fixed
// order of fields, amounts as decimal text. The same operation gives the same bytes on every storage.

import { createHash } from 'node:crypto';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import { type Account, blockOf } from './account.ts';
import type { Place } from './block.ts';
import type { Scope } from './codec.ts';
import { readFacts, writeFacts } from './facts.ts';
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
  const envelope: Envelope = {
    account: stated.account,
    number: (account?.number ?? 0) + 1,
    key: stated.key,
    kind: draft.kind,
    occurred: draft.occurred,
    recorded: stated.recorded,
  };
  const body = writeBody(account, draft, stated.input, units);
  return {
    ...draft,
    ...envelope,
    kind: draft.kind,
    input: stated.input,
    metadata: stated.metadata,
    body,
    hash: chain(account?.hash ?? '', envelope, body),
  };
}

/** Hash of an operation: SHA-256 over the form's version, its place, the hash before it, and its body. */
export function chain(previous: string, envelope: Envelope, body: string): string {
  const { account, number, key, kind, occurred, recorded } = envelope;
  const head = JSON.stringify([FORMAT, previous, account, number, key, kind, occurred, recorded]);
  return createHash('sha256').update(`${head}\n${body}`).digest('hex');
}

function writeBody(account: Account | null, draft: Draft, input: JsonObject, units: Units): string {
  const { facts, moves } = draft;
  const opened = new Map(facts.opens?.map((block) => [block.number, block.unit]));
  const scope = scopeOf(account, facts.opened?.currency, opened, units);
  return JSON.stringify({
    input,
    moves: moves.map((move) => writeMove(move, scaleOf(units, scope.unitOf(move.block)))),
    ...writeFacts(facts, scope),
  });
}

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

function writeMove({ block, from, to, amount, hold }: Move, scale: number): MoveJson {
  const text = formatParts(amount, scale);
  return hold === undefined ? [block, from, to, text] : [block, from, to, text, hold];
}

/** SHA-256 of metadata: only this is part of what was stated, so that the metadata can be erased without breaking the chain. */
export function digest(metadata: string): string {
  return createHash('sha256').update(metadata).digest('hex');
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
