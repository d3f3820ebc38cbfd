// A storage at the other end of an unreliable line: every call takes its time, arrives or doesn't, and
// is answered or isn't. What it keeps, it keeps soundly: the faults are those of the way there.

import { StorageUnavailable } from '../../errors.ts';
import type { AppendGroup, AppendOutcome, Storage } from '../../storage/port.ts';
import { handedOn } from '../conformance/ledger/troubled-storage.ts';
import type { Odds } from './odds.ts';
import type { World } from './world.ts';

/** One end of the line. */
export interface Line {
  readonly world: World;
  /** What may happen now; all calm once the faults have stopped. */
  readonly odds: () => Odds;
  /** False once the process is gone: nobody hears the answer. */
  readonly isThere: () => boolean;
  /** How long an append may still take effect after its caller saw a fault. */
  readonly fenceMs: number;
  /** Counts what went wrong. */
  readonly count: (fault: string) => void;
}

const LATENCY_MS = 4;

/** The storage as it is seen from the other end of the line. */
export function unreliable(sound: Storage, line: Line): Storage {
  const { world, count } = line;
  const latency = (): number => world.random.next() * LATENCY_MS;

  /** Carries a call there, lets it happen there at one instant, and carries its answer back. */
  function carry<T>(work: () => Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      // Whoever is gone sends nothing any more.
      if (!line.isThere()) return;
      const back = (answer: () => void): void =>
        world.after(latency(), () => {
          if (line.isThere()) answer();
        });
      world.after(latency(), () => {
        if (world.random.chance(line.odds().away)) {
          count('away');
          back(() => reject(new StorageUnavailable('the storage is away')));
          return;
        }
        work().then(
          (value) => back(() => resolve(value)),
          (error: Error) => back(() => reject(error)),
        );
      });
    });
  }

  const unknown = (): StorageUnavailable =>
    new StorageUnavailable('no answer came', { outcome: 'unknown' });

  function later(groups: readonly AppendGroup[], ms: number): void {
    world.after(ms, () => {
      void sound.append(groups);
    });
  }

  async function arrive(groups: readonly AppendGroup[]): Promise<AppendOutcome[]> {
    const odds = line.odds();
    const { random } = world;
    if (random.chance(odds.late)) {
      count('late');
      // Counted from when the caller hears of it, which is a latency from now.
      later(groups, random.next() * 0.9 * line.fenceMs);
      if (random.chance(odds.twice)) later(groups, random.next() * 0.9 * line.fenceMs);
      throw unknown();
    }
    const refused = groups.map(() => {
      if (random.chance(odds.busy)) return 'busy' as const;
      return random.chance(odds.partial) ? partial(random.chance(0.5)) : null;
    });
    const through = groups.filter((_, index) => refused[index] === null);
    const outcomes = await sound.append(through);
    if (random.chance(odds.twice)) {
      count('twice');
      // Only of what was stored: after any other answer no storage lets a copy of it in.
      const stored = through.filter((_, index) => outcomes[index] === 'stored');
      if (stored.length > 0) later(stored, random.next() * line.fenceMs);
    }
    const answers = groups.map((_, index) => refused[index] ?? outcomes.shift() ?? 'moved');
    if (random.chance(odds.lost)) {
      count('lost');
      throw unknown();
    }
    return answers;
  }

  function partial(isUnknown: boolean): StorageUnavailable {
    count('partial');
    return isUnknown ? unknown() : new StorageUnavailable('an account of the batch failed');
  }

  return handedOn(sound, {
    fenceMs: line.fenceMs,
    load: (account, after, whole) => carry(() => sound.load(account, after, whole)),
    parts: (account, base, wanted) => carry(() => sound.parts(account, base, wanted)),
    find: (account, keys) => carry(() => sound.find(account, keys)),
    operations: (account, after, limit) => carry(() => sound.operations(account, after, limit)),
    append: (groups) => carry(() => arrive(groups)),
    checkpoint: (account, base, next) => carry(() => sound.checkpoint(account, base, next)),
    // Every handle is a wrapper of its own, which doesn't say whose transaction it is.
    join: async (handle, options) => {
      const joined = await sound.join(handle, options);
      return {
        identity: {},
        lock: (account) => joined.lock(account),
        load: (account, after, whole) => joined.load(account, after, whole),
        parts: (account, base, wanted) => joined.parts(account, base, wanted),
        find: (account, keys) => joined.find(account, keys),
        append: (group) => joined.append(group),
      };
    },
  });
}
