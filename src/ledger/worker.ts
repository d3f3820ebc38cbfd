// What runs beside an application: it records what is due, tells of it, and charges what accounts ask
// for. Nothing is true because of it: balances are right without any worker, and any number may run.

import { z } from 'zod';
import type { Balance, Receipt } from './answers.ts';
import type { Catalogue } from './catalogue.ts';
import { type Pause, pause } from './clock.ts';
import { read } from './door.ts';
import type { PayInput } from './inputs.ts';
import type { Accounts } from './loading.ts';
import { CHARGES, NEWS } from './notices.ts';
import { type LedgerNotice, messageOf } from './outbox.ts';
import type { Parts } from './parts.ts';
import { Courier, type Delivery } from './worker-delivery.ts';
import { sweepDue } from './worker-dues.ts';
import { chargeBy, hasLapsed, type PaymentPort } from './worker-payments.ts';

/** Is told of what happens: at least once, and in order for an account. Where it throws, it is told again later. */
export type NoticeHandler = (notice: LedgerNotice, delivery: Delivery) => Promise<void> | void;

/** What a worker does, and how. */
export interface WorkerOptions {
  /** Without one, notices wait for a worker that has one. */
  readonly notices?: NoticeHandler;
  /** Without one, requests for payments wait for a worker that has one, or for `pay`. */
  readonly payments?: PaymentPort;
  /** How long to wait between two rounds, milliseconds. Default: 1,000. */
  readonly pollMs?: number;
  /** Accounts that are looked after at once. Default: 8. */
  readonly concurrency?: number;
  /** How long a handler or a payment port may take, milliseconds. Default: 30,000. */
  readonly deadlineMs?: number;
  /** After so many attempts a notice is parked. Default: 10. */
  readonly attempts?: number;
  /** How long to wait after this attempt, milliseconds. Default: 5 s, 5 min, 30 min, then 2, 5, 10, 14, 20 and 24 h, each up to a tenth more. */
  readonly retryAfterMs?: (attempt: number) => number;
  /** How long what is delivered or discarded is kept, milliseconds. Default: 7 days. */
  readonly keepMs?: number;
  /** Hears of what went wrong and will be tried again. Default: a warning of the process. */
  readonly onProblem?: (problem: string, error: unknown) => void;
}

/** What one round did. */
export interface WorkerRound {
  /** Accounts that something was due for, and operations that were recorded for it. */
  readonly accounts: number;
  readonly recorded: number;
  /** Accounts that could not be looked after. */
  readonly troubled: number;
  /** Notices, and requests for a payment, that were dealt with. */
  readonly delivered: number;
  /** Of them, to be tried again. */
  readonly failed: number;
  /** Of them, tried no more. */
  readonly parked: number;
  /** Requests that were paid, and payments that were declined. */
  readonly paid: number;
  readonly declined: number;
  /** Old notices that were forgotten. */
  readonly pruned: number;
}

/** Does what is due. */
export interface Worker {
  /** Goes on until it is stopped, and keeps the process alive as long. Does nothing where it runs already. */
  start(): void;
  /** Begins nothing more, and waits for what is under way. It may be started again. */
  stop(): Promise<void>;
  /** One round, until nothing is due; also beside a running one. Throws `StorageUnavailable`. */
  runOnce(): Promise<WorkerRound>;
}

/** What a worker needs of its ledger. */
export interface WorkerParts {
  readonly parts: Parts;
  readonly accounts: Accounts;
  readonly reads: {
    balance(input: { readonly account: string }): Promise<Balance<Catalogue>>;
  };
  readonly pay: (input: PayInput) => Promise<Receipt>;
}

type Counts = { -readonly [K in keyof WorkerRound]: WorkerRound[K] };

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const RETRIES = [5_000, 5 * MINUTE, 30 * MINUTE, ...[2, 5, 10, 14, 20, 24].map((h) => h * HOUR)];
const PRUNE_EVERY_MS = HOUR;
const PRUNE_AT_ONCE = 1_000;
/** A handler that causes what it is told of must not keep a round for ever. */
const ROUNDS_MAX = 100;

const ms = z.number().int().positive();
const work = z.custom<never>((value) => typeof value === 'function', 'a function');
const optionsSchema = z.strictObject({
  notices: work.optional(),
  payments: z.looseObject({ charge: work }).optional(),
  pollMs: ms.optional(),
  concurrency: ms.max(1_000).optional(),
  deadlineMs: ms.optional(),
  attempts: ms.max(1_000).optional(),
  retryAfterMs: work.optional(),
  keepMs: ms.optional(),
  onProblem: work.optional(),
});

/** A worker over a ledger's parts. Throws `InvalidInput`. */
export function workerOver(ledger: WorkerParts, options: WorkerOptions): Worker {
  read(optionsSchema, options);
  return new LedgerWorker(ledger, options);
}

function noCounts(): Counts {
  return {
    ...{ accounts: 0, recorded: 0, troubled: 0, delivered: 0, failed: 0, parked: 0 },
    ...{ paid: 0, declined: 0, pruned: 0 },
  };
}

