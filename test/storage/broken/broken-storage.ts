// Storages that are broken on purpose, each in one way that somebody's ledger was broken in once.
import type { AccountRows, MemoryTables } from '../../../src/storage/memory-tables.ts';
import type {
  AppendGroup,
  AppendOutcome,
  JoinedTransaction,
  Storage,
  StoredOperation,
} from '../../../src/storage/port.ts';
import type { ConformanceTarget } from '../../../src/testing/conformance/index.ts';

/** One way to be broken, and the case of the kit that has to notice. */
export interface BrokenStorage {
  caughtBy: string;
  storage?: (sound: Storage, tables: MemoryTables) => Partial<Storage>;
  target?: (sound: ConformanceTarget) => Partial<ConformanceTarget>;
}

export const tick = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1));

export function changing(
  sound: Storage,
  change: (operation: StoredOperation) => StoredOperation,
): Partial<Storage> {
  return {
    append: (groups) =>
      sound.append(groups.map((group) => ({ ...group, operations: group.operations.map(change) }))),
  };
}

export function changingGroups(
  sound: Storage,
  change: (group: AppendGroup) => AppendGroup,
): Partial<Storage> {
  return { append: (groups) => sound.append(groups.map(change)) };
}

export function joining(
  sound: Storage,
  change: (joined: JoinedTransaction) => Partial<JoinedTransaction>,
): Partial<Storage> {
  return {
    join: async (handle, options) => {
      const joined = await sound.join(handle, options);
      return {
        identity: joined.identity,
        lock: (account) => joined.lock(account),
        load: (account) => joined.load(account),
        parts: (account, base, wanted) => joined.parts(account, base, wanted),
        find: (account, keys) => joined.find(account, keys),
        append: (group) => joined.append(group),
        ...change(joined),
      };
    },
  };
}

/** Guard and insert with a pause in between, as two statements would have it. */
export async function checkThenAct(
  rows: AccountRows,
  group: AppendGroup,
  missed: AppendOutcome,
): Promise<AppendOutcome> {
  if (rows.hasUsed(group)) return 'used';
  if (!rows.standsOn(group)) return missed;
  await tick();
  rows.apply(group);
  return 'stored';
}
