// Days of a few processes over one database, in moments: clients ask, clocks jump, lines break and
// processes end, all by chance out of one seed. The same seed gives the same world, down to every hash.

import { createHash } from 'node:crypto';
import type { Rules } from '../../ledger/deciding.ts';
import { readUnits } from '../../quantity/units.ts';
import { readRateCards } from '../../rating/rate.ts';
import { MemoryTables, memory } from '../../storage/memory.ts';
import type { Storage } from '../../storage/port.ts';
import { firstContradiction } from './check.ts';
import { Client } from './client.ts';
import { Drawer } from './commands.ts';
import { CALM, drawOdds, type Odds } from './odds.ts';
import { SimulatedProcess, type Site } from './process.ts';
import { Random } from './random.ts';
import type { Record } from './record.ts';
import { World } from './world.ts';

/** What a simulation came to. */
export interface Simulation {
  readonly seed: number;
  /** Operations that were stored. */
  readonly operations: number;
  /** Calls that were answered. */
  readonly answers: number;
  /** How often which fault happened. */
  readonly faults: Readonly<{ [fault: string]: number }>;
  /** Of every answer and every line: the same seed gives the same. */
  readonly digest: string;
}

/** Something happened that must never happen. The seed gives it again. */
export class SimulationFailure extends Error {
  readonly seed: number;

  constructor(seed: number, problem: string) {
    super(`seed ${seed}: ${problem}`);
    this.name = 'SimulationFailure';
    this.seed = seed;
  }
}

/** How a simulation may differ from what its seed draws. */
export interface SimulationOptions {
  /** Steps of all clients together. Default: 45 to 100, by the seed. */
  readonly steps?: number;
  readonly odds?: Partial<Odds>;
}

const EPOCH = Date.parse('2026-01-31T10:00:00Z');
const DAY_MS = 86_400_000;
/** After so long with no trouble at all, nobody may still be waiting. */
const PATIENCE_MS = 600_000;

/** Runs the world of one seed. Throws `SimulationFailure`. */
export function simulate(seed: number, options: SimulationOptions = {}): Promise<Simulation> {
  return simulateOver(memory, seed, options);
}

/** The same, with another storage over the tables that all processes share: to see what the simulator notices. */
export async function simulateOver(
  storage: (tables: MemoryTables) => Storage,
  seed: number,
  options: SimulationOptions = {},
): Promise<Simulation> {
  const random = new Random(seed);
  const spare = new Random(seed + 1);
  const world = new World(random);
  const faults: { [fault: string]: number } = {};
  const site: Site = {
    world,
    tables: new MemoryTables(),
    storage,
    odds: { ...drawOdds(random), ...options.odds },
    epoch: EPOCH,
    fenceMs: random.pick([20, 150, 1_000]),
    deadlineMs: random.pick([60, 400, 4_000]),
    batchBound: random.pick([1, 3, 256, 256]),
    queueBound: random.pick([6, 1_000, 1_000]),
    keeping: {
      checkpointEvery: random.pick([3, 9, 40]),
      // Often too little memory for all accounts, and for what is over in any.
      ...{ wholeUpTo: spare.pick([0, 2, 20, 1_000]), cachedParts: spare.pick([0, 30, 1_000]) },
    },
    count: (what) => {
      faults[what] = (faults[what] ?? 0) + 1;
    },
  };
  const record: Record = {
    answers: [],
    readings: [],
    commands: new Map(),
    shared: new Set(),
    foreign: new Set(),
    rolledBack: [],
  };
  const fail = (problem: string): never => {
    throw new SimulationFailure(seed, problem);
  };
  const clients = await startClients(site, record);
  const steps = Math.ceil((options.steps ?? random.whole(45, 100)) / clients.length);

  let failure: unknown = null;
  const whole = async (parts: readonly Promise<void>[], phase: string): Promise<void> => {
    let isDone = false;
    Promise.all(parts).then(
      () => {
        isDone = true;
      },
      (error: unknown) => {
        failure = error;
        isDone = true;
      },
    );
    const inTime = await world.pass(() => isDone, world.now + PATIENCE_MS);
    if (failure !== null) fail(`${phase}: ${failure instanceof Error ? failure.stack : failure}`);
    if (!inTime) fail(`${phase}: somebody still waits after ${PATIENCE_MS} ms`);
  };

  const [first] = clients;
  if (first === undefined) throw new Error('there are no clients');
  const drawnOdds = site.odds;
  site.odds = CALM;
  await whole([first.begin(openings.get(record) ?? [])], 'the beginning');
  site.odds = drawnOdds;
  let isNoisy = true;
  trouble(site, clients, () => isNoisy);
  await whole(
    clients.map((client) => client.work(steps, clients)),
    'the work',
  );
  isNoisy = false;
  site.odds = CALM;
  for (const { process } of clients) process.setSkew(0);
  // Whatever was sent has arrived, or never will.
  await whole([world.sleep(site.fenceMs + 100)], 'the calm');
  await whole(
    clients.map((client) => client.settle()),
    'the settling',
  );
  const rules: Rules = {
    units: readUnits({ credit: { scale: 0 } }),
    rateCards: readRateCards([], readUnits({ credit: { scale: 0 } })),
    offers: new Map(),
  };
  const problem = firstContradiction(record, site.tables, rules);
  if (problem !== null) fail(problem);
  await verifyAll(site, whole, fail);
  return {
    seed,
    operations: [...site.tables.accounts.values()].reduce((sum, rows) => sum + rows.head.number, 0),
    answers: record.answers.length,
    faults,
    digest: digestOf(record, site.tables),
  };
}

