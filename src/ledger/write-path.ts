// The write path: calls queue, are decided in memory, and go out as one append for all their accounts.
// While one append is under way the next batch is decided on top of what it will have written, and sent
// the moment that is stored; so it grows with the load by itself. Nobody is answered before his own
// append is stored: what stood on one that wasn't is decided again.

import { PartMissing } from '../account/missing.ts';
import {
  AccountBusy,
  type Fault,
  InvariantBroken,
  QueueFull,
  StorageUnavailable,
} from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import type { Storage } from '../storage/port.ts';
import type { Receipt } from './answers.ts';
import { type Attempt, type Call, Decider, type Lane } from './attempting.ts';
import { backoffMs, sleep, type Timers } from './clock.ts';
import { type Decided, groupOf, type Rules } from './deciding.ts';
import { type Fences, isOpen, unknown, withAppend } from './fence.ts';
import type { Accounts } from './loading.ts';
import type { Limits, Parts } from './parts.ts';
import { RecentOperations } from './recent.ts';
import { Rivals } from './rivals.ts';

/** Clashes with rivals that a call takes up again at once, before it steps back. */
const EAGER_ATTEMPTS = 2;

/** From so many clashes on the wait for the next attempt grows no more: a rival is done in no time. */
const CLASHES = 3;
/** Decided lanes, by account. */
type Batch = Map<string, Attempt>;

export class WritePath {
  readonly #storage: Storage;
  readonly #accounts: Accounts;
  readonly #fences: Fences;
  readonly #rules: Rules;
  readonly #timers: Timers;
  readonly #limits: Limits;
  readonly #decider: Decider;
  readonly #recent = new RecentOperations();
  readonly #rivals: Rivals;
  #queue: Call[] = [];
  /** Accounts whose calls wait for a rival or for storage; later calls of theirs queue up behind. */
  readonly #parked = new Map<string, Call[]>();
  /** Accounts whose calls wait for what the storage is asked. */
  readonly #reading = new Map<string, number>();
  /** What the append under way carries; null: none is. */
  #sent: Batch | null = null;
  /** What goes out next. */
  #next: Batch = new Map();
  #waiting = 0;
  #isWoken = false;
  #closed = false;

