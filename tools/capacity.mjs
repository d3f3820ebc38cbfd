// Bytes that accounts and debits take on PostgreSQL, for the arithmetic in docs/scale-out.md: tables, indexes
// and log, counted by the server itself. `node tools/capacity.mjs [debits] [accounts]`; no figure of it is a time.
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { createLedger } from '../src/ledger/create-ledger.ts';
import { postgres } from '../src/storage/postgres/index.ts';
import { startPostgres } from '../test/postgres/server.ts';

const [debits = 100_000, accounts = 1_000] = process.argv.slice(2).map(Number);
const CALLERS = 64;

const server = await startPostgres({ durable: true });
const pool = new pg.Pool({ connectionString: server.url, max: 8 });
pool.on('error', () => {});
try {
  const { rows } = await pool.query('show server_version');
  console.log(`PostgreSQL ${rows[0]?.server_version.split(' ')[0]}, ${CALLERS} callers\n`);
  for (const sharded of [undefined, 'citus']) await measure(sharded);
} finally {
  await pool.end();
  await server.stop();
}

async function measure(sharded) {
  const schema = sharded === undefined ? 'one_server' : 'by_account';
  // Nothing is spread here: the statements are what is looked at.
  await postgres(pool, { schema }).migrate();
  const storage = {
    ...postgres(pool, { schema, ...(sharded && { sharded }) }),
    migrate: async () => {},
  };
  const ledger = await createLedger({ storage, units: { credit: { scale: 0 } } });
  console.log(
    sharded === undefined ? 'Statements for one server' : '\nStatements for sharded engines',
  );

  const empty = await taken(schema);
  await inLanes(accounts, async (index) => {
    const account = `customer_${index}`;
    await ledger.open({ account, key: keyOf() });
    for (let block = 0; block < 5; block += 1) {
      await ledger.grant({
        account,
        amount: 1_000_000,
        key: keyOf(),
        expiresAt: new Date(Date.now() + (300 + block) * 86_400_000).toISOString(),
      });
    }
  });
  const opened = await taken(schema);
  print('an account with five grants', empty, opened, accounts);
  await inLanes(debits, (index) =>
    ledger.consume({ account: `customer_${index % accounts}`, amount: 1, key: keyOf() }),
  );
  print('a debit', opened, await taken(schema), debits);
  await ledger.close();
}

/** Rises with time, as is recommended. */
function keyOf() {
  const time = Date.now().toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomBytes(11).toString('hex').slice(0, 21)}`;
}

async function inLanes(count, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: CALLERS }, async () => {
      while (next < count) {
        const index = next;
        next += 1;
        await work(index);
      }
    }),
  );
}

async function taken(schema) {
  const { rows } = await pool.query(
    `select c.relname as name, pg_table_size(c.oid)::float8 as rows,
       pg_indexes_size(c.oid)::float8 as indexes,
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 as log
     from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = $1 and c.relkind = 'r'`,
    [schema],
  );
  return rows;
}

function print(what, before, after, count) {
  const of = (rows, name) => rows.find((row) => row.name === name) ?? { rows: 0, indexes: 0 };
  const each = (bytes) => Math.round(bytes / count);
  console.log(`  ${what}: ${each(after[0].log - before[0].log)} bytes of log`);
  let sum = 0;
  for (const { name, rows, indexes } of after) {
    const inRows = rows - of(before, name).rows;
    const inIndexes = indexes - of(before, name).indexes;
    sum += inRows + inIndexes;
    if (inRows + inIndexes >= count) {
      console.log(`    ${name}: ${each(inRows)} in rows, ${each(inIndexes)} in indexes`);
    }
  }
  console.log(`    together ${each(sum)} bytes`);
}