const openings = new WeakMap<Record, ReturnType<Drawer['openings']>>();

async function startClients(site: Site, record: Record): Promise<Client[]> {
  const { random } = site.world;
  const names = ['acme', 'globex', 'initech', 'umbrella', 'hooli'].slice(0, random.whole(1, 5));
  const drawer = new Drawer(random, [names[0] ?? 'acme', ...names.slice(1)]);
  openings.set(record, drawer.openings(site.epoch));
  const clients: Client[] = [];
  for (let number = random.whole(2, 8); number > 0; number -= 1) {
    const process = await SimulatedProcess.start(site, random.whole(-40, 40));
    clients.push(new Client(number, site, record, drawer, process));
  }
  return clients;
}

/** Processes end and clocks jump for as long as there is trouble. */
function trouble(site: Site, clients: readonly Client[], isNoisy: () => boolean): void {
  const { world } = site;
  const { random } = world;
  const tick = (): void => {
    if (!isNoisy()) return;
    const client = clients[random.whole(0, clients.length - 1)];
    if (client !== undefined && random.chance(site.odds.crash)) {
      site.count('crash');
      client.process.crash();
    }
    if (client !== undefined && random.chance(site.odds.jump)) {
      site.count('jump');
      client.process.setSkew(random.pick([-1_000, 1_000, -600_000, 200_000, 0, 0]));
    }
    if (random.chance(site.odds.jump / 10)) {
      site.count('leap');
      for (const { process } of clients) process.noteClock();
      site.epoch += random.whole(1, 400) * DAY_MS;
      for (const { process } of clients) process.noteClock();
    }
    world.after(random.next() * 20, tick);
  };
  tick();
}

/** Every account verifies, its checkpoint included, for a process that has seen nothing of it. */
async function verifyAll(
  site: Site,
  whole: (parts: readonly Promise<void>[], phase: string) => Promise<void>,
  fail: (problem: string) => never,
): Promise<void> {
  const fresh = await SimulatedProcess.start(site, 0);
  for (const account of site.tables.accounts.keys()) {
    const verified = fresh.ledger.verify({ account }).then((found) => {
      if (!found.ok) fail(`${account} does not verify: ${JSON.stringify(found)}`);
    });
    await whole([verified], 'the verification');
  }
}

function digestOf(record: Record, tables: MemoryTables): string {
  const hash = createHash('sha256');
  for (const { command, window, result } of record.answers) {
    const what =
      'receipt' in result
        ? [result.receipt.hash, result.receipt.replayed, result.receipt.balance.toFixed()]
        : 'refusal' in result
          ? [result.refusal.message]
          : 'fault' in result
            ? [result.fault.code, result.fault.outcome]
            : ['crashed'];
    hash.update(JSON.stringify([command, window, what]));
  }
  for (const [account, rows] of tables.accounts) {
    hash.update(JSON.stringify([account, rows.operations(0), rows.load()?.checkpoint, rows.dues]));
  }
  return hash.digest('hex');
}
