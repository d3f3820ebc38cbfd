// The canonical form of an operation: the one text that is stored and hashed, written in a fixed
// order of fields, amounts as decimal text. The same operation gives the same bytes on every storage.

import { createHash } from 'node:crypto';
import { formatMoney, parseMoney } from '../quantity/money.ts';
import { formatParts, parseParts } from '../quantity/quantity.ts';
import { scaleOf, type Units } from '../quantity/units.ts';
import type { TermsJson } from '../terms/terms.ts';
import { type Account, blockOf } from './account.ts';
import type { BlockOpening, Place } from './block.ts';
import type {
  AccountOpening,
  Draft,
  HoldEnd,
  HoldOpening,
  JsonObject,
  Move,
  Operation,
  OperationFacts,
  OperationKind,
  RateCardPin,
  RatedUsage,
} from './operation.ts';

/** Version of the form; part of what is hashed. */
const FORMAT = 'tallystick/1';

type MoveJson =
  | readonly [number, Place, Place, string]
  | readonly [number, Place, Place, string, number];

type BlockJson = Omit<BlockOpening, 'number' | 'basis'> & {
  readonly block: number;
  readonly basis: string;
};

interface BodyJson {
  readonly input: JsonObject;
  readonly moves: readonly MoveJson[];
  readonly opened?: AccountOpening;
  readonly pin?: RateCardPin;
  readonly terms?: TermsJson;
  readonly opens?: readonly BlockJson[];
  readonly hold?: Omit<HoldOpening, 'number' | 'amount'> & {
    readonly hold: number;
    readonly amount: string;
  };
  readonly ends?: { readonly hold: number; readonly how: HoldEnd };
  readonly charged?: readonly (readonly [string, string])[];
  readonly rated?: RatedUsage;
  readonly reverses?: { readonly number: number; readonly key: string };
  readonly reopens?: readonly { readonly block: number; readonly until: number }[];
  readonly voids?: { readonly block: number; readonly spent: 'kept' | 'owed' };
  readonly due?: string;
}

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
  const { facts } = draft;
  const opened = new Map(facts.opens?.map((block) => [block.number, block]));
  const currency = account?.currency ?? facts.opened?.currency ?? '';
  const scaleOfBlock = (number: number): number => {
    const block = opened.get(number) ?? (account === null ? undefined : blockOf(account, number));
    return scaleOf(units, block?.unit ?? '');
  };
  const body: BodyJson = {
    input,
    moves: draft.moves.map((move) => writeMove(move, scaleOfBlock(move.block))),
    ...(facts.opened && { opened: facts.opened }),
    ...(facts.pin && { pin: facts.pin }),
    ...(facts.terms && { terms: facts.terms }),
    ...(facts.opens && {
      opens: facts.opens.map(({ number, basis, ...rest }) => ({
        block: number,
        ...rest,
        basis: formatMoney(basis, currency),
      })),
    }),
    ...(facts.hold && { hold: writeHold(facts.hold, units) }),
    ...(facts.ends && { ends: facts.ends }),
    ...(facts.charged && {
      charged: facts.charged.map(
        ({ unit, amount }) => [unit, formatParts(amount, scaleOf(units, unit))] as const,
      ),
    }),
    ...(facts.rated && { rated: facts.rated }),
    ...(facts.reverses && { reverses: facts.reverses }),
    ...(facts.reopens && { reopens: facts.reopens }),
    ...(facts.voids && { voids: facts.voids }),
    ...(facts.due !== undefined && { due: formatMoney(facts.due, currency) }),
  };
  return JSON.stringify(body);
}

function writeMove({ block, from, to, amount, hold }: Move, scale: number): MoveJson {
  const text = formatParts(amount, scale);
  return hold === undefined ? [block, from, to, text] : [block, from, to, text, hold];
}

function writeHold(opening: HoldOpening, units: Units): NonNullable<BodyJson['hold']> {
  const { number, amount, ...rest } = opening;
  return { hold: number, ...rest, amount: formatParts(amount, scaleOf(units, rest.unit)) };
}

/** SHA-256 of metadata: only this is part of what was stated, so that the metadata can be erased without breaking the chain. */
export function digest(metadata: string): string {
  return createHash('sha256').update(metadata).digest('hex');
}

/**
 * An operation as it was read from a storage, on top of the account before it.
 * Throws where the body isn't one of ours; `verify` reports such a line.
 */
export function unseal(
  account: Account | null,
  stored: Envelope & {
    readonly body: string;
    readonly metadata: string | null;
    readonly hash: string;
  },
  units: Units,
): Operation {
  const json = JSON.parse(stored.body) as BodyJson;
  const { opens, hold, charged, due, input, moves, ...plain } = json;
  const currency = account?.currency ?? json.opened?.currency ?? '';
  const unitOf = new Map(opens?.map((block) => [block.block, block.unit]));
  const facts: OperationFacts = {
    ...plain,
    ...(opens && {
      opens: opens.map(({ block, basis, ...rest }) => ({
        ...rest,
        number: block,
        basis: parseMoney(basis, currency, 'basis'),
      })),
    }),
    ...(hold && { hold: readHold(hold, units) }),
    ...(charged && {
      charged: charged.map(([unit, amount]) => ({
        unit,
        amount: parseParts(amount, scaleOf(units, unit), 'charged'),
      })),
    }),
    ...(due !== undefined && { due: parseMoney(due, currency, 'due') }),
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
      const unit = unitOf.get(block) ?? (account === null ? '' : blockOf(account, block).unit);
      const parts = parseParts(amount, scaleOf(units, unit), 'moves');
      return { block, from, to, amount: parts, ...(held !== undefined && { hold: held }) };
    }),
    facts,
    metadata: stored.metadata,
    body: stored.body,
    hash: stored.hash,
  };
}

function readHold(json: NonNullable<BodyJson['hold']>, units: Units): HoldOpening {
  const { hold, amount, ...rest } = json;
  return {
    ...rest,
    number: hold,
    amount: parseParts(amount, scaleOf(units, rest.unit), 'hold.amount'),
  };
}
