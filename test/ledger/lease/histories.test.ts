// Random lives of leases in a world of chance: processes that end in the middle of everything, lines
// that break, storages that are away for longer than a hold lasts. Whatever happens, a journal must
// say what the spenders know, and never more than was there.
import { describe, expect, it } from 'vitest';
import { Fault, type Lease, LeaseEnded, LeaseSpent, Refusal } from '../../../src/index.ts';
import { realTimers } from '../../../src/ledger/clock.ts';
import { createLedgerWith } from '../../../src/ledger/create-ledger.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import { CALM, drawOdds } from '../../../src/testing/simulation/odds.ts';
import {
  Crashed,
  type SimulatedLedger,
  SimulatedProcess,
  type Site,
} from '../../../src/testing/simulation/process.ts';
import { Random } from '../../../src/testing/simulation/random.ts';
import { World } from '../../../src/testing/simulation/world.ts';

const EPOCH = Date.parse('2026-01-31T10:00:00Z');
const SEEDS = 60;
const GRANTED = { rich: 1_000_000, scarce: 120 } as const;
type Account = keyof typeof GRANTED;

/** One lease, as the process knows it that spends from it. */
interface Book {
  readonly key: string;
  readonly account: Account;
  readonly process: SimulatedProcess;
  spent: number;
  /** What was durable when it was last asked. */
  settled: number;
  /** What it was told that can't be charged. */
  uncharged: number;
  /** Its ledger was closed while the storage was away: nobody tried again. */
  isLeft: boolean;
}

interface Tally {
  leases: number;
  crashed: number;
  late: number;
  uncharged: number;
  refills: number;
}

class Life {
  readonly random: Random;
  readonly site: Site;
  readonly books: Book[] = [];
  readonly #closing = new Set<SimulatedProcess>();
  #keys = 0;
  crashed = 0;

  constructor(random: Random, site: Site) {
    this.random = random;
    this.site = site;
  }

  /** One worker, in one process after the other. */
  async work(name: string, turns: number): Promise<void> {
    let left = turns;
    while (left > 0) {
      const own = await this.#start();
      try {
        while (left > 0) {
          left -= 1;
          await this.#leased(own, name);
        }
        // An orderly end, which settles whatever is open.
        this.#closing.add(own);
        await own.wait(own.ledger.close());
      } catch (error) {
        if (!(error instanceof Crashed)) throw error;
        this.crashed += 1;
      }
    }
  }

  async #start(): Promise<SimulatedProcess> {
    return SimulatedProcess.start(this.site, this.random.whole(-2_000, 2_000));
  }

  async #leased(own: SimulatedProcess, name: string): Promise<void> {
    const { random } = this;
    const account: Account = random.chance(0.5) ? 'rich' : 'scarce';
    this.#keys += 1;
    const key = `${name}/${this.#keys}`;
    const amount = random.whole(4, 60);
    const book = { key, account, process: own, spent: 0, settled: 0, uncharged: 0, isLeft: false };
    const lease = await insist(own, () =>
      own.ledger.lease({
        account,
        amount,
        key,
        for: `PT${random.whole(1, 4)}S`,
        settleEveryMs: random.pick([null, 50, 1_000]),
        ...(random.chance(0.3) && { settleAbove: random.whole(1, amount) }),
        late: random.chance(0.8) ? 'charge' : 'forgo',
        ...(random.chance(0.5) && { refillBelow: random.whole(1, amount / 2) }),
        onProblem: (_, error) => {
          if (error instanceof Fault && this.#closing.has(own)) book.isLeft = true;
          hear(book, error);
        },
      }),
    );
    if (lease === null) return;
    this.books.push(book);
    const isEnded = await this.#spend(book, lease);
    if (!isEnded && random.chance(0.7)) await this.#attempt(book, () => lease.end());
  }

  /** True where it can't be spent from any more. */
  async #spend(book: Book, lease: Lease): Promise<boolean> {
    const { random } = this;
    const own = book.process;
    for (let turn = random.whole(1, 25); turn > 0; turn -= 1) {
      if (random.chance(this.site.odds.crash)) own.crash();
      if (random.chance(0.02)) await this.#meddle(book);
      const amount = random.whole(0, 6);
      try {
        lease.spend(amount, random.chance(0.3) ? { label: random.pick(['a', 'b']) } : {});
        book.spent += amount;
      } catch (error) {
        if (error instanceof LeaseEnded) return true;
        expect(error).toBeInstanceOf(LeaseSpent);
        expect(lease.left.toNumber()).toBeLessThan(amount);
      }
      expect(lease.spent.toNumber()).toBe(book.spent);
      if (random.chance(0.2)) await this.#attempt(book, () => lease.settle());
      if (random.chance(0.4)) await own.wait(this.site.world.sleep(random.whole(1, 700)));
    }
    return false;
  }

  /** Somebody gives the credits back by hand, and somebody else uses them up. */
  async #meddle({ key, account, process: own }: Book): Promise<void> {
    const release = { account, hold: key, key: `${key}/by-hand` };
    const use = { account, amount: 200, partial: true, key: `${key}/used` };
    const calls = [own.ledger.release(release), own.ledger.consume(use)];
    await own.wait(Promise.allSettled(calls));
  }

  async #attempt(book: Book, call: () => Promise<unknown>): Promise<void> {
    const { spent } = book;
    try {
      await book.process.wait(call());
      book.settled = spent - book.uncharged;
    } catch (error) {
      if (error instanceof LeaseEnded) hear(book, error);
      else if (!(error instanceof Fault)) throw error;
    }
  }
}

