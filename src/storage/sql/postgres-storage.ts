// The storage over any driver that reaches a PostgreSQL: which statement answers which call, and what
// becomes of a batch that the database objects to. It knows no driver.

import { InvariantBroken, StorageUnavailable } from '../../errors.ts';
import { checkShape, hasTwins, unstorable } from '../groups.ts';
import type { AppendGroup, AppendOutcome, Checkpoint, Storage } from '../port.ts';
import { newest, tooNew } from './migration.ts';
import { inSchema, tableNames } from './names.ts';
import { postgresAppends } from './postgres-append.ts';
import { constraintOf, isClash, isRefusedRow } from './postgres-faults.ts';
import { joinPostgres } from './postgres-join.ts';
import { postgresJoinedAppend } from './postgres-joined.ts';
import { migratePostgres } from './postgres-migrate.ts';
import { postgresNotices } from './postgres-notices.ts';
import { postgresMigrations } from './postgres-schema.ts';
import { postgresStatements } from './postgres-statements.ts';
import {
  accountOf,
  inOrder,
  noticeOf,
  operationOf,
  parkedOf,
  partsOf,
  text,
  whole,
} from './rows.ts';
import type { Row, Statement } from './statement.ts';
import { StatementNames } from './statement-names.ts';

/** Sends one statement of a transaction. */
export type Query = (statement: Statement) => Promise<readonly Row[]>;

/** What reaches a PostgreSQL. Every failure is thrown as `StorageUnavailable` with its outcome. */
export interface PostgresDriver {
  /** One statement that writes nothing. */
  read(statement: Statement): Promise<readonly Row[]>;
  /** One statement in a transaction of its own, given up by the server after `timeoutMs`. */
  write(statement: Statement, timeoutMs: number): Promise<readonly Row[]>;
  /** Several statements in one transaction; with `timeoutMs`, at READ COMMITTED and each given up by the server after that. */
  transaction<T>(work: (query: Query) => Promise<T>, timeoutMs?: number): Promise<T>;
  close(): Promise<void>;
}

/** How a storage on PostgreSQL is set up. */
export interface PostgresOptions {
  /** The schema that holds its tables and nothing else. Default: `tallystick`. */
  readonly schema?: string;
  /** After how long the server gives up a statement of an append, milliseconds. Default: 10,000, with `sharded` 3,000. */
  readonly statementTimeoutMs?: number;
  /**
   * Whether statements are prepared once for each `pg` connection, which saves the server their planning;
   * inside a transaction of yours only where the client talks to its server directly. Default: true; where
   * a connection has forgotten what was prepared on it, the first such error turns it off. Say false where
   * your code runs `DISCARD ALL` or `DEALLOCATE`, or where a proxy pins connections that have prepared something.
   */
  readonly preparedStatements?: boolean;
  /**
   * The engine that spreads the tables over servers by account: other statements are sent then, each of
   * which one server answers, and `migrate` spreads the tables. Default: one server.
   * See `docs/scale-out.md`.
   */
  readonly sharded?: 'citus';
  /** With `sharded`: how many accounts of an append are written at once, each on a connection of its own. Default: 8. */
  readonly appendsAtOnce?: number;
}

/** On top of the server's own limit: for what was sent and hasn't reached the server yet. */
export const FENCE_MARGIN_MS = 5_000;
/** A clash shows only once: the next statement sees what it clashed with. */
const CLASHES_MAX = 3;

