// A storage in front of a sound one, which goes wrong exactly when it is told to: what networks,
// rivals and servers do to an append once in a while, at the moment that a case needs.

import { StorageUnavailable } from '../../../errors.ts';
import type { AppendGroup, AppendOutcome, Storage } from '../../../storage/port.ts';

/**
 * What becomes of one append.
 * `lost`: it takes effect, and its acknowledgement never arrives. `away`: it fails before it takes
 * effect. `late`: nobody knows, and it takes effect when `arrive` is called, if it still can. `busy`:
 * somebody else has every account locked. A function: what happens just before it goes through.
 */
export type Trouble = 'lost' | 'away' | 'late' | 'busy' | (() => unknown);

/** A storage with trouble in store. */
export interface TroubledStorage extends Storage {
  /** What becomes of the next appends, one after the other; after them there is no trouble any more. */
  trouble(...next: readonly Trouble[]): void;
  /** Lets the late appends reach the storage; gives what became of them. */
  arrive(): Promise<AppendOutcome[]>;
}

/** All calls handed on to `sound`; what stands in `over` goes before. */
export function handedOn(sound: Storage, over: Partial<Storage> = {}): Storage {
  return {
    name: sound.name,
    fenceMs: sound.fenceMs,
    migrate: () => sound.migrate(),
    load: (account, after, whole) => sound.load(account, after, whole),
    parts: (account, base, wanted) => sound.parts(account, base, wanted),
    append: (groups) => sound.append(groups),
    checkpoint: (account, base, next) => sound.checkpoint(account, base, next),
    operations: (account, after, limit) => sound.operations(account, after, limit),
    find: (account, keys) => sound.find(account, keys),
    heads: (cursor, limit) => sound.heads(cursor, limit),
    due: (before, limit) => sound.due(before, limit),
    claimNotices: (claim) => sound.claimNotices(claim),
    settleDues: (head, until) => sound.settleDues(head, until),
    noticeDone: (notice) => sound.noticeDone(notice),
    noticeFailed: (failure) => sound.noticeFailed(failure),
    releaseNotices: (claim) => sound.releaseNotices(claim),
    parkedNotices: (after, limit) => sound.parkedNotices(after, limit),
    unpark: (notice) => sound.unpark(notice),
    pruneNotices: (before, limit) => sound.pruneNotices(before, limit),
    join: (handle, options) => sound.join(handle, options),
    close: () => sound.close(),
    ...over,
  };
}

/** Puts trouble in front of a storage. `fenceMs`: for how long a late append may still arrive. */
export function troubled(sound: Storage, fenceMs: number = sound.fenceMs): TroubledStorage {
  const next: Trouble[] = [];
  const late: (readonly AppendGroup[])[] = [];
  return {
    ...handedOn(sound),
    fenceMs,
    append: async (groups) => {
      const trouble = next.shift();
      if (trouble === 'away') throw new StorageUnavailable('the storage is away');
      if (trouble === 'busy') return groups.map(() => 'busy');
      if (trouble === 'late') late.push(groups);
      else if (typeof trouble === 'function') await trouble();
      if (trouble === 'lost') await sound.append(groups);
      if (trouble === 'late' || trouble === 'lost') {
        throw new StorageUnavailable('no answer came', { outcome: 'unknown' });
      }
      return sound.append(groups);
    },
    trouble: (...more) => void next.push(...more),
    arrive: async () => {
      const outcomes: AppendOutcome[] = [];
      for (const groups of late.splice(0)) outcomes.push(...(await sound.append(groups)));
      return outcomes;
    },
  };
}
