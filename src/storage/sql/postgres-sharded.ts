// The storage on an engine that spreads the tables over servers by account. An append is one short
// transaction for each account, several of them side by side, so a server that is slow or gone takes its own
// accounts with it and no others.

import { StorageUnavailable } from '../../errors.ts';
import { checkShape, hasTwins, unstorable } from '../groups.ts';
import type { AppendGroup, AppendOutcome, Head, Storage } from '../port.ts';
import { newest, tooNew } from './migration.ts';
import { inSchema, tableNames } from './names.ts';
import { isRefusedRow } from './postgres-faults.ts';
import { migratePostgres } from './postgres-migrate.ts';
import { postgresMigrations } from './postgres-schema.ts';
import { appendUnderLock, replaceCheckpoint } from './postgres-sharded-append.ts';
import { joinSharded } from './postgres-sharded-join.ts';
import { shardedNotices } from './postgres-sharded-notices.ts';
import { citusAround } from './postgres-sharded-schema.ts';
import { shardedStatements } from './postgres-sharded-statements.ts';
import { postgresStatements } from './postgres-statements.ts';
import {
  checkpointTimeout,
  FENCE_MARGIN_MS,
  type PostgresDriver,
  type PostgresOptions,
} from './postgres-storage.ts';
import { accountOf, operationOf, partsOf, text, whole } from './rows.ts';
import { inParallel } from './side-by-side.ts';

/** Halves that were begun, because somebody writes past the lock, before the account is told as moved. */
const HALVES_MAX = 3;
/** Shorter than on one server: calls that came together wait for the slowest of many. */
const TIMEOUT_MS = 3_000;
/** Leaves two of a pool's ten connections to reads. */
const AT_ONCE = 8;

/** The storage over this driver. Throws `InvalidInput` for a schema that isn't a plain name. */
export function shardedStorage(driver: PostgresDriver, options: PostgresOptions): Storage {
  const schema = options.schema ?? 'tallystick';
  const name = inSchema(schema);
  const names = tableNames(name);
  const migrations = postgresMigrations(name, 'citus');
  const latest = newest(migrations);
  const statements = shardedStatements(names);
  const timeoutMs = options.statementTimeoutMs ?? TIMEOUT_MS;
  const atOnce = options.appendsAtOnce ?? AT_ONCE;

  // Asked once for a whole append. Who migrates meanwhile is as late as with a statement under way.
  async function mustBeKnown(): Promise<void> {
    const [beyond] = await driver.read(statements.tooNew(latest));
    if (beyond !== undefined) throw tooNew(whole(beyond, 'number'));
  }

  async function makeLockable(account: string): Promise<void> {
    await driver.transaction((query) => query(statements.makeLockable(account)), timeoutMs);
  }

  async function appendOne(group: AppendGroup): Promise<AppendOutcome> {
    try {
      if (group.base === 0) await makeLockable(group.account);
      for (let halves = 0; halves < HALVES_MAX; halves += 1) {
        const outcome = await unlessHalf(group);
        // The next attempt sees what this one met.
        if (outcome !== 'half') return outcome;
      }
      return 'moved';
    } catch (error) {
      if (isRefusedRow(error) && error instanceof StorageUnavailable) return refused(error);
      throw error;
    }
  }

  async function unlessHalf(group: AppendGroup): Promise<AppendOutcome | 'half'> {
    const half = new StorageUnavailable('half of a group');
    try {
      return await driver.transaction(async (query) => {
        const outcome = await appendUnderLock(query, statements, group);
        if (outcome === 'half') throw half;
        return outcome;
      }, timeoutMs);
    } catch (error) {
      if (error === half) return 'half';
      throw error;
    }
  }

  async function headOf(account: string): Promise<Head | null> {
    const [row] = await driver.read(statements.head(account));
    if (row === undefined) return null;
    return { account, number: whole(row, 'number'), hash: text(row, 'hash') };
  }

  return {
    name: 'postgres',
    fenceMs: timeoutMs + FENCE_MARGIN_MS,

    migrate: () =>
      migratePostgres(driver, postgresStatements(names), {
        schema,
        migrations,
        around: citusAround(schema),
      }),

    load: async (account, after, upTo) =>
      accountOf(
        await driver.read(
          after === undefined
            ? statements.load(account, upTo)
            : statements.loadAfter(account, after),
        ),
      ),

    parts: async (account, base, wanted) =>
      partsOf(await driver.read(statements.parts(account, base, wanted))),

    append: async (groups) => {
      checkShape(groups);
      const outcomes: (AppendOutcome | undefined)[] = groups.map(
        (group) => unstorable(group) ?? (hasTwins(group) ? 'used' : undefined),
      );
      const left = groups.filter((_, index) => outcomes[index] === undefined);
      if (left.length > 0) await mustBeKnown();
      // Of several, a fault of one is that one's answer: the others may be stored.
      const told = await inParallel(left, atOnce, (group) =>
        groups.length === 1 ? appendOne(group) : appendOne(group).catch(asFault),
      );
      const answers = new Map(left.map((group, index) => [group, told[index]]));
      return groups.map((group, index) => outcomes[index] ?? answers.get(group) ?? 'moved');
    },

    checkpoint: async (account, base, next) => {
      await mustBeKnown();
      return driver.transaction(
        (query) => replaceCheckpoint(query, statements, account, base, next),
        checkpointTimeout(timeoutMs, next),
      );
    },

    operations: async (account, after, limit) =>
      (await driver.read(statements.operations(account, after, limit))).map(operationOf),

    find: async (account, keys) =>
      keys.length === 0 ? [] : (await driver.read(statements.find(account, keys))).map(operationOf),

    heads: async (cursor, limit) => {
      const heads: Head[] = [];
      let last = cursor;
      // An opening that came to nothing leaves a row to lock, and no head.
      while (heads.length < limit) {
        const wanted = limit - heads.length;
        const accounts = (await driver.read(statements.accounts(last, wanted))).map((row) =>
          text(row, 'account'),
        );
        const found = await inParallel(accounts, atOnce, headOf);
        heads.push(...found.flatMap((head) => head ?? []));
        if (accounts.length < wanted) break;
        last = accounts.at(-1) ?? last;
      }
      return heads;
    },

    due: async (before, limit) =>
      (await driver.read(statements.due(before, limit))).map((row) => text(row, 'account')),

    settleDues: ({ account, number, hash }, until) =>
      driver.transaction(async (query) => {
        if ((await query(statements.lock(account))).length === 0) return false;
        const [newest] = await query(statements.head(account));
        if (newest === undefined || whole(newest, 'number') !== number) return false;
        if (text(newest, 'hash') !== hash) return false;
        await query(statements.settleDues(account, until));
        return true;
      }, timeoutMs),

    ...shardedNotices(driver, names.notice, { timeoutMs, atOnce }),

    join: (handle, joining) =>
      joinSharded(handle, { statements, latest, makeLockable }, joining ?? {}),

    close: () => driver.close(),
  };
}

function refused(error: StorageUnavailable): StorageUnavailable {
  return new StorageUnavailable(error.message, {
    outcome: 'not-applied',
    retryable: false,
    cause: error.cause,
  });
}

function asFault(error: unknown): StorageUnavailable {
  if (error instanceof StorageUnavailable) return error;
  throw error;
}
