// Deciding the calls of one account that go out together: at once, on what is believed of the account
// and of its keys, or after asking the storage. It sends nothing; the guard of the append has the last word.

import type { Account } from '../account/account.ts';
import type { Wanted } from '../account/missing.ts';
import type { Operation } from '../account/operation.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { Receipt } from './answers.ts';
import type { Clock, Timers } from './clock.ts';
import { askedKeys, decideRun, joinRuns, type Rules, type Run, referredKey } from './deciding.ts';
import type { Fence, Fences } from './fence.ts';
import type { Accounts } from './loading.ts';
import type { Parts } from './parts.ts';
import type { RecentOperations } from './recent.ts';
import { partsOf } from './supplying.ts';

/** One call that waits. */
export interface Call {
  readonly command: EngineCommand;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: number;
  readonly since: number;
  /** How often it was tried in vain; from the first time on, its account is read anew and its key asked for. */
  attempts: number;
  /** Goes out without company, because a batch with it was objected to. */
  alone: boolean;
  /** Can't be decided without asking the storage. */
  asks: boolean;
  fence: Fence | null;
}

/** The calls of one account that go out together, in order. */
export interface Lane {
  readonly account: string;
  readonly calls: readonly Call[];
}

/** A lane, decided. */
export interface Attempt {
  readonly lane: Lane;
  readonly run: Run;
  /** When the reading began that the run rests on. */
  readonly since: number;
  /** What the run writes, by key. */
  readonly written: Map<string, Operation>;
  /** Whether later calls may be decided on top of it: nobody in it is alone, or may be left undecided. */
  readonly isJoinable: boolean;
}

/** What is under way of an account: sent, and decided on top of that or of what is believed. */
export interface Ground {
  readonly sent: Attempt | undefined;
  readonly next: Attempt | undefined;
}

/** For how many batches an account's keys are asked for first, once a repeated key wasn't remembered. */
const ASKED_BATCHES = 32;
/** Accounts of which that is known. */
const ASKED_ACCOUNTS = 10_000;

export class Decider {
  readonly #accounts: Accounts;
  readonly #fences: Fences;
  readonly #recent: RecentOperations;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #timers: Timers;
  /** Accounts whose keys are asked for first, and for how many batches more. */
  readonly #asked = new Map<string, number>();

  constructor(
    { rules, clock, timers }: Parts,
    accounts: Accounts,
    fences: Fences,
    recent: RecentOperations,
  ) {
    this.#rules = rules;
    this.#clock = clock;
    this.#timers = timers;
    this.#accounts = accounts;
    this.#fences = fences;
    this.#recent = recent;
  }

