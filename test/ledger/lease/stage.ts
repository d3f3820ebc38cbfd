// A lease in a world of its own time: its timers, its clock and a storage that can be troubled.
import { type Lease, type LeaseInput, StorageUnavailable } from '../../../src/index.ts';
import { createLedgerWith } from '../../../src/ledger/create-ledger.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { Random } from '../../../src/testing/simulation/random.ts';
import { World } from '../../../src/testing/simulation/world.ts';
import { START, type TestLedger } from '../shell/set-up.ts';

type Asked = LeaseInput<{ units: { credit: { scale: 0 } } }>;

/** A storage that can be out of reach. */
export interface Line {
  /** Nothing reaches it from now on. */
  cut(): void;
  /** The next append does, and nobody hears of it; nothing after it does. */
  cutAfterNext(): void;
  mend(): void;
}

export interface Stage {
  readonly ledger: TestLedger;
  /** Another process. */
  readonly rival: TestLedger;
  readonly line: Line;
  readonly problems: [string, unknown][];
  /** A lease of 100 that is settled only when it is asked for, unless it says otherwise. */
  readonly lease: (input?: Partial<Asked>) => Promise<Lease>;
  /** Waits in the world's time for something that takes some. */
  readonly until: <T>(work: Promise<T>) => Promise<T>;
  /** Lets so much time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly standing: () => Promise<string>;
  readonly history: () => Promise<string[]>;
}

/** A ledger with credits in the world; its clock may stand still while time passes. */
export async function stage(credits = 1_000, clock = 'runs' as 'runs' | 'stands'): Promise<Stage> {
  const world = new World(new Random(1));
  const tables = new MemoryTables();
  const { storage, line } = onALine(memory(tables));
  const epoch = Date.parse(START);
  const open = (over: Storage): Promise<TestLedger> =>
    createLedgerWith(
      {
        storage: over,
        units: { credit: { scale: 0 } },
        clock: () => epoch + (clock === 'runs' ? Math.floor(world.now) : 0),
        deadlineMs: 2_000,
      },
      { timers: world.timers(() => true), checkpointEvery: 512 },
    );
  const until = async <T>(work: Promise<T>): Promise<T> => {
    let isOver = false;
    const end = (): void => {
      isOver = true;
    };
    work.then(end, end);
    await world.pass(() => isOver, world.now + 600_000);
    return work;
  };
  const ledger = await open(storage);
  const rival = await open(memory(tables));
  await until(ledger.open({ account: 'acme', key: 'open' }));
  await until(ledger.grant({ account: 'acme', amount: credits, key: 'grant' }));
  const problems: [string, unknown][] = [];
  return {
    ledger,
    rival,
    line,
    problems,
    until,
    lease: (input = {}) =>
      until(
        ledger.lease({
          account: 'acme',
          amount: 100,
          key: 'w',
          settleEveryMs: null,
          onProblem: (problem, error) => void problems.push([problem, error]),
          ...input,
        }),
      ),
    pass: async (ms) => {
      const end = world.now + ms;
      world.after(ms, () => {});
      await world.pass(() => world.now >= end, end);
    },
    standing: async () => {
      const { available, held } = await until(rival.balance({ account: 'acme' }));
      return `${available} available, ${held} held`;
    },
    history: async () => {
      const lines: string[] = [];
      for await (const { number, kind, key, input } of rival.history({ account: 'acme' })) {
        const amount = input['amount'];
        if (number > 2)
          lines.push([kind, key, ...(amount === undefined ? [] : [amount])].join(' '));
      }
      return lines;
    },
  };
}

function onALine(sound: Storage): { readonly storage: Storage; readonly line: Line } {
  let isCut = false;
  let isLast = false;
  const reached = (): void => {
    if (isCut) throw new StorageUnavailable('the storage is away');
  };
  const storage = handedOn(sound, {
    load: async (account, after) => {
      reached();
      return sound.load(account, after);
    },
    find: async (account, keys) => {
      reached();
      return sound.find(account, keys);
    },
    append: async (groups) => {
      reached();
      if (!isLast) return sound.append(groups);
      isCut = true;
      await sound.append(groups);
      throw new StorageUnavailable('no answer came', { outcome: 'unknown' });
    },
  });
  const line = {
    cut: () => {
      isCut = true;
    },
    cutAfterNext: () => {
      isLast = true;
    },
    mend: () => {
      isCut = false;
      isLast = false;
    },
  };
  return { storage, line };
}
