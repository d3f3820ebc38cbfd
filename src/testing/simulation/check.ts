// Whether what was answered can be true: every account's journal is replayed through the engine, and
// each answer must fit to a moment of it that lies between its question and itself.

import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../account/account.ts';
import { unseal } from '../../account/canonical.ts';
import { isDue } from '../../account/ends.ts';
import { evolve } from '../../account/evolve.ts';
import { brokenAccount } from '../../account/invariants.ts';
import type { Operation } from '../../account/operation.ts';
import { type Fault, HistoryLost, InvalidInput, Refusal, TooLate } from '../../errors.ts';
import type { Receipt } from '../../ledger/answers.ts';
import { balanceOf } from '../../ledger/balance.ts';
import { readCommand } from '../../ledger/commands.ts';
import { type Decided, decideRun, type Rules } from '../../ledger/deciding.ts';
import { receiptOf } from '../../ledger/receipt.ts';
import { advance } from '../../operations/advance.ts';
import { RESERVED_KEYS } from '../../operations/source.ts';
import type { MemoryTables } from '../../storage/memory.ts';
import type { StoredOperation } from '../../storage/port.ts';
import type { SimulatedCommand } from './commands.ts';
import { type Answer, keyOf, type Reading, type Record } from './record.ts';

const NO_PLANS = new Map();

/** An account's journal and the account after each of its operations; the state at 0 is "not open yet". */
interface Replayed {
  readonly stored: readonly StoredOperation[];
  readonly operations: readonly Operation[];
  readonly states: readonly (Account | null)[];
  readonly byKey: ReadonlyMap<string, number>;
}

/** The first thing that can't be true, in a sentence; null: none. */
export function firstContradiction(
  record: Record,
  tables: MemoryTables,
  rules: Rules,
): string | null {
  const replayed = new Map<string, Replayed>();
  for (const [account, rows] of tables.accounts) {
    const journal = replay(rows.operations(0), rules);
    replayed.set(account, journal);
    const problem =
      journalProblem(journal, record, rules) ?? dueProblem(journal, rows.dues) ?? null;
    if (problem !== null) return `account ${account}: ${problem}`;
  }
  const journalOf = (account: string): Replayed => replayed.get(account) ?? replay([], rules);
  for (const [index, answer] of record.answers.entries()) {
    const problem = answerProblem(answer, journalOf(answer.command.account), record, rules);
    if (problem === null) continue;
    return `answer ${index}: ${problem}\n${storyOf(record, answer)}`;
  }
  for (const reading of record.readings) {
    const problem = readingProblem(reading, journalOf(reading.account), rules);
    if (problem !== null) return `a balance of ${reading.account}: ${problem}`;
  }
  return claimedTwice(record) ?? takenBack(record, journalOf);
}

