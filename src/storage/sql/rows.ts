// What the rows of any dialect mean. Every column comes as text, so no driver's type parser has a say.

import { InvariantBroken } from '../../errors.ts';
import type {
  Checkpoint,
  CheckpointPart,
  Notice,
  ParkedNotice,
  PartsWanted,
  StoredAccount,
  StoredOperation,
} from '../port.ts';
import type { Row } from './statement.ts';

/** The text of a column. */
export function text(row: Row, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') {
    throw new InvariantBroken(`column "${column}" came back as ${typeof value}, not as text`);
  }
  return value;
}

/** The text of a column, or null. */
export function textOrNull(row: Row, column: string): string | null {
  return row[column] === null ? null : text(row, column);
}

/** A whole number that was selected as text: a number in a journal, an instant, a count. */
export function whole(row: Row, column: string): number {
  const value = Number(text(row, column));
  if (!Number.isSafeInteger(value)) {
    throw new InvariantBroken(`column "${column}" is no whole number: ${text(row, column)}`);
  }
  return value;
}

/** An operation from the columns that every dialect selects. */
export function operationOf(row: Row): StoredOperation {
  return {
    account: text(row, 'account'),
    number: whole(row, 'number'),
    key: text(row, 'key'),
    kind: text(row, 'kind'),
    occurred: whole(row, 'occurred'),
    recorded: whole(row, 'recorded'),
    body: text(row, 'body'),
    metadata: textOrNull(row, 'metadata'),
    hash: text(row, 'hash'),
  };
}

/** A notice from the columns that a claim gives back. */
export function noticeOf(row: Row): Notice {
  return {
    account: text(row, 'account'),
    number: whole(row, 'number'),
    position: whole(row, 'position'),
    queue: text(row, 'queue'),
    kind: text(row, 'kind'),
    body: text(row, 'body'),
    recorded: whole(row, 'recorded'),
    attempts: whole(row, 'attempts'),
  };
}

/** A parked notice from the columns that a list of them gives. */
export function parkedOf(row: Row): ParkedNotice {
  return { ...noticeOf(row), problem: text(row, 'problem'), parkedAt: whole(row, 'ended') };
}

/** Notices as they are delivered: each account's in order. */
export function inOrder(notices: readonly Notice[]): Notice[] {
  return [...notices].sort(
    (a, b) =>
      (a.account < b.account ? -1 : a.account > b.account ? 1 : 0) ||
      a.number - b.number ||
      a.position - b.position,
  );
}

/**
 * An account from one statement's rows: `row_kind` says whether a row is the checkpoint, one of its
 * parts or an operation. Null where there are no operations and no checkpoint.
 */
export function accountOf(rows: readonly Row[]): StoredAccount | null {
  const operations: StoredOperation[] = [];
  const parts: CheckpointPart[] = [];
  let head: Omit<Checkpoint, 'parts'> | null = null;
  for (const row of rows) {
    const rowKind = text(row, 'row_kind');
    if (rowKind === 'operation') operations.push(operationOf(row));
    else if (rowKind === 'checkpoint') {
      head = { number: whole(row, 'number'), hash: text(row, 'hash'), body: text(row, 'body') };
    } else parts.push(partOf(row));
  }
  if (head === null && operations.length === 0) return null;
  operations.sort((a, b) => a.number - b.number);
  parts.sort(byKindAndId);
  return { checkpoint: head === null ? null : { ...head, parts }, operations };
}

/**
 * Parts from one statement's rows, the first of which says that the checkpoint is the one that was
 * meant. Null where it isn't. A part that was asked for in two ways comes once.
 */
export function partsOf(rows: readonly Row[]): CheckpointPart[] | null {
  const parts = new Map<string, CheckpointPart>();
  let stands = false;
  for (const row of rows) {
    if (text(row, 'row_kind') === 'checkpoint') stands = true;
    else {
      const part = partOf(row);
      parts.set(`${part.kind} ${part.id}`, part);
    }
  }
  return stands ? [...parts.values()].sort(byKindAndId) : null;
}

/** Every kind of part. They are numbered without gaps, so that the last number of each says how many there are. */
export const PART_KINDS: readonly CheckpointPart['kind'][] = ['block', 'hold', 'reversal', 'debt'];

/** The parts that are asked for as lists of their ways: each number, each name, each whole kind. */
export function waysOf(wanted: readonly PartsWanted[]): {
  readonly ids: readonly { readonly kind: string; readonly id: number }[];
  readonly names: readonly { readonly kind: string; readonly name: string }[];
  readonly kinds: readonly string[];
} {
  return {
    ids: wanted.flatMap(({ kind, ids }) => (ids ?? []).map((id) => ({ kind, id }))),
    names: wanted.flatMap(({ kind, names }) => names.map((name) => ({ kind, name }))),
    kinds: wanted.flatMap(({ kind, ids }) => (ids === null ? [kind] : [])),
  };
}

function byKindAndId(a: CheckpointPart, b: CheckpointPart): number {
  return a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1;
}

function partOf(row: Row): CheckpointPart {
  const kind = text(row, 'kind');
  if (kind !== 'block' && kind !== 'hold' && kind !== 'reversal' && kind !== 'debt') {
    throw new InvariantBroken(`a checkpoint has a part of kind "${kind}"`);
  }
  return {
    kind,
    id: whole(row, 'number'),
    name: text(row, 'key'),
    open: text(row, 'open') === 'true',
    body: text(row, 'body'),
  };
}
