// What a migration asks of Citus, on a PostgreSQL without it: the functions are there, note what they are
// called with, and refuse what Citus refuses of a table. Nothing is spread.
import type pg from 'pg';

const STAND_IN = `
create table pg_dist_partition (logicalrelid oid primary key);
create table citus_call (call bigint generated always as identity, name text, arguments text);
grant select on pg_dist_partition to public;

create function create_distributed_table(relation regclass, by_column text, colocate_with text)
returns void language plpgsql as $$
declare unfit text;
begin
  if exists (select 1 from pg_trigger where tgrelid = relation and not tgisinternal) then
    raise exception 'triggers are not supported on distributed tables';
  end if;
  select indexrelid::regclass::text into unfit from pg_index i
  where i.indrelid = relation and i.indisunique and not exists (
    select 1 from pg_attribute a
    where a.attrelid = relation and a.attname = by_column and a.attnum = any (i.indkey));
  if unfit is not null then
    raise exception 'cannot create constraint %: it does not contain the distribution column', unfit;
  end if;
  if colocate_with <> 'none' and not exists (
    select 1 from pg_dist_partition where logicalrelid = colocate_with::regclass) then
    raise exception 'relation % is not distributed', colocate_with;
  end if;
  insert into pg_dist_partition values (relation);
  insert into citus_call (name, arguments) values
    ('create_distributed_table', format('%s by %s beside %s', relation, by_column, colocate_with));
end $$;

create function create_reference_table(relation regclass) returns void language plpgsql as $$
begin
  insert into pg_dist_partition values (relation);
  insert into citus_call (name, arguments) values ('create_reference_table', relation::text);
end $$`;

/** Puts the stand-in into a database. */
export async function standInForCitus(database: pg.Pool): Promise<void> {
  await database.query(STAND_IN);
}

/** What was called, in order. */
export async function callsOfCitus(database: pg.Pool): Promise<string[]> {
  const { rows } = await database.query<{ told: string }>(
    "select name || ' ' || arguments as told from citus_call order by call",
  );
  return rows.map(({ told }) => told);
}
