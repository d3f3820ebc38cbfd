// The statements that ask every server, word for word: lists over all accounts, each of one table, without a
// lock, and never on the way of a write.

/** Texts with single spaces. */
export const ALL_SHARD_READS: readonly string[] = [
  `select a.account as account from "tallystick"."account" a where $1::text is null or a.account > $2::text order by a.account limit $3::text::bigint`,
  `select d.account as account from "tallystick"."due" d where d.instant <= $1::text::bigint group by d.account order by min(d.instant), d.account limit $2::text::bigint`,
  `select n.account as account, count(*)::text as count from "tallystick"."notice" n where n.state = 'waiting' and n.queue = $1::text group by n.account having max(n.claimed_until) <= $2::text::bigint order by min(n.recorded), n.account limit $3::text::bigint`,
  `select n.account as account, n.number::text as number, n.position::text as position from "tallystick"."notice" n where n.state in ('delivered', 'discarded') and n.ended < $1::text::bigint order by n.ended limit $2::text::bigint`,
  `select account as account, number::text as number, position::text as position, queue as queue, kind as kind, body as body, recorded::text as recorded, attempts::text as attempts, problem as problem, ended::text as ended from "tallystick"."notice" where state = 'parked' and ($1::text is null or (account, number, position) > ($2::text, $3::text::bigint, $4::text::bigint)) order by account, number, position limit $5::text::bigint`,
];
