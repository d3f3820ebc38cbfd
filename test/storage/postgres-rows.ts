import { accountOf, operationOf, whole } from '../../src/storage/sql/rows.ts';
import type { Row } from '../../src/storage/sql/statement.ts';
import type { RawRows } from '../../src/testing/conformance/index.ts';

/** Reads and touches the tables beside the port, on whatever runs a statement. */
export function rawPostgresRows(
  run: (text: string, values?: unknown[]) => Promise<Row[]>,
): RawRows {
  return {
    operations: async (account) =>
      (
        await run(
          `select o.account, o.number::text, o.key, o.kind, o.occurred::text, o.recorded::text,
             o.body, m.body as metadata, encode(o.hash, 'hex') as hash
           from tallystick.operation o left join tallystick.metadata m using (account, number)
           where account = $1 order by o.number`,
          [account],
        )
      ).map(operationOf),
    checkpoint: async (account) =>
      accountOf(
        await run(
          `select 'checkpoint' as row_kind, number::text, null as key, null as kind,
             encode(hash, 'hex') as hash, body, null as open
           from tallystick.checkpoint where account = $1
           union all select 'part', id::text, name, kind, null, body, open::text
           from tallystick.part where account = $1`,
          [account],
        ),
      )?.checkpoint ?? null,
    dues: async (account) =>
      (
        await run(
          'select instant::text as due from tallystick.due where account = $1 order by instant',
          [account],
        )
      ).map((row) => whole(row, 'due')),
    notices: async (account) =>
      (
        await run(
          `select number::text as n, position::text as p from tallystick.notice
           where account = $1 and state in ('waiting', 'parked') order by number, position`,
          [account],
        )
      ).map((row) => ({ number: whole(row, 'n'), position: whole(row, 'p') })),
    eraseMetadata: async (account, number) => {
      await run('delete from tallystick.metadata where account = $1 and number = $2', [
        account,
        number,
      ]);
    },
    tamper: async (how, account, number) => {
      if (how === 'truncate') await run('truncate tallystick.operation');
      else {
        const action =
          how === 'update'
            ? "update tallystick.operation set body = '{}'"
            : 'delete from tallystick.operation';
        await run(`${action} where account = $1 and number = $2`, [account, number]);
      }
    },
  };
}
