// One process with a ledger in it: it has a clock of its own, and it may end at any moment, with
// everything that it remembers.

import type { Ledger } from '../../ledger/api.ts';
import { createLedgerWith } from '../../ledger/create-ledger.ts';
import type { Keeping } from '../../ledger/loading.ts';
import { type MemoryTables, type MemoryTransaction, memory } from '../../storage/memory.ts';
import type { Storage } from '../../storage/port.ts';
import type { Odds } from './odds.ts';
import { unreliable } from './unreliable-storage.ts';
import type { World } from './world.ts';

/** What the simulated ledgers declare. */
export interface SimulatedCatalogue {
  readonly units: { readonly credit: { readonly scale: 0 } };
}

/** A ledger in the simulation. */
export type SimulatedLedger = Ledger<SimulatedCatalogue>;

/** What all processes of one simulation share. */
export interface Site {
  readonly world: World;
  readonly tables: MemoryTables;
  readonly storage: (tables: MemoryTables) => Storage;
  odds: Odds;
  /** What the clocks show when the world begins, and what has been leapt over since. */
  epoch: number;
  readonly fenceMs: number;
  readonly deadlineMs: number;
  readonly batchBound: number;
  readonly queueBound: number;
  readonly keeping: Keeping;
  readonly count: (what: string) => void;
}

/** A process ended while somebody waited for it. */
export class Crashed extends Error {
  constructor() {
    super('the process has ended');
    this.name = 'Crashed';
  }
}

/** What a clock has shown: in between two readings of it, it only ran. */
export type Watch = number[];

/** One process. */
export class SimulatedProcess {
  readonly site: Site;
  readonly #watches = new Set<Watch>();
  readonly #ended: Promise<never>;
  #end: () => void = () => {};
  #ledger: SimulatedLedger | null = null;
  #isThere = true;
  #skew: number;

  private constructor(site: Site, skew: number) {
    this.site = site;
    this.#skew = skew;
    this.#ended = new Promise((_, reject) => {
      this.#end = () => reject(new Crashed());
    });
    this.#ended.catch(() => {});
  }

  /** Starts a process whose clock is so many milliseconds off. */
  static async start(site: Site, skew: number): Promise<SimulatedProcess> {
    const own = new SimulatedProcess(site, skew);
    const isThere = (): boolean => own.#isThere;
    own.#ledger = await createLedgerWith(
      {
        storage: unreliable(site.storage(site.tables), {
          world: site.world,
          odds: () => site.odds,
          isThere,
          fenceMs: site.fenceMs,
          count: site.count,
        }),
        units: { credit: { scale: 0 } },
        clock: () => own.clock(),
        deadlineMs: site.deadlineMs,
        batchBound: site.batchBound,
        queueBound: site.queueBound,
        migrate: false,
      },
      { timers: site.world.timers(isThere), ...site.keeping },
    );
    return own;
  }

  get ledger(): SimulatedLedger {
    if (this.#ledger === null) throw new Error('the process has not started');
    return this.#ledger;
  }

  get isThere(): boolean {
    return this.#isThere;
  }

  /** What its clock shows. */
  clock(): number {
    return Math.floor(this.site.epoch + this.site.world.now + this.#skew);
  }

  /** Sets its clock so many milliseconds off. */
  setSkew(skew: number): void {
    this.noteClock();
    this.#skew = skew;
    this.noteClock();
  }

  /** Watches the clock until the watch is stopped. */
  watchClock(): Watch {
    const watch: Watch = [this.clock()];
    this.#watches.add(watch);
    return watch;
  }

  /** Ends a watch. */
  stopWatch(watch: Watch): void {
    this.noteClock();
    this.#watches.delete(watch);
  }

  /** Between two notes the clock only runs. */
  noteClock(): void {
    const now = this.clock();
    for (const watch of this.#watches) watch.push(now);
  }

  /** Ends it. What it has sent is on its way; what it was about to send never is. */
  crash(): void {
    this.#isThere = false;
    this.#end();
  }

  /** Waits for something in this process. Throws `Crashed` where the process ends first. */
  async wait<T>(work: Promise<T>): Promise<T> {
    // What fails after the end fails for nobody.
    work.catch(() => {});
    return Promise.race([work, this.#ended]);
  }

  /** Runs work in a transaction of the application's own; a process that ends takes it back. */
  transaction<T>(work: (transaction: MemoryTransaction) => Promise<T>): Promise<T> {
    return memory(this.site.tables).transaction(async (transaction) => {
      const value = await this.wait(work(transaction));
      if (!this.#isThere) throw new Crashed();
      return value;
    });
  }
}