class LedgerWorker implements Worker {
  readonly #ledger: WorkerParts;
  readonly #options: WorkerOptions;
  readonly #pollMs: number;
  readonly #onProblem: (problem: string, error: unknown) => void;
  #running: Promise<void> | null = null;
  #isStopping = false;
  readonly #rounds = new Set<{ stop(): void }>();
  readonly #pauses = new Set<Pause>();

  constructor(ledger: WorkerParts, options: WorkerOptions) {
    this.#ledger = ledger;
    this.#options = options;
    this.#pollMs = options.pollMs ?? 1_000;
    this.#onProblem = options.onProblem ?? warn;
  }

  start(): void {
    if (this.#running !== null) return;
    this.#isStopping = false;
    // A slow handler mustn't hold up what is due, nor a slow payment the news.
    const loops = [this.#loop('what is due', (counts) => this.#dues(counts, new Set()))];
    let pruned = Number.NEGATIVE_INFINITY;
    loops.push(
      this.#loop('old notices', async (counts) => {
        const now = this.#ledger.parts.timers.elapsedMs();
        if (now - pruned < PRUNE_EVERY_MS) return;
        await this.#prune(counts);
        pruned = now;
      }),
    );
    for (const courier of this.#couriers()) {
      loops.push(this.#loop('notices', (counts) => this.#drain(courier, counts)));
    }
    this.#running = Promise.all(loops).then(() => {
      this.#running = null;
    });
  }

  async stop(): Promise<void> {
    this.#isStopping = true;
    for (const round of this.#rounds) round.stop();
    for (const wait of this.#pauses) wait.end();
    await this.#running;
  }

  async runOnce(): Promise<WorkerRound> {
    const counts = noCounts();
    const troubled = new Set<string>();
    for (let round = 0; round < ROUNDS_MAX; round += 1) {
      const { recorded, delivered } = counts;
      await this.#dues(counts, troubled, () => false);
      await Promise.all(this.#couriers().map((courier) => this.#drain(courier, counts)));
      // What a charge or a handler has set off is told in the same round.
      if (counts.recorded === recorded && counts.delivered === delivered) break;
    }
    await this.#prune(counts);
    return counts;
  }

  /** Again and again; what goes wrong in a round is told, and is tried again in the next. */
  async #loop(what: string, round: (counts: Counts) => Promise<void>): Promise<void> {
    while (!this.#isStopping) {
      try {
        await round(noCounts());
      } catch (error) {
        this.#onProblem(what, error);
      }
      if (this.#isStopping) return;
      const wait = pause(this.#ledger.parts.timers, this.#pollMs);
      this.#pauses.add(wait);
      await wait.over;
      this.#pauses.delete(wait);
    }
  }

  #dues(
    counts: Counts,
    troubled: Set<string>,
    isStopping: () => boolean = () => this.#isStopping,
  ): Promise<void> {
    const { parts, accounts } = this.#ledger;
    const concurrency = this.#options.concurrency ?? 8;
    const options = { concurrency, isStopping, troubled, onProblem: this.#onProblem };
    return sweepDue(parts, accounts, options, counts);
  }

  /** A courier for each queue that this worker is to serve, with how it counts. */
  #couriers(): readonly ((counts: Counts) => Courier)[] {
    const { parts, reads, pay } = this.#ledger;
    const { notices, payments } = this.#options;
    const { timers, storage, clock } = parts;
    const settings = {
      ...{ storage, clock, timers, pollMs: this.#pollMs, onProblem: this.#onProblem },
      concurrency: this.#options.concurrency ?? 8,
      deadlineMs: this.#options.deadlineMs ?? 30_000,
      attempts: this.#options.attempts ?? RETRIES.length + 1,
      retryAfterMs:
        this.#options.retryAfterMs ??
        ((attempt: number) =>
          (RETRIES[Math.min(attempt, RETRIES.length) - 1] ?? 0) * (1 + timers.random() / 10)),
    };
    const couriers: ((counts: Counts) => Courier)[] = [];
    if (notices !== undefined) {
      couriers.push(
        () =>
          new Courier(settings, NEWS, (notice, delivery) => notices(messageOf(notice), delivery)),
      );
    }
    if (payments !== undefined) {
      const till = {
        balance: (input: { readonly account: string }) => reads.balance(input),
        pay,
        lapsed: (account: string, request: string, after: number) =>
          hasLapsed(storage, account, request, after),
      };
      couriers.push((counts) => new Courier(settings, CHARGES, chargeBy(payments, till, counts)));
    }
    return couriers;
  }

  async #drain(courierFor: (counts: Counts) => Courier, counts: Counts): Promise<void> {
    const courier = courierFor(counts);
    this.#rounds.add(courier);
    try {
      await courier.drain(counts);
    } finally {
      this.#rounds.delete(courier);
    }
  }

  async #prune(counts: Counts): Promise<void> {
    const { storage, clock } = this.#ledger.parts;
    const before = clock() - (this.#options.keepMs ?? 7 * 24 * HOUR);
    for (;;) {
      const pruned = await storage.pruneNotices(before, PRUNE_AT_ONCE);
      counts.pruned += pruned;
      if (pruned < PRUNE_AT_ONCE) return;
    }
  }
}

function warn(problem: string, error: unknown): void {
  process.emitWarning(
    `tallystick worker: ${problem}: ${error instanceof Error ? error.message : String(error)}`,
  );
}
