// The write path: calls queue; while one append is under way the next batch gathers, is decided in
// memory, and goes out as one append for all its accounts. It grows with the load by itself.

import type { Account } from '../account/account.ts';
import type { Wanted } from '../account/missing.ts';
import {
  AccountBusy,
  type Fault,
  InvariantBroken,
  QueueFull,
  StorageUnavailable,
} from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { AppendOutcome, Storage } from '../storage/port.ts';
import type { Receipt } from './answers.ts';
import { backoffMs, type Clock, sleep, type Timers } from './clock.ts';
import {
  askedKeys,
  type Decided,
  decideRun,
  groupOf,
  type Rules,
  type Run,
  referredKey,
} from './deciding.ts';
import { type Fence, type Fences, isOpen, unknown, withAppend } from './fence.ts';
import type { Accounts } from './loading.ts';
import type { Limits, Parts } from './parts.ts';
import { partsOf } from './supplying.ts';

/** One call that waits. */
interface Call {
  readonly command: EngineCommand;
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (error: Error) => void;
  readonly deadline: number;
  readonly since: number;
  /** How often it was tried in vain; from the first time on, its account is read anew and its key asked for. */
  attempts: number;
  /** Goes out without company, because a batch with it was objected to. */
  alone: boolean;
  fence: Fence | null;
}

/** The calls of one account that go out together, in order. */
interface Lane {
  readonly account: string;
  readonly calls: Call[];
}

interface Attempt {
  readonly lane: Lane;
  readonly run: Run;
  /** When the reading began that the run rests on. */
  readonly since: number;
}

/** Clashes with rivals that a call takes up again at once, before it steps back. */
const EAGER_ATTEMPTS = 2;

export class WritePath {
  readonly #storage: Storage;
  readonly #accounts: Accounts;
  readonly #fences: Fences;
  readonly #rules: Rules;
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #limits: Limits;
  #queue: Call[] = [];
  /** Accounts whose calls wait for a rival or for storage; later calls of theirs queue up behind. */
  readonly #parked = new Map<string, Call[]>();
  #waiting = 0;
  #pumping: Promise<void> | null = null;
  #closed = false;

  constructor(
    { storage, rules, clock, timers, limits }: Parts,
    accounts: Accounts,
    fences: Fences,
  ) {
    this.#storage = storage;
    this.#accounts = accounts;
    this.#fences = fences;
    this.#rules = rules;
    this.#clock = clock;
    this.#timers = timers;
    this.#limits = limits;
  }

