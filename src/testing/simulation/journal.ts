// Whether a journal can have come about: every run of its lines is what the engine decides for some
// command on the state before it, or what time had brought by then, and nothing else.

import type { Account } from '../../account/account.ts';
import { unseal } from '../../account/canonical.ts';
import { isDue } from '../../account/ends.ts';
import { evolve } from '../../account/evolve.ts';
import { brokenAccount } from '../../account/invariants.ts';
import type { Operation } from '../../account/operation.ts';
import { readCommand } from '../../ledger/commands.ts';
import { askedKeys, type Decided, decideRun, type Rules } from '../../ledger/deciding.ts';
import { noticesOf } from '../../ledger/notices.ts';
import { advance, nextScheduled } from '../../operations/advance.ts';
import { RESERVED_KEYS } from '../../operations/source.ts';
import type { Units } from '../../quantity/units.ts';
import type { AccountRows } from '../../storage/memory-tables.ts';
import type { NewNotice, StoredOperation } from '../../storage/port.ts';
import type { SimulatedCommand } from './commands.ts';
import { keyOf, type Record } from './record.ts';

const NO_PLANS = new Map();

/** Behind the key of a write: what it set off. */
const SET_OFF = /\/request(\/again)*$/;

/** An account's journal and the account after each of its operations; the state at 0 is "not open yet". */
export interface Replayed {
  readonly stored: readonly StoredOperation[];
  readonly operations: readonly Operation[];
  readonly states: readonly (Account | null)[];
  readonly byKey: ReadonlyMap<string, number>;
}

/** A journal, operation by operation. */
export function replay(stored: readonly StoredOperation[], { units }: Rules): Replayed {
  const states: (Account | null)[] = [null];
  const operations: Operation[] = [];
  let account: Account | null = null;
  for (const line of stored) {
    const operation = unseal(account, line, units);
    account = evolve(account, operation);
    operations.push(operation);
    states.push(account);
  }
  return {
    stored,
    operations,
    states,
    byKey: new Map(stored.map(({ key, number }) => [key, number])),
  };
}

/** The first thing about an account's rows that can't be, in a sentence; null: none. */
export function journalProblem(
  journal: Replayed,
  rows: AccountRows,
  record: Record,
  rules: Rules,
): string | null {
  const { operations, states, byKey } = journal;
  if (byKey.size !== operations.length) return 'a key stands twice';
  for (const [index, operation] of operations.entries()) {
    const before = states[index] ?? null;
    const after = states[index + 1] ?? null;
    const broken = after === null ? null : brokenAccount(after);
    if (broken !== null) return `after operation ${operation.number}: ${broken}`;
    if (before !== null && operation.recorded < before.recorded) return 'recorded falls';
  }
  return (
    runProblem(journal, record, rules) ??
    dueProblem(journal, rows.dues, rules.units) ??
    noticeProblem(journal, rows, rules.units)
  );
}

/** From every place that runs can have led to, another one must lead on, up to the end. */
function runProblem(journal: Replayed, record: Record, rules: Rules): string | null {
  const { operations, states } = journal;
  const reached = new Set([0]);
  let last = 0;
  for (let place = 0; place < operations.length; place += 1) {
    if (!reached.has(place)) continue;
    last = place;
    const before = states[place] ?? null;
    const recorded = operations[place]?.recorded ?? 0;
    const brought = before === null ? [] : advance(before, recorded, rules.units).operations;
    const runs = commandsAt(journal, place, record).map(
      (command) => decidedAt(command, before, journal, recorded, rules).operations,
    );
    for (const run of [brought, ...runs]) {
      const isIt = run.every(({ hash }, index) => operations[place + index]?.hash === hash);
      if (isIt) reached.add(place + run.length);
    }
  }
  if (reached.has(operations.length)) return null;
  const { number, kind, key } = operations[last] ?? { number: 0, kind: 'open', key: '' };
  return `operation ${number} (${kind} "${key}") and what follows it is not what the engine decides there`;
}

/** The commands that the next run may be of: those of the first key in it that a caller chose. */
function commandsAt(
  { operations }: Replayed,
  place: number,
  record: Record,
): readonly SimulatedCommand[] {
  const named = operations.slice(place).find(({ key }) => !key.startsWith(RESERVED_KEYS));
  if (named === undefined) return [];
  const { account, key } = named;
  return record.commands.get(keyOf({ account, key: key.replace(SET_OFF, '') })) ?? [];
}

/** What the engine decides for a command on a state of the journal. */
export function decidedAt(
  command: SimulatedCommand,
  before: Account | null,
  { stored, byKey }: Replayed,
  at: number,
  rules: Rules,
): { readonly operations: readonly Operation[]; readonly decided: Decided | undefined } {
  const { do: name, ...input } = command;
  const read = readCommand(name, input, NO_PLANS);
  const found = askedKeys(read).flatMap((key) => {
    const line = stored[(byKey.get(key) ?? 0) - 1];
    return line !== undefined && line.number <= (before?.number ?? 0) ? [[key, line] as const] : [];
  });
  const run = decideRun(before, [read], new Map(found), at, rules);
  return { operations: run.operations, decided: run.decided[0] };
}

/** One due too few would never be dealt with. */
function dueProblem({ states }: Replayed, dues: readonly number[], units: Units): string | null {
  const account = states.at(-1) ?? null;
  if (account === null) return null;
  const open = account.ends.find((end) => isDue(account, end) && !dues.includes(end.at));
  if (open !== undefined) return `the end of ${open.what} ${open.number} is not among the dues`;
  const next = nextScheduled(account, units);
  const isKnown = next === null || dues.some((due) => due <= next);
  return isKnown ? null : `time brings something at ${next}, and no due is as early`;
}

/** Neither a notice nor its operation is ever there without the other. */
function noticeProblem(
  { operations, states }: Replayed,
  { notices }: AccountRows,
  units: Units,
): string | null {
  const expected = operations.flatMap((operation) => {
    const after = states[operation.number] ?? null;
    return after === null ? [] : noticesOf([operation], after, units);
  });
  const texts = (rows: readonly NewNotice[]): string =>
    JSON.stringify(rows.map((row) => [row.number, row.position, row.queue, row.kind, row.body]));
  return texts(notices.undelivered) === texts(expected)
    ? null
    : 'its notices are not those of its operations';
}
