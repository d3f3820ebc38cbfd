// The statements on an engine that spreads the tables over servers by account. Each names the account of
// every table it touches, so that one server answers it; none writes in a WITH, locks more than one row or
// asks for an advisory lock, which would be another one on each server.

import type { Checkpoint, CheckpointPart, PartsWanted, StoredOperation } from '../port.ts';
import type { TableNames } from './names.ts';
import { digits } from './notice-statements.ts';
import type { NoticeRow } from './postgres-notices.ts';
import { PART_KINDS } from './rows.ts';
import { listed, type Statement, sql, verbatim } from './statement.ts';

/** Rows of one INSERT; what a statement may carry of parameters is bounded. */
export const ROWS_MAX = 500;

/** Every statement about accounts. Those of the outbox are elsewhere. */
export interface ShardedStatements {
  /** `number` of a breaking step beyond `known`, where there is one. */
  tooNew(known: number): Statement;
  /** `xid`, `isolation` and `read_only` of the transaction; of no table, which another server might answer for. */
  transactionState(): Statement;
  transactionId(): Statement;
  /** A row where the lock was taken. */
  lock(account: string): Statement;
  /** A row where the account has its row to lock. */
  isThere(account: string): Statement;
  /** The row to lock, in a transaction of its own, so that nobody waits for it. */
  makeLockable(account: string): Statement;
  /** One row, under the lock: `number` and `hash` of the newest operation (0 and '' without one), `used` how many of the keys are taken. */
  guard(account: string, keys: readonly string[]): Statement;
  /** A row for each that was inserted. */
  insertOperations(operations: readonly StoredOperation[]): Statement;
  insertMetadata(operations: readonly StoredOperation[]): Statement;
  settleDues(account: string, until: number): Statement;
  insertDues(account: string, instants: readonly number[]): Statement;
  insertNotices(notices: readonly NoticeRow[]): Statement;
  /** With `whole`, of more parts than so many only the open ones. */
  load(account: string, whole?: number): Statement;
  parts(account: string, base: number, wanted: readonly PartsWanted[]): Statement;
  loadAfter(account: string, after: number): Statement;
  operations(account: string, after: number, limit: number): Statement;
  find(account: string, keys: readonly string[]): Statement;
  /** `number` and `hash` of the newest operation; no row without one. */
  head(account: string): Statement;
  /** All shards: accounts in the order of their names' bytes, also such as never had an operation. */
  accounts(cursor: string | null, limit: number): Statement;
  /** All shards. */
  due(before: number, limit: number): Statement;
  /** A row where the journal has this operation. */
  has(account: string, number: number, hash: string): Statement;
  /** A row where the checkpoint was put in its place. */
  putCheckpoint(account: string, base: number, next: Checkpoint): Statement;
  putParts(account: string, parts: readonly CheckpointPart[]): Statement;
}