  /** The account turned out to be one whose keys repeat: to ask first is cheaper than to decide twice. */
  askFirst({ account, calls }: Lane): void {
    if (calls.length === 1) return;
    if (this.#asked.size >= ASKED_ACCOUNTS) this.#asked.clear();
    this.#asked.set(account, ASKED_BATCHES);
  }

  /**
   * Decides on top of what is under way, or of what is believed of the account. Null where the storage
   * has to be asked: the account isn't known, or something in the lane isn't plainly new. What this
   * process wrote lately it knows without asking.
   */
  atOnce(lane: Lane, { sent, next }: Ground): Attempt | null {
    const { account, calls } = lane;
    const ground = next ?? sent;
    const before = ground === undefined ? this.#accounts.cached(account) : ground.run.after;
    if (before === undefined || before === null) return null;
    if (calls.length > 1 && this.#asked.has(account)) return null;
    for (const call of calls) {
      call.fence = this.#fences.join(account, call.command.key, call.fence);
      if (call.asks || call.attempts > 0 || call.fence !== null) return null;
      if (referredKey(call.command) !== null) return null;
    }
    const recall = (key: string): Operation | undefined =>
      next?.written.get(key) ?? sent?.written.get(key) ?? this.#recent.find(account, key);
    const since = this.#timers.elapsedMs();
    const run = this.#run(before, calls, NOTHING, recall);
    // A refused key may have been used, and what writes nothing will be confirmed by no append.
    const isPlain = run.operations.length > 0 && !run.decided.some((one) => 'error' in one);
    if (!isPlain) for (const call of calls) call.asks = true;
    return isPlain ? attemptOf(lane, run, since) : null;
  }

  /** The first with the second behind, which was decided on top of it. */
  join(first: Attempt, { lane, run, written }: Attempt): Attempt {
    for (const [key, operation] of written) first.written.set(key, operation);
    return {
      ...first,
      lane: { ...lane, calls: [...first.lane.calls, ...lane.calls] },
      run: joinRuns(first.run, run, this.#rules.units),
    };
  }

  /** Decides with the storage's help. Throws what the storage throws, and bugs. */
  async asking(lane: Lane): Promise<Attempt> {
    const { account, calls } = lane;
    const doubtful = calls.some((call) => call.asks || call.attempts > 0);
    const cached = doubtful ? undefined : this.#accounts.cached(account);
    // A lone call doesn't ask for its key: its append finds a used one by itself.
    const asks = doubtful || calls.length > 1;
    const attempt = await this.#ask(lane, cached, asks);
    const isGuess = cached !== undefined || !asks;
    // A refusal that sets something off writes, and yet its key may have been used.
    const isRefused = !asks && attempt.run.decided.some((decided) => 'error' in decided);
    if ((attempt.run.operations.length > 0 && !isRefused) || !isGuess) return attempt;
    // No append will confirm this answer, and what it rests on was a guess.
    return this.#ask(lane, undefined, true);
  }

  async #ask(lane: Lane, cached: Account | undefined, asks: boolean): Promise<Attempt> {
    const keys = new Set<string>();
    for (const call of lane.calls) {
      const { command } = call;
      call.fence = this.#fences.join(lane.account, command.key, call.fence);
      const about = referredKey(command);
      if (about !== null) keys.add(about);
      if (asks) for (const key of askedKeys(command, cached)) keys.add(key);
    }
    for (let known = cached; ; known = undefined) {
      const since = this.#timers.elapsedMs();
      const { account, found } = await this.#accounts.lookUp(lane.account, [...keys], known);
      if (asks) this.#countDown(lane, found);
      const decide = (before: Account | null): Run => this.#run(before, lane.calls, found);
      if (account === null) return attemptOf(lane, decide(null), since);
      const hints = (): Wanted[] =>
        partsOf(
          lane.calls.map((call) => call.command),
          found,
        );
      const done = await this.#accounts.supplied(account, decide, hints);
      if (done !== null) return attemptOf(lane, done.value, since);
    }
  }

  #countDown({ account }: Lane, found: ReadonlyMap<string, unknown>): void {
    const left = this.#asked.get(account);
    if (left === undefined) return;
    const isOld = [...found.keys()].some((key) => this.#recent.find(account, key) === undefined);
    if (isOld) this.#asked.set(account, ASKED_BATCHES);
    else if (left > 1) this.#asked.set(account, left - 1);
    else this.#asked.delete(account);
  }

  #run(
    account: Account | null,
    calls: readonly Call[],
    found: Parameters<typeof decideRun>[2],
    recall?: (key: string) => Operation | undefined,
  ): Run {
    return decideRun(
      account,
      calls.map((call) => call.command),
      found,
      this.#clock(),
      this.#rules,
      recall,
    );
  }
}

const NOTHING: Parameters<typeof decideRun>[2] = new Map();

function attemptOf(lane: Lane, run: Run, since: number): Attempt {
  const written = new Map(run.operations.map((operation) => [operation.key, operation]));
  const isJoinable = lane.calls.every((call) => !call.alone && call.fence === null);
  return { lane, run, since, written, isJoinable };
}
