// Views for people who look with psql. They show what is recorded, derived from the journal alone, and
// name the operation up to which that is; what time has brought and nobody recorded yet isn't in them.

import type { NameOf } from './names.ts';

/** Statements that create the views. */
export function postgresViews(name: NameOf): readonly string[] {
  const operation = name('operation');
  const instant = (milliseconds: string): string =>
    `timestamptz 'epoch' + ${milliseconds} * interval '1 millisecond'`;
  const net = (place: string): string => `
      coalesce(sum(e.amount) filter (where e.to_place = '${place}'), 0)
        - coalesce(sum(e.amount) filter (where e.from_place = '${place}'), 0) as ${place}`;
  const places = ['free', 'held', 'burned', 'expired', 'rolled', 'refunded', 'voided'];

  return [
    `create view ${name('block_opening')} as
     select o.account, (b.opens ->> 'block')::bigint as block, b.opens ->> 'name' as name,
       b.opens ->> 'unit' as unit, b.opens ->> 'kind' as kind,
       (b.opens ->> 'basis')::numeric as basis,
       ${instant("(b.opens ->> 'effective')::bigint")} as effective_at,
       ${instant("(b.opens ->> 'expires')::bigint")} as expires_at,
       (b.opens ->> 'priority')::bigint as priority, b.opens -> 'features' as features,
       o.number as opened_by
     from ${operation} o
     cross join lateral json_array_elements(o.body::json -> 'opens') b(opens)`,

    `create view ${name('entry')} as
     select o.account, o.number, o.key, o.kind, ${instant('o.occurred')} as occurred_at,
       ${instant('o.recorded')} as recorded_at, m.position, (m.move ->> 0)::bigint as block,
       b.name as block_name, b.unit, m.move ->> 1 as from_place, m.move ->> 2 as to_place,
       (m.move ->> 3)::numeric as amount, (m.move ->> 4)::bigint as hold
     from ${operation} o
     cross join lateral json_array_elements(o.body::json -> 'moves')
       with ordinality m(move, position)
     left join ${name('block_opening')} b
       on b.account = o.account and b.block = (m.move ->> 0)::bigint`,

    `create view ${name('block_now')} as
     select b.account, b.block, b.name, b.unit, b.kind, b.basis + c.basis as basis, a.currency,
       b.effective_at, coalesce(r.until, b.expires_at) as expires_at, f.frozen, b.priority,
       b.features,
       e.granted, e.free + e.held as remaining, ${places.map((place) => `e.${place}`).join(', ')},
       h.number as as_of_operation, ${instant('h.recorded')} as as_of
     from ${name('block_opening')} b
     join (
       select e.account, e.block,
         coalesce(sum(e.amount) filter (where e.from_place = 'issued'), 0)
           - coalesce(sum(e.amount) filter (where e.to_place = 'issued'), 0) as granted,
         ${places.map(net).join(',')}
       from ${name('entry')} e group by e.account, e.block
     ) e on e.account = b.account and e.block = b.block
     cross join lateral (
       select o.number, o.recorded from ${operation} o
       where o.account = b.account order by o.number desc limit 1
     ) h
     left join lateral (
       select o.body::json #>> '{opened,currency}' as currency from ${operation} o
       where o.account = b.account and o.number = 1
     ) a on true
     left join lateral (
       select ${instant("max((x.reopens ->> 'until')::bigint)")} as until
       from ${operation} o
       cross join lateral json_array_elements(o.body::json -> 'reopens') x(reopens)
       where o.account = b.account and (x.reopens ->> 'block')::bigint = b.block
     ) r on true
     cross join lateral (
       select coalesce(sum((x.went ->> 2)::numeric), 0) as basis
       from ${operation} o
       cross join lateral (
         select json_array_elements(o.body::json -> 'rolls') as went
         union all select json_array_elements(o.body::json -> 'converts')
       ) x
       where o.account = b.account and (x.went ->> 1)::bigint = b.block
     ) c
     cross join lateral (
       select coalesce(bool_or(cause.frozen), false) as frozen from (
         select sum(change.step) > 0 as frozen from (
           select x.change ->> 'by' as by, 1 as step from ${operation} o
           cross join lateral json_array_elements(o.body::json -> 'freezes') x(change)
           where o.account = b.account and (x.change ->> 'block')::bigint = b.block
           union all
           select x.change ->> 'by', -1 from ${operation} o
           cross join lateral json_array_elements(o.body::json -> 'thaws') x(change)
           where o.account = b.account and (x.change ->> 'block')::bigint = b.block
         ) change group by change.by
       ) cause
     ) f`,

    `create view ${name('balance')} as
     select b.account, b.unit,
       coalesce(sum(b.held + case when b.frozen then 0 else b.free end)
         filter (where b.effective_at <= b.as_of), 0) as posted,
       coalesce(sum(b.held) filter (where b.effective_at <= b.as_of), 0) as held,
       coalesce(sum(b.free) filter (where b.effective_at <= b.as_of and not b.frozen), 0) as free,
       coalesce(sum(b.free) filter (where b.effective_at <= b.as_of and b.frozen), 0) as frozen,
       coalesce(sum(b.remaining) filter (where b.effective_at > b.as_of), 0) as upcoming,
       sum(b.granted) as granted, sum(b.burned) as burned, sum(b.expired) as expired,
       b.as_of_operation, b.as_of
     from ${name('block_now')} b group by b.account, b.unit, b.as_of_operation, b.as_of`,

    `comment on view ${name('block_opening')} is
     'Blocks as they were opened. basis: what was paid, in the account''s currency.'`,
    `comment on view ${name('entry')} is
     'One row for each move of credits: from_place and to_place are issued, free, held, burned, expired, rolled, refunded or voided.'`,
    `comment on view ${name('block_now')} is
     'Where the credits of each block are, as recorded up to as_of_operation at as_of. granted = remaining + burned + expired + rolled + refunded + voided. A block that has ended shows its credits as free until its expiry is recorded. frozen: none of it can be spent now; once it thaws, its expiry moves on by the time that it was frozen, which expires_at does not show.'`,
    `comment on view ${name('balance')} is
     'What is recorded of each account and unit up to as_of_operation at as_of; posted = free + held; frozen credits stand beside them. The ledger''s own balance also knows what has ended since.'`,
  ];
}
