// Whether what was answered can be true: every account's journal is replayed through the engine, and
// each answer must fit to a moment of it that lies between its question and itself.

import { isDeepStrictEqual } from 'node:util';
import type { Account } from '../../account/account.ts';
import { type Fault, HistoryLost, InvalidInput, Refusal, TooLate } from '../../errors.ts';
import type { Receipt } from '../../ledger/answers.ts';
import { balanceOf } from '../../ledger/balance.ts';
import type { Rules } from '../../ledger/deciding.ts';
import { receiptOf } from '../../ledger/receipt.ts';
import { advance } from '../../operations/advance.ts';
import type { Units } from '../../quantity/units.ts';
import type { MemoryTables } from '../../storage/memory.ts';
import type { SimulatedCommand } from './commands.ts';
import { decidedAt, journalProblem, type Replayed, replay } from './journal.ts';
import { type Answer, keyOf, type Reading, type Record } from './record.ts';

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
    const problem = journalProblem(journal, rows, record, rules);
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
  for (const [before, at] of momentsIn(window, window.from, journal, rules.units)) {
    const { decided } = decidedAt(command, before, journal, at, rules);
    if (decided === undefined || !('error' in decided)) continue;
    if (isDeepStrictEqual(reasonOf(decided.error), reasonOf(refusal))) return null;
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

/**
 * The states of a window with the instants at which somebody may have looked at them: what the clock
 * showed, and then, as it is seldom needed, what is in between and changes the account.
 */
function* momentsIn(
  { to, clock }: Answer['window'],
  from: number,
  { states }: Replayed,
  units: Units,
): Generator<readonly [Account | null, number]> {
  const those = states.slice(from, to + 1);
  const shown = [...new Set(clock)];
  for (const state of those) {
    for (const at of shown) yield [state, Math.max(at, state?.recorded ?? at)];
  }
  for (const state of those) {
    if (state === null) continue;
    const upcoming = state.upcoming.map((n) => state.blocks.byNumber(n)?.effective ?? 0);
    for (const [earliest, latest] of runsOf(clock)) {
      const brought = advance(state, latest, units).operations.map(({ occurred }) => occurred);
      for (const at of new Set([...brought, ...upcoming])) {
        if (at > earliest && at < latest) yield [state, Math.max(at, state.recorded)];
      }
    }
  }
}

/** From where to where the clock ran: it is noted right before and right after each jump. */
function* runsOf(clock: readonly number[]): Generator<readonly [number, number]> {
  for (let index = 0; index + 1 < clock.length; index += 2) {
    const [from, to] = [clock[index] ?? 0, clock[index + 1] ?? 0];
    if (to - from > 1) yield [from, to];
  }
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
  for (const [after, at] of momentsIn(window, receipt.number, journal, units)) {
    if (after === null) continue;
    const today = advance(after, at, units).account;
    const possible = receiptOf(operation, today, at, receipt.replayed, units);
    if (isDeepStrictEqual(balances(possible), balances(receipt))) return null;
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
    const possible = balanceOf(expected, at, rules.units, 'live');
    if (JSON.stringify(possible) === JSON.stringify(balance)) return null;
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