/** The statements over these tables. */
export function shardedStatements(names: TableNames): ShardedStatements {
  const account = verbatim(names.account);
  const operation = verbatim(names.operation);
  const metadata = verbatim(names.metadata);
  const checkpoint = verbatim(names.checkpoint);
  const part = verbatim(names.part);
  const due = verbatim(names.due);
  const notice = verbatim(names.notice);
  const columns = verbatim(`o.account as account, o.number::text as number, o.key as key,
    o.kind as kind, o.occurred::text as occurred, o.recorded::text as recorded, o.body as body,
    m.body as metadata, encode(o.hash, 'hex') as hash`);

  // One by one and by its key: joined as a whole, all metadata of an account may be read for one line of it.
  const withMetadata = (name: string): Statement => sql`
    ${operation} o left join lateral (select m.body from ${metadata} m
      where m.account = ${name} and m.number = o.number limit 1) m on true`;

  return {
    tooNew: (known) => sql`
      select min(m.number)::text as number from ${verbatim(names.migration)} m
      where m.breaking and m.number > ${digits(known)}::bigint having min(m.number) is not null`,
    transactionState: () => sql`
      select pg_current_xact_id()::text as xid,
        current_setting('transaction_isolation')::text as isolation,
        current_setting('transaction_read_only')::text as read_only`,
    transactionId: () => sql`select pg_current_xact_id()::text as xid`,

    lock: (name) => sql`
      select a.account as account from ${account} a where a.account = ${name}
      for update skip locked`,
    isThere: (name) => sql`
      select a.account as account from ${account} a where a.account = ${name}`,
    makeLockable: (name) => sql`
      insert into ${account} (account) values (${name}) on conflict do nothing
      returning account as account`,
    guard: (name, keys) => sql`
      select coalesce((select o.number from ${operation} o where o.account = ${name}
          order by o.number desc limit 1), 0)::text as number,
        coalesce((select encode(o.hash, 'hex') from ${operation} o where o.account = ${name}
          order by o.number desc limit 1), '') as hash,
        (select count(*) from ${operation} u where u.account = ${name}
          and u.key in (${listed(keys.map((key) => sql`${key}`))}))::text as used
      from ${account} a where a.account = ${name}`,

    insertOperations: (rows) => sql`
      insert into ${operation} (account, number, key, kind, occurred, recorded, body, hash)
      values ${listed(
        rows.map(
          (row) => sql`(${row.account}, ${digits(row.number)}::bigint, ${row.key}, ${row.kind},
            ${digits(row.occurred)}::bigint, ${digits(row.recorded)}::bigint, ${row.body},
            decode(${row.hash}, 'hex'))`,
        ),
      )}
      on conflict do nothing returning number::text as number`,
    insertMetadata: (rows) => sql`
      insert into ${metadata} (account, number, body)
      values ${listed(
        rows.map((row) => sql`(${row.account}, ${digits(row.number)}::bigint, ${row.metadata})`),
      )}
      on conflict do nothing returning number::text as number`,
    settleDues: (name, until) => sql`
      delete from ${due} where account = ${name} and instant <= ${digits(until)}::bigint
      returning instant::text as instant`,
    insertDues: (name, instants) => sql`
      insert into ${due} (account, instant)
      values ${listed(instants.map((instant) => sql`(${name}, ${digits(instant)}::bigint)`))}
      on conflict do nothing returning instant::text as instant`,
    insertNotices: (rows) => sql`
      insert into ${notice} (account, number, position, queue, kind, body, recorded)
      values ${listed(
        rows.map(
          (row) => sql`(${row.account}, ${digits(row.number)}::bigint,
            ${digits(row.position)}::bigint, ${row.queue}, ${row.kind}, ${row.body},
            ${digits(row.recorded)}::bigint)`,
        ),
      )}
      on conflict do nothing returning number::text as number`,

    load: (name, whole) => sql`
      select 'checkpoint' as row_kind, c.account as account, c.number::text as number,
        null::text as key, null::text as kind, null::text as occurred, null::text as recorded,
        c.body as body, null::text as metadata, encode(c.hash, 'hex') as hash, null::text as open
      from ${checkpoint} c where c.account = ${name}
      union all
      select 'part', p.account, p.id::text, p.name, p.kind, null, null, p.body, null, null, 'true'
      from ${part} p where p.account = ${name} and p.open
      union all
      select 'part', p.account, p.id::text, p.name, p.kind, null, null, p.body, null, null, 'false'
      from ${part} p where p.account = ${name} and not p.open
        and ${PART_KINDS.map(
          (kind) => sql`coalesce((select s.id from ${part} s where s.account = ${name}
            and s.kind = ${kind} order by s.id desc limit 1), 0)`,
        ).reduce((sum, one) => sql`${sum} + ${one}`)}
          <= ${digits(whole ?? Number.MAX_SAFE_INTEGER)}::bigint
      union all
      select 'operation', ${columns}, null
      from ${withMetadata(name)}
      where o.account = ${name} and o.number > coalesce(
        (select c.number from ${checkpoint} c where c.account = ${name}), 0)`,
    parts: (name, base, wanted) => sql`
      select 'checkpoint' as row_kind, null::text as number, null::text as key, null::text as kind,
        null::text as body, null::text as open
      from ${checkpoint} c where c.account = ${name} and c.number = ${digits(base)}::bigint
      union all
      select 'part', p.id::text, p.name, p.kind, p.body, p.open::text
      from ${part} p where p.account = ${name} and exists (select 1 from ${checkpoint} c
          where c.account = ${name} and c.number = ${digits(base)}::bigint)
        and (${wanted.flatMap(waysOfOne).reduce((all, one) => sql`${all} or ${one}`, sql`false`)})`,
    loadAfter: (name, after) => sql`
      select 'operation' as row_kind, ${columns} from ${withMetadata(name)}
      where o.account = ${name} and o.number >= ${digits(after)}::bigint`,
    operations: (name, after, limit) => sql`
      select ${columns} from ${withMetadata(name)}
      where o.account = ${name} and o.number > ${digits(after)}::bigint
      order by o.number limit ${digits(limit)}::bigint`,
    find: (name, keys) => sql`
      select ${columns} from ${withMetadata(name)}
      where o.account = ${name}
        and o.key in (${listed([...new Set(keys)].map((key) => sql`${key}`))})`,
    head: (name) => sql`
      select o.account as account, o.number::text as number, encode(o.hash, 'hex') as hash
      from ${operation} o where o.account = ${name} order by o.number desc limit 1`,
    accounts: (cursor, limit) => sql`
      select a.account as account from ${account} a
      where ${cursor} is null or a.account > ${cursor}
      order by a.account limit ${digits(limit)}::bigint`,
    due: (before, limit) => sql`
      select d.account as account from ${due} d where d.instant <= ${digits(before)}::bigint
      group by d.account order by min(d.instant), d.account limit ${digits(limit)}::bigint`,

    has: (name, number, hash) => sql`
      select o.account as account from ${operation} o
      where o.account = ${name} and o.number = ${digits(number)}::bigint
        and o.hash = decode(${hash}, 'hex')`,
    putCheckpoint: (name, base, { number, hash, body }) =>
      base === 0
        ? sql`
          insert into ${checkpoint} (account, number, hash, body)
          values (${name}, ${digits(number)}::bigint, decode(${hash}, 'hex'), ${body})
          on conflict do nothing returning account as account`
        : sql`
          update ${checkpoint} set number = ${digits(number)}::bigint,
            hash = decode(${hash}, 'hex'), body = ${body}
          where account = ${name} and number = ${digits(base)}::bigint
          returning account as account`,
    putParts: (name, parts) => sql`
      insert into ${part} (account, kind, id, name, open, body)
      values ${listed(
        parts.map(
          ({ kind, id, name: called, open, body }) => sql`(${name}, ${kind}, ${digits(id)}::bigint,
            ${called}, ${`${open}`}::boolean, ${body})`,
        ),
      )}
      on conflict (account, kind, id) do update set open = excluded.open, body = excluded.body
      returning account as account`,
  };
}

/** Conditions on a part `p`, one for each way in which parts of a kind are asked for. */
function waysOfOne({ kind, ids, names }: PartsWanted): readonly Statement[] {
  const ways: Statement[] = ids === null ? [sql`(p.kind = ${kind})`] : [];
  if (ids !== null && ids.length > 0) {
    ways.push(
      sql`(p.kind = ${kind} and p.id in (${listed(ids.map((id) => sql`${digits(id)}::bigint`))}))`,
    );
  }
  if (names.length > 0) {
    ways.push(sql`(p.kind = ${kind} and p.name in (${listed(names.map((name) => sql`${name}`))}))`);
  }
  return ways;
}
