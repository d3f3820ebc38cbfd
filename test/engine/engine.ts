// The engine without its shell: an account, its journal, and one command after the other.

import { type Account, holdOf } from '../../src/account/account.ts';
import { unseal } from '../../src/account/canonical.ts';
import { evolve } from '../../src/account/evolve.ts';
import type { Operation } from '../../src/account/operation.ts';
import { InvariantBroken, Refusal } from '../../src/errors.ts';
import { readCommand } from '../../src/ledger/commands.ts';
import { decideRun, type Run } from '../../src/ledger/deciding.ts';
import { readPlans } from '../../src/ledger/plans.ts';
import { advance } from '../../src/operations/advance.ts';
import type { EngineCommand } from '../../src/operations/command.ts';
import { readUnits, type Units } from '../../src/quantity/units.ts';
import { readRateCards } from '../../src/rating/rate.ts';
import { ACCOUNT, request, terms } from './driver.ts';
import { resolve, type Setup, START, type Step } from './histories.ts';
import { Model } from './model.ts';
import type { ModelCommand } from './model-state.ts';

const plans = readPlans({});
const HOUR = 3_600_000;

/** What a caller is told: the figures of a receipt, or a refusal with its facts. */
export type Told = Readonly<Record<string, unknown>>;

/** One step of a history, with what it did. */
export interface Stepped {
  readonly now: number;
  readonly command: ModelCommand | 'sweep';
  readonly before: Account;
  readonly after: Account;
  readonly operations: readonly Operation[];
  readonly told: Told;
}

/** One line, with the account before and after it. */
export interface Fold {
  readonly operation: Operation;
  readonly before: Account | null;
  readonly after: Account;
}

/** An account under the engine, beside the naive model that its steps are read against. */
export class Engine {
  readonly setup: Setup;
  readonly units: Units;
  readonly journal: Operation[] = [];
  readonly model: Model;
  account: Account;
  now = START;
  readonly #done: ModelCommand[] = [];

  constructor(setup: Setup) {
    this.setup = setup;
    this.units = unitsOf(setup);
    const { order, lateHours, graceHours } = setup;
    const [late, grace] = [lateHours * HOUR, graceHours === null ? null : graceHours * HOUR];
    this.model = new Model(START, { order, late, grace });
    const opening = { do: 'open', account: ACCOUNT, key: 'open', terms: terms(order, late, grace) };
    const run = this.#run(null, [read(opening)], START);
    if (run.after === null) throw new InvariantBroken('no account');
    this.journal.push(...run.operations);
    this.account = run.after;
  }

  /** Does what the step comes to in the state that the model is in. */
  step(step: Step): Stepped {
    const { now, command } = resolve(step, this.setup, this.model.state, this.now, this.#done);
    if (command !== 'sweep') this.#done.push(command);
    return this.do(now, command);
  }

  do(now: number, command: ModelCommand | 'sweep'): Stepped {
    this.now = now;
    const before = this.account;
    if (command === 'sweep') {
      this.model.sweep(now);
      return this.#keep(now, command, before, sweepOf(before, now, this.units), { swept: true });
    }
    this.model.do(command, now);
    const run = this.ask(command, now);
    return this.#keep(now, command, before, run, told(run));
  }

  /** What the command would do now, with nothing kept. */
  ask(command: ModelCommand, now: number = this.now): Run {
    try {
      return this.#run(this.account, [read(request(command, this.setup.scale))], now);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      const same = { before: this.account, after: this.account, operations: [] };
      return { ...same, settledDues: null, nextDue: null, decided: [{ error }] };
    }
  }

  /** Goes on from an account that should be the same. */
  resume(account: Account): void {
    this.account = account;
  }

  /** The account that the journal gives, read anew from what is stored of it. */
  folded(journal: readonly Operation[] = this.journal): Account {
    const last = this.folds(journal).at(-1);
    if (last === undefined) throw new InvariantBroken('no account');
    return last.after;
  }

  /** The lines of the journal, read anew, with the account before and after each. */
  folds(journal: readonly Operation[] = this.journal): Fold[] {
    const folds: Fold[] = [];
    let before: Account | null = null;
    for (const { account: id, number, key, kind, occurred, recorded, ...rest } of journal) {
      const { body, metadata, hash } = rest;
      const stored = { account: id, number, key, kind, occurred, recorded, body, metadata, hash };
      const operation: Operation = unseal(before, stored, this.units);
      const after: Account = evolve(before, operation);
      folds.push({ operation, before, after });
      before = after;
    }
    return folds;
  }

  #run(before: Account | null, commands: readonly EngineCommand[], now: number): Run {
    const keys = new Set(commands.flatMap((c) => (c.do === 'reverse' ? [c.key, c.of] : [c.key])));
    const found = this.journal.filter(({ key }) => keys.has(key));
    const byKey = new Map(found.map((operation) => [operation.key, operation]));
    const rules = {
      units: this.units,
      rateCards: readRateCards([], this.units),
      offers: new Map(),
    };
    return decideRun(before, commands, byKey, now, rules);
  }

  #keep(
    now: number,
    command: Stepped['command'],
    before: Account,
    run: Pick<Run, 'after' | 'operations'>,
    answer: Told,
  ): Stepped {
    this.account = run.after ?? before;
    this.journal.push(...run.operations);
    const { operations } = run;
    return { now, command, before, after: this.account, operations, told: answer };
  }
}

export function unitsOf(setup: Setup): Units {
  const names = ['u0', 'u1', 'u2'].slice(0, setup.units);
  return readUnits(Object.fromEntries(names.map((name) => [name, { scale: setup.scale }])));
}

function sweepOf(account: Account, now: number, units: Units): Pick<Run, 'after' | 'operations'> {
  const swept = advance(account, Math.max(now, account.recorded), units);
  return { after: swept.account, operations: swept.operations };
}

/** A request as the door reads it. */
export function read(asked: object): EngineCommand {
  const { do: name, ...input } = { do: '', ...asked };
  return readCommand(name, input, plans);
}

/** What the caller of a run's only command is told. */
export function told({ decided: [answer] }: Run): Told {
  if (answer === undefined) throw new InvariantBroken('no answer');
  if ('error' in answer) {
    const { code, ...rest } = answer.error;
    return { code, facts: 'facts' in rest ? rest.facts : null };
  }
  const { charged, split, due, balance, held, replayed } = answer.receipt;
  return {
    replayed,
    ...{ charged: charged.toFixed(), balance: balance.toFixed(), held: held.toFixed() },
    split: split.map(({ block, amount }) => `${amount.toFixed()} of ${block}`),
    due: due?.amount.toFixed() ?? null,
  };
}

/** Everything an account is, as plain data. */
export function plain(account: Account): object {
  // `lastLoss` saves work and decides nothing: an account that was read may know a tighter one.
  const { blocks, holds, reversals, order, totals, ends, lastLoss: _, ...rest } = account;
  return {
    ...rest,
    blocks: [...blocks],
    holds: [...holds],
    reversals: [...reversals],
    // A unit whose blocks have all run empty is the same as one that never had any.
    order: [...order].filter(([, list]) => list.length > 0).sort(byName),
    totals: [...totals].sort(byName),
    // A hold that ended before its time may still be waited for, in vain.
    ends: ends.filter((end) => end.what === 'block' || holdOf(account, end.number).ended === null),
  };
}

const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : 1;
