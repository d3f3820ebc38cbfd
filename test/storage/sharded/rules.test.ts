// The rules themselves: each refuses what it is there for, and what the measured engine takes passes.
import { describe, expect, it } from 'vitest';
import { ALL_SHARD_READS } from './all-shard-reads.ts';
import { problemsOf } from './rules.ts';

const values = ['acme', 'acme', 'acme', 'acme', 'acme'];
const problems = (text: string): Promise<string[]> => problemsOf({ text, values });

const FINE: readonly string[] = [
  'select a.account from tallystick.account a where a.account = $1::text for update skip locked',
  `select o.number, (select count(*) from tallystick.operation u where u.account = $2::text and u.key in ('a'))
   from tallystick.operation o where o.account = $1::text and o.number > 3`,
  `select o.body from tallystick.operation o left join tallystick.metadata m
   on m.account = $2::text and m.number = o.number where o.account = $1::text`,
  `with c as (select c.number from tallystick.checkpoint c where c.account = $1::text)
   select number from c`,
  `select 1 from tallystick.part p where p.account = $1::text
   union all select 2 from tallystick.checkpoint c where c.account = $2::text`,
  `insert into tallystick.due (account, instant) values ($1::text, 1), ($2::text, 2)
   on conflict do nothing returning account`,
  `insert into tallystick.due (account, instant)
   select a.account, u.instant from tallystick.account a, unnest($1::text::bigint[]) u(instant)
   where a.account = $2::text on conflict do nothing returning account`,
  `update tallystick.notice n set state = 'parked' where n.account = $1::text and n.number = 1
   returning n.account`,
  'delete from tallystick.due where account = $t1$acme$t1$::text and instant <= 1 returning account',
  'select min(m.number) from tallystick.migration m where m.breaking',
  'select pg_current_xact_id()::text',
  'begin isolation level read committed; set local statement_timeout = 100; commit; rollback',
];