  constructor(parts: Parts, accounts: Accounts, fences: Fences) {
    this.#storage = parts.storage;
    this.#accounts = accounts;
    this.#fences = fences;
    this.#rules = parts.rules;
    this.#timers = parts.timers;
    this.#limits = parts.limits;
    this.#rivals = new Rivals(parts.timers);
    this.#decider = new Decider(parts, accounts, fences, this.#recent);
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
        asks: false,
        fence: null,
      });
    });
  }

  /** Waits for every call that was taken. */
  async close(): Promise<void> {
    this.#closed = true;
    while (this.#waiting > 0) await sleep(this.#timers, 1);
  }

  #enqueue(call: Call): void {
    const parked = this.#parked.get(call.command.account);
    if (parked !== undefined) parked.push(call);
    else {
      this.#queue.push(call);
      this.#wake();
    }
  }

  /** Calls come again in their order, before those that came later. */
  #requeue(calls: readonly Call[]): void {
    this.#queue = [...calls, ...this.#queue];
    this.#wake();
  }

  /** One turn later, so that all calls of this moment share a batch. */
  #wake(): void {
    if (this.#isWoken) return;
    this.#isWoken = true;
    queueMicrotask(() => {
      this.#isWoken = false;
      this.#take();
      this.#send();
      // What is behind it is decided while it is being stored.
      this.#take();
    });
  }

  /** Decides what may be decided now, up to a full batch. The rest stays in the queue, in its order. */
  #take(): void {
    let room = this.#limits.batchBound;
    for (const { lane } of this.#next.values()) room -= lane.calls.length;
    for (const count of this.#reading.values()) room -= count;
    if (this.#queue.length === 0 || room <= 0) return;
    const lanes = new Map<string, Call[]>();
    const later: Call[] = [];
    const closed = new Set<string>();
    for (const [index, call] of this.#queue.entries()) {
      if (room <= 0) {
        for (const rest of this.#queue.slice(index)) later.push(rest);
        break;
      }
      const { account } = call.command;
      const lane = lanes.get(account);
      if (closed.has(account) || !this.#mayJoin(call, lane)) {
        closed.add(account);
        later.push(call);
        continue;
      }
      room -= 1;
      if (lane === undefined) lanes.set(account, [call]);
      else lane.push(call);
      if (call.alone) closed.add(account);
    }
    this.#queue = later;
    const back: Call[] = [];
    for (const [account, calls] of lanes)
      if (!this.#decide({ account, calls })) back.push(...calls);
    // They came before what is left of the queue.
    if (back.length > 0) this.#queue = [...back, ...this.#queue];
  }

  /** Whether a call may be decided with what is under way of its account before it. */
  #mayJoin(call: Call, lane: readonly Call[] | undefined): boolean {
    const { account } = call.command;
    if (this.#reading.has(account)) return false;
    const before = [this.#sent?.get(account), this.#next.get(account)];
    const isFree = before.every((attempt) => attempt === undefined);
    if (call.alone) return isFree && lane === undefined;
    if (call.asks || call.attempts > 0 || this.#rivals.areDue(account)) return isFree;
    return before.every((attempt) => attempt?.isJoinable !== false);
  }

  /** Decides a lane, or has the storage asked for it. False where it has to wait for what is under way. */
  #decide(lane: Lane): boolean {
    const { account } = lane;
    const ground = { sent: this.#sent?.get(account), next: this.#next.get(account) };
    let attempt: Attempt | null = null;
    try {
      attempt = this.#decider.atOnce(lane, ground);
    } catch (error) {
      // Whatever it is, it comes again where the storage is asked, and is told there. What isn't in
      // memory is fetched there, and is no reason to doubt what is.
      if (!(error instanceof PartMissing)) for (const call of lane.calls) call.asks = true;
    }
    if (attempt !== null) {
      const { next } = ground;
      this.#next.set(account, next === undefined ? attempt : this.#decider.join(next, attempt));
      return true;
    }
    if (ground.sent !== undefined || ground.next !== undefined) return false;
    this.#reading.set(account, lane.calls.length);
    void this.#read(lane);
    return true;
  }

  async #read(lane: Lane): Promise<void> {
    const { account } = lane;
    try {
      const attempt = await this.#decider.asking(lane);
      this.#reading.delete(account);
      if (attempt.run.operations.length > 0) this.#next.set(account, attempt);
      else this.#answer(attempt);
    } catch (error) {
      this.#reading.delete(account);
      if (error instanceof StorageUnavailable) this.#accounts.doubt(account);
      else this.#forget(account);
      this.#retryOrReject(lane, error);
    }
    this.#wake();
  }

  #forget(account: string): void {
    this.#accounts.drop(account);
    this.#recent.forget(account);
  }

  #send(): void {
    if (this.#sent !== null || this.#next.size === 0) return;
    const batch = this.#next;
    this.#sent = batch;
    this.#next = new Map();
    void this.#append([...batch.values()]);
  }

  async #append(attempts: readonly Attempt[]): Promise<void> {
    const since = this.#timers.elapsedMs();
    let outcomes: readonly unknown[];
    try {
      outcomes = await this.#storage.append(
        attempts.map(({ lane, run }) => groupOf(lane.account, run, this.#rules.units)),
      );
    } catch (error) {
      outcomes = attempts.map(() => error);
    }
    this.#rivals.took(this.#timers.elapsedMs() - since);
    this.#sent = null;
    for (const [index, { lane, run }] of attempts.entries()) {
      if (outcomes[index] === 'stored') {
        if (run.after !== null) this.#accounts.stored(run.after);
        this.#recent.remember(lane.account, run.operations);
      } else this.#takeBack(lane.account);
    }
    // First what is ready, then the answers: the storage works while the callers do.
    this.#send();
    for (const [index, attempt] of attempts.entries()) {
      this.#settle(attempt, outcomes[index] ?? 'moved');
      if (outcomes[index] === 'stored') this.#giveWay(attempt.lane.account);
    }
    this.#wake();
  }

  /** Lets rivals have their turn at an account, where there are any. */
  #giveWay(account: string): void {
    const isUnderWay = this.#sent?.has(account) === true || this.#parked.has(account);
    if (isUnderWay || !this.#rivals.areDue(account)) return;
    this.#parkFor(account, [], this.#rivals.giveWay(account));
  }

  /** What was decided on top of an append that wasn't stored, was decided on nothing. */
  #takeBack(account: string): void {
    const attempt = this.#next.get(account);
    if (attempt === undefined) return;
    this.#next.delete(account);
    this.#requeue(attempt.lane.calls);
  }

  #settle(attempt: Attempt, outcome: unknown): void {
    const { lane } = attempt;
    if (outcome === 'stored') {
      this.#answer(attempt);
      return;
    }
    if (outcome !== 'used' && outcome !== 'moved' && outcome !== 'busy') {
      this.#afterFault(attempt, outcome);
      return;
    }
    if (outcome === 'used') this.#decider.askFirst(lane);
    else this.#rivals.met(lane.account);
    const eager = lane.calls.every((call) => call.attempts < EAGER_ATTEMPTS);
    if (outcome === 'busy' || !eager) {
      this.#park(
        lane,
        (call) => new AccountBusy(lane.account, Math.ceil(this.#timers.elapsedMs() - call.since)),
        outcome === 'moved',
      );
      return;
    }
    for (const call of lane.calls) call.attempts += 1;
    this.#requeue(lane.calls);
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
      this.#requeue(lane.calls);
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

  /** Tries again a little later, and sooner after a clash; whose deadline has passed is told so. */
  #park(lane: Lane, tooLate: (call: Call) => Fault, isClash = false): void {
    const now = this.#timers.elapsedMs();
    const waiting: Call[] = [];
    for (const call of lane.calls) {
      call.attempts += 1;
      if (now < call.deadline) waiting.push(call);
      else this.#giveUp(call, tooLate(call));
    }
    const [first] = waiting;
    if (first === undefined) return;
    const wait = backoffMs(
      this.#timers,
      isClash ? Math.min(first.attempts, CLASHES) : first.attempts,
    );
    this.#parkFor(lane.account, waiting, Math.min(wait + 1, Math.max(1, first.deadline - now)));
  }

  /** Keeps these calls and all that come later for the account back for so long. */
  #parkFor(account: string, calls: readonly Call[], ms: number): void {
    // Calls of the account that wait in the queue came later, and may not overtake.
    const isBehind = ({ command }: Call): boolean => command.account === account;
    this.#parked.set(account, [...calls, ...this.#queue.filter(isBehind)]);
    this.#queue = this.#queue.filter((call) => !isBehind(call));
    this.#timers.schedule(() => {
      const waiting = this.#parked.get(account) ?? [];
      this.#parked.delete(account);
      // Calls of the account that came meanwhile are in the list, behind the ones that waited.
      this.#requeue(waiting);
    }, ms);
  }
}
