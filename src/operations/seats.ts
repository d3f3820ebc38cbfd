// Who has a seat (`docs/domain.md §7`). Who joins in mid-period brings the seat's portion along, once
// in a period; who leaves takes nothing back.

import type { Account } from '../account/account.ts';
import type { BlockOpening } from '../account/block.ts';
import type { Draft, Move, PeriodDone } from '../account/operation.ts';
import type { Instant } from '../calendar/instant.ts';
import type { Allowance } from '../terms/allowances.ts';
import type { Context, SeatsCommand } from './command.ts';
import { arrivalOf, type Portion, portionAt } from './portions.ts';
import { occurredOf } from './stated.ts';

/** The members named have a seat from now on, and nobody else. */
export function decideSeats(account: Account, command: SeatsCommand, context: Context): Draft {
  const { seats } = account.portions;
  const now = new Set(command.members);
  const joined = command.members.filter((member) => !seats.has(member));
  const left = [...seats.keys()].filter((member) => !now.has(member)).sort();
  const occurred = occurredOf(command, context);
  const opens: BlockOpening[] = [];
  const moves: Move[] = [];
  const portions: PeriodDone[] = [];
  for (const allowance of account.terms.allowances) {
    if (allowance.per !== 'seat' || joined.length === 0) continue;
    const current = running(account, allowance, occurred, context.at);
    if (current === null) continue;
    const served = current.served ? account.portions.progress.get(allowance.name)?.served : null;
    const fresh = joined.filter((member) => served?.has(member) !== true);
    const arrival = arrivalOf(
      account,
      allowance,
      current.portion,
      {
        seats: fresh.length,
        joining: true,
        opens,
      },
      context.units,
    );
    opens.push(...arrival.opens);
    moves.push(...arrival.moves);
    portions.push(arrival.done);
  }
  return {
    kind: 'seats',
    occurred,
    moves,
    facts: {
      ...(opens.length > 0 && { opens }),
      ...(portions.length > 0 && { portions }),
      seats: { joined, left },
    },
  };
}

/** The portion that a seat of now brings at once; null: none runs, or the next one is the first under changed terms. */
function running(
  account: Account,
  allowance: Allowance,
  occurred: Instant,
  at: Instant,
): { readonly portion: Portion; readonly served: boolean } | null {
  const period = portionAt(account, allowance, at);
  const progress = account.portions.progress.get(allowance.name);
  if (period === null || progress === undefined) return null;
  const dealtWith = progress.until !== null && progress.until > at;
  if (dealtWith && progress.n === null) return null;
  const start = Math.max(period.whole.start, Math.min(occurred, at), allowance.firstFrom ?? 0);
  return { portion: { ...period, start }, served: dealtWith };
}