function replay(stored: readonly StoredOperation[], { units }: Rules): Replayed {
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

/** Every line is what the engine decides for its command on the state before it, and nothing else. */
function journalProblem(journal: Replayed, record: Record, rules: Rules): string | null {
  const { operations, states, byKey } = journal;
  if (byKey.size !== operations.length) return 'a key stands twice';
  for (const [index, operation] of operations.entries()) {
    const before = states[index] ?? null;
    const after = states[index + 1] ?? null;
    const broken = after === null ? null : brokenAccount(after);
    if (broken !== null) return `after operation ${operation.number}: ${broken}`;
    if (before !== null && operation.recorded < before.recorded) return 'recorded falls';
    const expected = operation.key.startsWith(RESERVED_KEYS)
      ? [
          before === null
            ? undefined
            : advance(before, operation.recorded, rules.units).operations[0],
        ]
      : (record.commands.get(keyOf(operation)) ?? []).map((command) =>
          decidedAlone(command, before, journal, operation.recorded, rules),
        );
    if (!expected.some((each) => each?.hash === operation.hash)) {
      return `operation ${operation.number} (${operation.kind} "${operation.key}") is not what the engine decides there`;
    }
  }
  return null;
}

function decidedAlone(
  command: SimulatedCommand,
  before: Account | null,
  journal: Replayed,
  at: number,
  rules: Rules,
): Operation | undefined {
  return decidedAt(command, before, journal, at, rules).operations[0];
}

function decidedAt(
  command: SimulatedCommand,
  before: Account | null,
  { stored, byKey }: Replayed,
  at: number,
  rules: Rules,
): { readonly operations: readonly Operation[]; readonly decided: Decided | undefined } {
  const { do: name, ...input } = command;
  const read = readCommand(name, input, NO_PLANS);
  const keys = read.do === 'reverse' ? [read.key, read.of] : [read.key];
  const found = keys.flatMap((key) => {
    const line = stored[(byKey.get(key) ?? 0) - 1];
    return line !== undefined && line.number <= (before?.number ?? 0) ? [[key, line] as const] : [];
  });
  const run = decideRun(before, [read], new Map(found), at, rules);
  return { operations: run.operations, decided: run.decided[0] };
}

/** One due too few would never be dealt with. */
function dueProblem({ states }: Replayed, dues: readonly number[]): string | null {
  const account = states.at(-1) ?? null;
  const open = account?.ends.find((end) => isDue(account, end) && !dues.includes(end.at));
  return open === undefined ? null : `the end of ${open.what} ${open.number} is not among the dues`;
}

function answerProblem(
  { command, window, result, isFinal }: Answer,
  journal: Replayed,
  record: Record,
  rules: Rules,
): string | null {
  const number = journal.byKey.get(command.key);
  const isShared = record.shared.has(keyOf(command));
  if ('receipt' in result) {
    return receiptProblem(result.receipt, command, window, journal, rules);
  }
  if ('fault' in result) {
    if (result.fault instanceof HistoryLost) return `no history was lost: ${result.fault.message}`;
    const isThere = number !== undefined && number > window.from && number <= window.to;
    return result.fault.outcome === 'not-applied' && isThere && !isShared
      ? `it was told as not applied, and is operation ${number}`
      : null;
  }
  if (!('refusal' in result)) return null;
  const { refusal } = result;
  if (isFinal && !isShared && number !== undefined) {
    return `it was refused for good (${refusal.code}), and is operation ${number}`;
  }
  for (let state = window.from; state <= window.to; state += 1) {
    const before = journal.states[state] ?? null;
    for (const at of instantsIn(before, window.clock)) {
      const { decided } = decidedAt(
        command,
        before,
        journal,
        Math.max(at, before?.recorded ?? at),
        rules,
      );
      if (decided === undefined || !('error' in decided)) continue;
      if (isDeepStrictEqual(reasonOf(decided.error), reasonOf(refusal))) return null;
    }
  }
  return `it was refused (${refusal.message}), which was true at no moment in between`;
}

/** Everything that was answered under the key, for whoever looks for the reason. */
function storyOf({ answers }: Record, { command }: Answer): string {
  const name = keyOf(command);
  return answers
    .filter((other) => keyOf(other.command) === name)
    .map(({ command: asked, client, began, ended, window, result, isFinal }) => {
      const when = `${began.toFixed(1)} to ${ended.toFixed(1)} ms, after ${window.from} and ${window.to}`;
      return `  client ${client}, ${when}: ${JSON.stringify(asked)}\n    ${told(result)}${isFinal ? '' : ' (asks again)'}`;
    })
    .join('\n');
}

function told(result: Answer['result']): string {
  if ('receipt' in result) {
    const { number, replayed, balance } = result.receipt;
    return `operation ${number}${replayed ? ', replayed' : ''}, balance ${balance}`;
  }
  if ('refusal' in result) return `refused: ${result.refusal.message}`;
  return 'fault' in result ? `${result.fault.code}, ${result.fault.outcome}` : 'the process ended';
}

/** Why somebody was refused, without the very instant that some of the words name. */
function reasonOf(error: Refusal | Fault): unknown {
  if (error instanceof InvalidInput) return [error.code, error.field];
  if (error instanceof TooLate) return [error.code];
  return [error.code, error instanceof Refusal ? error.facts : null];
}

/** What the clock showed, and the instants in between at which time changes the account. */
function instantsIn(account: Account | null, clock: readonly number[]): number[] {
  const ends = account?.ends.map(({ at }) => at) ?? [];
  const upcoming = account?.upcoming.map((n) => account.blocks.byNumber(n)?.effective ?? 0) ?? [];
  const [earliest, latest] = [Math.min(...clock), Math.max(...clock)];
  return [...clock, ...[...ends, ...upcoming].filter((at) => at > earliest && at < latest)];
}

function receiptProblem(
  receipt: Receipt,
  command: SimulatedCommand,
  window: Answer['window'],
  journal: Replayed,
  rules: Rules,
): string | null {
  const { units } = rules;
  const operation = journal.operations[receipt.number - 1];
  if (operation === undefined || operation.hash !== receipt.hash || operation.key !== command.key) {
    return `it was acknowledged as operation ${receipt.number}, which isn't there`;
  }
  if (receipt.number > window.to) return 'it was acknowledged before it was stored';
  const then = journal.states[receipt.number] ?? null;
  if (then === null) return 'its account is not there';
  const expected = receiptOf(operation, then, operation.recorded, receipt.replayed, units);
  if (!isDeepStrictEqual(essence(receipt), essence(expected))) {
    return `it was answered ${shown(receipt)}, and the journal says ${shown(expected)}`;
  }
  for (let state = receipt.number; state <= window.to; state += 1) {
    const after = journal.states[state] ?? null;
    if (after === null) continue;
    for (const at of instantsIn(after, window.clock)) {
      const instant = Math.max(at, after.recorded);
      const today = advance(after, instant, units).account;
      const possible = receiptOf(operation, today, instant, receipt.replayed, units);
      if (isDeepStrictEqual(balances(possible), balances(receipt))) return null;
    }
  }
  return `its balance of ${receipt.balance} (held ${receipt.held}) was true at no moment in between`;
}

function essence({ charged, split, due, kind, occurredAt, recordedAt, unit }: Receipt): unknown {
  return {
    kind,
    unit,
    occurredAt: occurredAt.getTime(),
    recordedAt: recordedAt.getTime(),
    charged: charged.toFixed(),
    due: due === null ? null : `${due.amount.toFixed()} ${due.currency}`,
    split: split.map(({ block, amount }) => `${block} ${amount.toFixed()}`),
  };
}

function shown(receipt: Receipt): string {
  return JSON.stringify(essence(receipt));
}

function balances({ balance, held, hold }: Receipt): unknown {
  return [balance.toFixed(), held.toFixed(), hold?.name, hold?.amount.toFixed()];
}

function readingProblem(
  { window, balance }: Reading,
  journal: Replayed,
  rules: Rules,
): string | null {
  const { number } = balance;
  const at = balance.at.getTime();
  let expected = journal.states.findLast(
    (state) => state !== null && state.number <= Math.min(number, window.to),
  );
  if (expected === undefined || expected === null) return 'it was read before the account was open';
  // What time has brought may be in it, recorded by nobody yet.
  for (let state = window.from; state <= window.to; state += 1) {
    const account = journal.states[state] ?? null;
    if (account === null || at < account.recorded) continue;
    expected = advance(account, at, rules.units).account;
    if (expected.number !== number) continue;
    const possible = balanceOf(expected, at, rules.units);
    const same = (['available', 'held', 'posted', 'upcoming'] as const).every((figure) =>
      possible[figure].equals(balance[figure]),
    );
    if (same) return null;
  }
  return `${balance.available} available and ${balance.held} held was true at no moment in between`;
}

// Of two processes that send the very same operation at once, one of which loses its answer, both may
// take it for their own: nothing in it tells them apart. So this holds for keys of one process.
/** One key, one effect, one who did it. */
function claimedTwice(record: Record): string | null {
  const claimed = new Set<string>();
  for (const answer of record.answers) {
    const { command, result } = answer;
    const name = keyOf(command);
    if (!('receipt' in result) || result.receipt.replayed || record.foreign.has(name)) continue;
    if (claimed.has(name)) {
      return `two were told to have done it themselves\n${storyOf(record, answer)}`;
    }
    claimed.add(name);
  }
  return null;
}

function takenBack(
  { rolledBack }: Record,
  journalOf: (account: string) => Replayed,
): string | null {
  const stored = rolledBack.find(({ account, key }) => journalOf(account).byKey.has(key));
  return stored === undefined ? null : `"${stored.key}" was rolled back, and is stored`;
}
