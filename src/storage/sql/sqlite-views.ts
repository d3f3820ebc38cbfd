// Views for people who look with the sqlite3 shell. Amounts stay text: SQLite would add them up as
// floating numbers, so sums are left to the ledger.

import type { NameOf } from './names.ts';

/** Statements that create the views. */
export function sqliteViews(name: NameOf): readonly string[] {
  const operation = name('operation');
  const instant = (milliseconds: string): string =>
    `strftime('%Y-%m-%dT%H:%M:%fZ', ${milliseconds} / 1000.0, 'unixepoch')`;
  return [
    `create view ${name('block_opening')} as
     select o.account, b.value ->> 'block' as block, b.value ->> 'name' as name,
       b.value ->> 'unit' as unit, b.value ->> 'kind' as kind, b.value ->> 'basis' as basis,
       ${instant("(b.value ->> 'effective')")} as effective_at,
       ${instant("(b.value ->> 'expires')")} as expires_at,
       b.value ->> 'priority' as priority, b.value -> 'features' as features,
       o.number as opened_by
     from ${operation} o, json_each(o.body, '$.opens') b`,
    `create view ${name('entry')} as
     select o.account, o.number, o.key, o.kind, ${instant('o.occurred')} as occurred_at,
       ${instant('o.recorded')} as recorded_at, m.key + 1 as position, m.value ->> 0 as block,
       (select b.name from ${name('block_opening')} b
         where b.account = o.account and b.block = m.value ->> 0) as block_name,
       (select b.unit from ${name('block_opening')} b
         where b.account = o.account and b.block = m.value ->> 0) as unit,
       m.value ->> 1 as from_place, m.value ->> 2 as to_place, m.value ->> 3 as amount,
       m.value ->> 4 as hold
     from ${operation} o, json_each(o.body, '$.moves') m`,
  ];
}