function hear(book: Book, error: unknown): void {
  if (error instanceof LeaseEnded) book.uncharged += Number(error.uncharged);
}

/** Until it is answered; null: with a refusal. */
async function insist(own: SimulatedProcess, call: () => Promise<Lease>): Promise<Lease | null> {
  for (;;) {
    try {
      return await own.wait(call());
    } catch (error) {
      if (error instanceof Refusal) return null;
      if (!(error instanceof Fault)) throw error;
      await own.wait(own.site.world.sleep(50));
    }
  }
}

async function live(seed: number): Promise<Tally> {
  const random = new Random(seed);
  const world = new World(random);
  const tables = new MemoryTables();
  const site: Site = {
    world,
    tables,
    storage: memory,
    odds: { ...drawOdds(random), jump: 0, transaction: 0, twin: 0 },
    epoch: EPOCH,
    fenceMs: random.pick([20, 150, 1_000]),
    deadlineMs: random.pick([60, 400, 4_000]),
    batchBound: random.pick([1, 256]),
    queueBound: 1_000,
    keeping: {
      checkpointEvery: random.pick([3, 40]),
      ...{ wholeUpTo: (seed % 2) * 1_000, cachedParts: (seed % 3) * 1_000 },
    },
    count: () => {},
  };
  const calm = await calmLedger(tables, EPOCH);
  for (const [account, amount] of Object.entries(GRANTED)) {
    await calm.open({ account, key: 'open' });
    await calm.grant({ account, amount, key: 'grant' });
  }
  const life = new Life(random, site);
  // Now and then nobody reaches the storage for longer than a hold lasts.
  const { away } = site.odds;
  world.after(random.whole(500, 6_000), () => {
    site.odds.away = random.chance(0.7) ? 1 : away;
    world.after(random.whole(1_000, 60_000), () => {
      site.odds.away = away;
    });
  });
  let isDone = false;
  let failed: unknown;
  Promise.all(['a', 'b', 'c'].map((name) => life.work(name, random.whole(1, 5)))).then(
    () => {
      isDone = true;
    },
    (error: unknown) => {
      failed = error;
      isDone = true;
    },
  );
  expect(await world.pass(() => isDone, world.now + 600_000), `seed ${seed} comes to an end`).toBe(
    true,
  );
  if (failed !== undefined) throw failed;
  site.odds = CALM;
  // Until every hold has ended, and whoever tries again has done so.
  const end = world.now + 120_000;
  world.after(120_000, () => {});
  await world.pass(() => world.now >= end, end);
  return audit(seed, life, await calmLedger(tables, Math.ceil(EPOCH + world.now) + 10_000));
}

function calmLedger(tables: MemoryTables, now: number): Promise<SimulatedLedger> {
  return createLedgerWith(
    { storage: memory(tables), units: { credit: { scale: 0 } }, clock: () => now },
    { timers: realTimers, checkpointEvery: 512 },
  );
}

/** What the journal says, held against what the spenders know. */
async function audit(
  seed: number,
  { books, crashed }: Life,
  ledger: SimulatedLedger,
): Promise<Tally> {
  const burned = new Map<string, number>();
  const tally: Tally = {
    leases: books.length,
    crashed,
    late: 0,
    uncharged: 0,
    refills: 0,
  };
  for (const [account, granted] of Object.entries(GRANTED)) {
    let sum = 0;
    await ledger.sweep({ account });
    for await (const { kind, key, input, moves } of ledger.history({ account })) {
      if (key.includes('/refill/') && kind === 'hold') tally.refills += 1;
      const charged = moves
        .filter(({ to }) => to === 'burned')
        .reduce((total, { amount }) => total + amount.toNumber(), 0);
      sum += charged;
      if (kind !== 'capture' && kind !== 'consume') continue;
      if (!Object.hasOwn(input, 'lease')) continue;
      if (kind === 'consume') tally.late += 1;
      const { key: lease } = input['lease'] as { key: string };
      burned.set(lease, (burned.get(lease) ?? 0) + charged);
    }
    const { available, held } = await ledger.balance({ account });
    expect([available.toNumber(), held.toNumber()], `seed ${seed}`).toEqual([granted - sum, 0]);
    expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  }
  for (const book of books) {
    const what = `seed ${seed}, lease ${book.key}`;
    const charged = burned.get(book.key) ?? 0;
    expect(charged, what).toBeLessThanOrEqual(book.spent);
    expect(charged, what).toBeGreaterThanOrEqual(book.settled);
    tally.uncharged += book.uncharged;
    if (book.process.isThere && !book.isLeft)
      expect(charged + book.uncharged, what).toBe(book.spent);
  }
  return tally;
}

describe('leases in a world of chance', () => {
  it('are burned for exactly what was spent, or less after a crash, and never for more than was held', {
    timeout: 120_000,
  }, async () => {
    const all: Tally = { leases: 0, crashed: 0, late: 0, uncharged: 0, refills: 0 };
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const tally = await live(seed);
      for (const what of Object.keys(all) as (keyof Tally)[]) all[what] += tally[what];
    }
    expect(all.leases).toBeGreaterThan(200);
    expect(all.crashed).toBeGreaterThan(5);
    expect(all.late).toBeGreaterThan(5);
    expect(all.uncharged).toBeGreaterThan(5);
    expect(all.refills).toBeGreaterThan(20);
  });
});