  /** Resolves once the operation is durable. Throws a `Refusal` or a `Fault`. */
  submit(command: EngineCommand): Promise<Receipt> {
    if (this.#closed) return Promise.reject(new StorageUnavailable('the ledger is closed'));
    if (this.#waiting >= this.#limits.queueBound) {
      return Promise.reject(new QueueFull(this.#limits.queueBound));
    }
    this.#waiting += 1;
    return new Promise((resolve, reject) => {
      const since = this.#timers.elapsedMs();
      this.#enqueue({
        command,
        resolve,
        reject,
        since,
        deadline: since + this.#limits.deadlineMs,
        attempts: 0,
        alone: false,
        fence: null,
      });
    });
  }

  /** Waits for every call that was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#waiting > 0) {
      if (this.#pumping === null) await sleep(this.#timers, 1);
      else await this.#pumping;
    }
  }

  #enqueue(call: Call): void {
    const parked = this.#parked.get(call.command.account);
    if (parked !== undefined) {
      parked.push(call);
      return;
    }
    this.#queue.push(call);
    this.#pump();
  }

  #pump(): void {
    this.#pumping ??= this.#drain().finally(() => {
      this.#pumping = null;
      if (this.#queue.length > 0) this.#pump();
    });
  }

  async #drain(): Promise<void> {
    // One turn later, so that all calls of this moment share the first batch.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#commit(this.#nextLanes());
    }
  }

  #nextLanes(): readonly Lane[] {
    const lanes = new Map<string, Lane>();
    const later: Call[] = [];
    const closed = new Set<string>();
    for (const call of this.#queue.splice(0, this.#limits.batchBound)) {
      const { account } = call.command;
      const lane = lanes.get(account);
      if (closed.has(account) || (call.alone && lane !== undefined)) {
        closed.add(account);
        later.push(call);
        continue;
      }
      if (call.alone) closed.add(account);
      if (lane === undefined) lanes.set(account, { account, calls: [call] });
      else lane.calls.push(call);
    }
    // What has to go alone stands in front of what came after it, so the order stays.
    this.#queue.unshift(...later);
    return [...lanes.values()];
  }

  async #commit(lanes: readonly Lane[]): Promise<void> {
    const attempts = (await Promise.all(lanes.map((lane) => this.#decide(lane)))).flatMap(
      (attempt) => attempt ?? [],
    );
    const writing = attempts.filter(({ run }) => run.operations.length > 0);
    for (const attempt of attempts) {
      if (attempt.run.operations.length === 0) this.#answer(attempt);
    }
    if (writing.length === 0) return;
    let outcomes: AppendOutcome[];
    try {
      outcomes = await this.#storage.append(
        writing.map(({ lane, run }) => groupOf(lane.account, run, this.#rules.units)),
      );
    } catch (error) {
      for (const attempt of writing) this.#afterFault(attempt, error);
      return;
    }
    for (const [index, attempt] of writing.entries()) {
      this.#settle(attempt, outcomes[index] ?? 'moved');
    }
  }

  /** Decides a lane on what is believed of its account. Null where it was parked or rejected. */
  async #decide(lane: Lane): Promise<Attempt | null> {
    try {
      const retried = lane.calls.some((call) => call.attempts > 0);
      const cached = retried ? undefined : this.#accounts.cached(lane.account);
      // A single call doesn't ask for its key: its append finds a used one by itself.
      const asks = retried || lane.calls.length > 1;
      const attempt = await this.#attempt(lane, cached, asks);
      const isGuess = cached !== undefined || !asks;
      // A refusal that sets something off writes, and yet its key may have been used.
      const isRefused = !asks && attempt.run.decided.some((decided) => 'error' in decided);
      if ((attempt.run.operations.length > 0 && !isRefused) || !isGuess) return attempt;
      // No append will confirm this answer, and what it rests on was a guess.
      return await this.#attempt(lane, undefined, true);
    } catch (error) {
      if (error instanceof StorageUnavailable) this.#accounts.doubt(lane.account);
      else this.#accounts.drop(lane.account);
      this.#retryOrReject(lane, error);
      return null;
    }
  }

  async #attempt(lane: Lane, cached: Account | undefined, asks: boolean): Promise<Attempt> {
    const keys = new Set<string>();
    for (const call of lane.calls) {
      const { command } = call;
      call.fence = this.#fences.join(lane.account, command.key, call.fence);
      const about = referredKey(command);
      if (about !== null) keys.add(about);
      if (asks) for (const key of askedKeys(command, cached)) keys.add(key);
    }
    const commands = lane.calls.map((call) => call.command);
    for (let known = cached; ; known = undefined) {
      const since = this.#timers.elapsedMs();
      const { account, found } = await this.#accounts.lookUp(lane.account, [...keys], known);
      const decide = (before: Account | null): Run =>
        decideRun(before, commands, found, this.#clock(), this.#rules);
      if (account === null) return { lane, run: decide(null), since };
      const hints = (): Wanted[] => partsOf(commands, found);
      const done = await this.#accounts.supplied(account, decide, hints);
      if (done !== null) return { lane, run: done.value, since };
    }
  }

  #settle(attempt: Attempt, outcome: AppendOutcome): void {
    const { lane, run } = attempt;
    if (outcome instanceof StorageUnavailable) {
      this.#afterFault(attempt, outcome);
      return;
    }
    if (outcome === 'stored') {
      if (run.after !== null) this.#accounts.stored(run.after);
      this.#answer(attempt);
      return;
    }
    const eager = lane.calls.every((call) => call.attempts < EAGER_ATTEMPTS);
    if (outcome === 'busy' || !eager) {
      this.#park(
        lane,
        (call) => new AccountBusy(lane.account, Math.ceil(this.#timers.elapsedMs() - call.since)),
      );
      return;
    }
    for (const call of lane.calls) call.attempts += 1;
    this.#queue.unshift(...lane.calls);
    this.#pump();
  }

