// The portions of allowances, as time brings them (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Portions } from '../account/portions.ts';
import type { Units } from '../quantity/units.ts';
import type { Allowance } from '../terms/allowances.ts';
import { arrivalOf, nextPortion, type Portion } from './portions.ts';
import { type Brought, RESERVED_KEYS, type Source } from './source.ts';

interface Next {
  readonly allowance: Allowance;
  readonly portion: Portion;
}

const remembered = new WeakMap<
  Portions,
  { readonly allowances: readonly Allowance[]; readonly next: Next | null }
>();

/** The allowance whose portion comes first; at one instant in the order of the terms. */
function nextOf(account: Account): Next | null {
  const { allowances } = account.terms;
  if (allowances.length === 0) return null;
  const known = remembered.get(account.portions);
  if (known?.allowances === allowances) return known.next;
  let next: Next | null = null;
  for (const allowance of allowances) {
    const portion = nextPortion(account, allowance);
    if (portion !== null && (next === null || portion.start < next.portion.start)) {
      next = { allowance, portion };
    }
  }
  remembered.set(account.portions, { allowances, next });
  return next;
}

/** Recurring grants: one operation for each period, also where it brings nothing because nothing is lacking. */
export const allowances: Source = (account, units) => {
  const next = nextOf(account);
  return next === null
    ? null
    : { at: next.portion.start, bring: () => brought(account, next, units) };
};

function brought(account: Account, { allowance, portion }: Next, units: Units): Brought {
  const { opens, moves, done } = arrivalOf(
    account,
    allowance,
    portion,
    {
      seats: allowance.per === 'seat' ? account.portions.seats.size : 1,
      joining: false,
      opens: [],
    },
    units,
  );
  return {
    // No two portions of an allowance begin at one instant; numbers begin anew with another anchor.
    key: `${RESERVED_KEYS}allowance/${allowance.name}/${portion.start}`,
    draft: {
      kind: 'allowance',
      occurred: portion.start,
      moves,
      facts: { ...(opens.length > 0 && { opens }), portions: [done] },
    },
  };
}