const REFUSED: readonly (readonly [problem: string, text: string])[] = [
  [
    'a WITH that writes',
    `with gone as (delete from tallystick.due where account = $1::text returning account)
     select count(*) from gone`,
  ],
  [
    'a WITH that writes',
    `with moved as (update tallystick.checkpoint set body = '' where account = $1::text returning account)
     insert into tallystick.part (account, kind) values ($2::text, 'block')
     on conflict do nothing returning account`,
  ],
  [
    'of the kind MergeStmt',
    `merge into tallystick.due d using (values (1)) v(i) on d.account = $1::text
     when matched then delete`,
  ],
  ['of the kind TruncateStmt', 'truncate tallystick.due'],
  ['of the kind LockStmt', 'lock table tallystick.account'],
  ['of the kind CallStmt', 'call tallystick.append()'],
  ['of the kind NotifyStmt', 'notify tallystick'],
  ['without account = $n', 'select 1 from tallystick.operation where number = 1'],
  [
    'without account = $n',
    `select 1 from tallystick.operation o where o.account = $1::text or o.number = 1`,
  ],
  ['without account = $n', 'select 1 from tallystick.operation o where o.account > $1::text'],
  ['without account = $n', 'select 1 from tallystick.operation o where o.account = o.key'],
  ['without account = $n', 'select 1 from tallystick.operation o where o.key = $1::text'],
  [
    'without account = $n',
    'select 1 from tallystick.operation o where o.account = any($1::text::text[])',
  ],
  [
    'u without account = $n',
    `select (select count(*) from tallystick.operation u where u.account = o.account)
     from tallystick.operation o where o.account = $1::text`,
  ],
  [
    'm without account = $n',
    `select 1 from tallystick.operation o join tallystick.metadata m on m.account = o.account
     where o.account = $1::text`,
  ],
  [
    'o without account = $n',
    `select 1 from tallystick.operation o left join tallystick.metadata m
     on m.account = $1::text and o.account = $2::text`,
  ],
  [
    'c without account = $n',
    `select 1 from tallystick.part p where p.account = $1::text
     union all select 2 from tallystick.checkpoint c`,
  ],
  [
    'c without account = $n',
    `with c as (select c.number from tallystick.checkpoint c) select number from c`,
  ],
  ['without account = $n', "update tallystick.notice set state = 'parked' returning account"],
  ['without account = $n', 'delete from tallystick.due where instant <= 1 returning account'],
  [
    'more than one account',
    `select 1 from tallystick.part p, tallystick.due d
     where p.account = 'acme' and d.account = 'globex'`,
  ],
  [
    'more than one account',
    `insert into tallystick.due (account, instant) values ('acme', 1), ('globex', 1)
     on conflict do nothing returning account`,
  ],
  [
    'beside other tables',
    `select 1 from tallystick.part p, tallystick.migration m where p.account = $1::text`,
  ],
  [
    'FOR UPDATE of more than one row',
    `select n.account from tallystick.notice n where n.account = $1::text for update skip locked`,
  ],
  [
    'FOR UPDATE of other than one table',
    `select a.account from tallystick.account a, tallystick.checkpoint c
     where a.account = $1::text and c.account = $2::text for update skip locked`,
  ],
  [
    'FOR UPDATE of other than one table',
    'select 1 from tallystick.due d where d.account = $1::text for update skip locked',
  ],
  [
    'FOR UPDATE that waits',
    'select a.account from tallystick.account a where a.account = $1::text for update',
  ],
  [
    'an account that changes',
    'update tallystick.due set account = $1::text where account = $2::text returning account',
  ],
  [
    'an account that changes',
    `insert into tallystick.due (account, instant) values ($1::text, 1)
     on conflict (account, instant) do update set account = excluded.account returning account`,
  ],
  [
    'neither VALUES nor the account',
    `insert into tallystick.due (account, instant) select $1::text, unnest($2::text::bigint[])
     on conflict do nothing returning account`,
  ],
  [
    'a sub-select in an INSERT',
    `insert into tallystick.due (account, instant)
     values ($1::text, (select max(d.instant) from tallystick.due d where d.account = $2::text))
     on conflict do nothing returning account`,
  ],
  [
    'an INSERT that may clash',
    'insert into tallystick.due (account, instant) values ($1::text, 1) returning account',
  ],
  [
    'rows that nobody counts',
    'insert into tallystick.due (account, instant) values ($1::text, 1) on conflict do nothing',
  ],
  ['rows that nobody counts', 'delete from tallystick.due where account = $1::text'],
  [
    'the function clock_timestamp',
    'select clock_timestamp() from tallystick.account a where a.account = $1::text',
  ],
  [
    'the function random',
    'delete from tallystick.due where account = $1::text and random() < 1 returning account',
  ],
  [
    'the function SVFOP_CURRENT_TIMESTAMP',
    'select current_timestamp from tallystick.account a where a.account = $1::text',
  ],
  [
    'the function to_jsonb',
    `update tallystick.part set body = to_jsonb(body)::text where account = $1::text
     returning account`,
  ],
  ['the function pg_try_advisory_xact_lock', 'select pg_try_advisory_xact_lock(1)'],
  ['the function nextval', "select nextval('tallystick.numbers')"],
  [
    'the function pg_current_xact_id',
    'select pg_current_xact_id() from tallystick.account a where a.account = $1::text',
  ],
  ['does not cross as text', 'select 1 from tallystick.account a where a.account = $1'],
  ['TRANS_STMT_SAVEPOINT', 'savepoint before'],
  ['TRANS_STMT_ROLLBACK_TO', 'rollback to savepoint before'],
  ['TRANS_STMT_PREPARE', "prepare transaction 'mine'"],
  ['READ COMMITTED', 'begin'],
  ['READ COMMITTED', 'begin isolation level serializable'],
  ['READ COMMITTED', 'begin isolation level read committed, deferrable'],
  ['a setting of lock_timeout', "set local lock_timeout = '1s'"],
  ['a setting of statement_timeout', 'set statement_timeout = 1'],
];

describe('the rules for statements on sharded engines', () => {
  it.each(FINE)('let pass: %s', async (text) => {
    expect(await problems(text)).toEqual([]);
  });

  it.each(REFUSED)('refuse %s: %s', async (problem, text) => {
    expect((await problems(text)).join('; ')).toContain(problem);
  });

  it.each(ALL_SHARD_READS)('let every server be asked by: %s', async (text) => {
    expect(await problems(text)).toEqual([]);
    expect((await problems(`${text} offset 1`)).join()).toContain('without account = $n');
  });

  it('refuse another account in the same statement, told by the values', async () => {
    const text = `insert into tallystick.due (account, instant) values ($1::text, 1), ($2::text, 2)
      on conflict do nothing returning account`;
    expect(await problemsOf({ text, values: ['acme', 'globex'] })).toEqual([
      'more than one account in a statement',
    ]);
  });

  it('object to what is no SQL', async () => {
    await expect(problems('selct 1')).rejects.toThrow('syntax error');
  });
});