/** The storage over this driver. Throws `InvalidInput` for a schema that isn't a plain name. */
export function postgresStorage(
  kind: string,
  driver: PostgresDriver,
  options: PostgresOptions & { readonly fenceMs?: number },
): Storage {
  const schema = options.schema ?? 'tallystick';
  const name = inSchema(schema);
  const names = tableNames(name);
  const migrations = postgresMigrations(name);
  const latest = newest(migrations);
  const statements = postgresStatements(names);
  const appends = postgresAppends(names, latest);
  const statementNames = new StatementNames(options.preparedStatements ?? true);
  const joinedAppend = postgresJoinedAppend(names, latest);
  const notices = postgresNotices(names.notice);
  const timeoutMs = options.statementTimeoutMs ?? 10_000;

  async function outcomesOf(
    statement: Statement,
    groups: readonly AppendGroup[],
  ): Promise<AppendOutcome[]> {
    const rows = await driver.write(statement, timeoutMs);
    const told = new Map(rows.map((row) => [text(row, 'account'), text(row, 'outcome')]));
    return groups.map(({ account }) => {
      const outcome = told.get(account);
      if (outcome === 'too-new') throw tooNew(null);
      if (outcome !== 'stored' && outcome !== 'used' && outcome !== 'busy' && outcome !== 'moved') {
        throw new InvariantBroken(`an append to account "${account}" was answered "${outcome}"`);
      }
      return outcome;
    });
  }

  /** Appends one group, which the database may object to. */
  async function appendOne(group: AppendGroup): Promise<AppendOutcome> {
    const statement = group.base === 0 ? appends.opening(group) : appends.onTop([group]);
    for (let clashes = 1; ; clashes += 1) {
      try {
        const [outcome] = await outcomesOf(statement, [group]);
        return outcome ?? 'moved';
      } catch (error) {
        if (isClash(error)) {
          if (clashes < CLASHES_MAX) continue;
          return constraintOf(error).includes('key') && !constraintOf(error).includes('pkey')
            ? 'used'
            : 'moved';
        }
        if (isRefusedRow(error) && error instanceof StorageUnavailable) return refused(error);
        throw error;
      }
    }
  }

  /** Appends groups of open accounts; what the database objects to is halved until it stands alone. */
  async function appendMany(groups: readonly AppendGroup[]): Promise<AppendOutcome[]> {
    const [first] = groups;
    if (first === undefined) return [];
    if (groups.length === 1) return [await appendOne(first)];
    try {
      return await outcomesOf(appends.onTop(groups), groups);
    } catch (error) {
      if (!isRefusedRow(error)) throw error;
    }
    const half = Math.ceil(groups.length / 2);
    const left = await orFaults(groups.slice(0, half), appendMany);
    const right = await orFaults(groups.slice(half), appendMany);
    return [...left, ...right];
  }

  return {
    name: kind,
    fenceMs: options.fenceMs ?? timeoutMs + FENCE_MARGIN_MS,

    migrate: () => migratePostgres(driver, statements, { schema, migrations }),

    load: async (account, after, whole) =>
      accountOf(
        await driver.read(
          after === undefined
            ? statements.load(account, whole)
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
      const left = (opening: boolean): readonly AppendGroup[] =>
        groups.filter(
          ({ base }, index) => outcomes[index] === undefined && (base === 0) === opening,
        );
      const open = left(false);
      const openings = left(true);
      const told = new Map<AppendGroup, AppendOutcome>();
      const tell = (asked: readonly AppendGroup[], answers: readonly AppendOutcome[]): void => {
        asked.forEach((group, index) => {
          told.set(group, answers[index] ?? 'moved');
        });
      };
      // One statement for all: its failure is the failure of the whole append.
      if (openings.length === 0) tell(open, await appendMany(open));
      else if (open.length === 0 && openings.length === 1) {
        tell(openings, await Promise.all(openings.map(appendOne)));
      } else {
        tell(open, await orFaults(open, appendMany));
        // One by one, so that an opening which is under way elsewhere stalls no other account.
        for (const group of openings) {
          tell([group], await orFaults([group], async () => [await appendOne(group)]));
        }
      }
      return groups.map((group, index) => outcomes[index] ?? told.get(group) ?? 'moved');
    },

    checkpoint: async (account, base, next) =>
      (
        await driver.write(
          statements.checkpoint(account, base, next, latest),
          checkpointTimeout(timeoutMs, next),
        )
      ).length > 0,

    operations: async (account, after, limit) =>
      (await driver.read(statements.operations(account, after, limit))).map(operationOf),

    find: async (account, keys) =>
      (await driver.read(statements.find(account, keys))).map(operationOf),

    heads: async (cursor, limit) =>
      (await driver.read(statements.heads(cursor, limit))).map((row) => ({
        account: text(row, 'account'),
        number: whole(row, 'number'),
        hash: text(row, 'hash'),
      })),

    due: async (before, limit) =>
      (await driver.read(statements.due(before, limit))).map((row) => text(row, 'account')),

    settleDues: (head, until) =>
      driver.transaction(async (query) => {
        // Locked in a statement of its own: the next one sees what was committed until then.
        if ((await query(statements.lock(head.account))).length === 0) return false;
        return (await query(statements.settleDuesAt(head, until))).length > 0;
      }),

    claimNotices: async (claim) =>
      inOrder((await driver.write(notices.claim(claim), timeoutMs)).map(noticeOf)),

    noticeDone: async (notice) => {
      await driver.write(notices.done(notice), timeoutMs);
    },

    noticeFailed: async (failure) => {
      const { retryAt } = failure;
      const statement = retryAt === null ? notices.park(failure) : notices.failed(failure, retryAt);
      await driver.write(statement, timeoutMs);
    },

    releaseNotices: async (claim) => {
      await driver.write(notices.release(claim), timeoutMs);
    },

    parkedNotices: async (after, limit) =>
      (await driver.read(notices.parked(after, limit))).map(parkedOf),

    unpark: async (notice) => {
      const { how } = notice;
      const statement = how === 'retry' ? notices.revive(notice) : notices.discard(notice);
      return (await driver.write(statement, timeoutMs)).length > 0;
    },

    pruneNotices: async (before, limit) =>
      (await driver.write(notices.prune(before, limit), timeoutMs)).length,

    join: (handle, joining) =>
      joinPostgres(handle, statements, joinedAppend, latest, statementNames, joining ?? {}),

    close: () => driver.close(),
  };
}

/** The first checkpoint of a large account writes every part of it, and nobody waits for that. */
export function checkpointTimeout(timeoutMs: number, { parts }: Checkpoint): number {
  return timeoutMs + parts.length;
}

function refused(error: StorageUnavailable): StorageUnavailable {
  return new StorageUnavailable(error.message, {
    outcome: 'not-applied',
    retryable: false,
    cause: error.cause,
  });
}

// Once a part of an append is stored, a fault of another part is that part's answer: to throw it would
// say of the stored ones what isn't so.
async function orFaults(
  groups: readonly AppendGroup[],
  append: (groups: readonly AppendGroup[]) => Promise<AppendOutcome[]>,
): Promise<AppendOutcome[]> {
  try {
    return await append(groups);
  } catch (error) {
    if (error instanceof StorageUnavailable) return groups.map(() => error);
    throw error;
  }
}