  #answer(attempt: Attempt): void {
    const { lane, run } = attempt;
    const undecided: Call[] = [];
    for (const [index, call] of lane.calls.entries()) {
      const decided = run.decided[index];
      if (decided === undefined) continue;
      if (this.#mayStillHappen(call, decided, attempt)) undecided.push(call);
      else this.#tell(call, decided);
    }
    this.#park({ account: lane.account, calls: undecided }, ({ command }) => unknown(command));
  }

  #mayStillHappen({ fence }: Call, decided: Decided, { run, since }: Attempt): boolean {
    return fence !== null && 'error' in decided && isOpen(fence, run.before, since);
  }

  #tell(call: Call, decided: Decided): void {
    this.#waiting -= 1;
    if (call.fence !== null) this.#fences.settle(call.command.account, call.command.key);
    if ('error' in decided) call.reject(decided.error);
    else if (call.fence?.hashes.includes(decided.operation.hash) === true) {
      // What was found is this very call's own write, whose acknowledgement got lost.
      call.resolve({ ...decided.receipt, replayed: false });
    } else call.resolve(decided.receipt);
  }

  #afterFault({ lane, run }: Attempt, error: unknown): void {
    this.#accounts.doubt(lane.account);
    const base = run.before?.number ?? 0;
    const isUnknown = error instanceof StorageUnavailable ? error.outcome === 'unknown' : true;
    for (const [index, call] of lane.calls.entries()) {
      const decided = run.decided[index];
      if (!isUnknown || decided === undefined || 'error' in decided) continue;
      // What was stored before doesn't hang on this append.
      if (decided.operation.number <= base) continue;
      const until = this.#timers.elapsedMs() + this.#storage.fenceMs;
      const hash = decided.receipt.replayed ? null : decided.operation.hash;
      call.fence = withAppend(call.fence, { base, hash, until });
      this.#fences.add(lane.account, call.command.key, { base, until });
    }
    this.#retryOrReject(lane, error);
  }

  #retryOrReject(lane: Lane, error: unknown): void {
    if (error instanceof StorageUnavailable && error.retryable) {
      this.#park(lane, () => error);
      return;
    }
    if (error instanceof StorageUnavailable && lane.calls.length > 1) {
      // The storage objects to something in here: whoever it is fails alone.
      for (const call of lane.calls) call.alone = true;
      this.#queue.unshift(...lane.calls);
      this.#pump();
      return;
    }
    const reason = error instanceof Error ? error : new StorageUnavailable(String(error));
    for (const call of lane.calls) this.#giveUp(call, reason);
  }

  /** Where an append of the call may still take effect, no error is the last word; only a bug is told as it is. */
  #giveUp(call: Call, reason: Error): void {
    this.#waiting -= 1;
    const isLast = call.fence === null || reason instanceof InvariantBroken;
    call.reject(isLast ? reason : unknown(call.command, reason));
  }

  /** Tries again a little later; whose deadline has passed is told so. */
  #park(lane: Lane, tooLate: (call: Call) => Fault): void {
    const now = this.#timers.elapsedMs();
    const waiting: Call[] = [];
    for (const call of lane.calls) {
      call.attempts += 1;
      if (now < call.deadline) waiting.push(call);
      else this.#giveUp(call, tooLate(call));
    }
    const [first] = waiting;
    if (first === undefined) return;
    // Calls of the account that wait in the queue came later, and may not overtake.
    const isBehind = ({ command }: Call): boolean => command.account === lane.account;
    this.#parked.set(lane.account, [...waiting, ...this.#queue.filter(isBehind)]);
    this.#queue = this.#queue.filter((call) => !isBehind(call));
    const wait = Math.min(
      backoffMs(this.#timers, first.attempts) + 1,
      Math.max(1, first.deadline - now),
    );
    this.#timers.schedule(() => {
      const calls = this.#parked.get(lane.account) ?? [];
      this.#parked.delete(lane.account);
      // Calls of the account that came meanwhile are in the list, behind the ones that waited.
      this.#queue.unshift(...calls);
      this.#pump();
    }, wait);
  }
}
