// The portions of allowances, as time brings them (`docs/domain.md §7`).

import type { Account } from '../account/account.ts';
import type { Portions } from '../account/portions.ts';
import { InvariantBroken } from '../errors.ts';
import type { Allowance } from '../terms/allowances.ts';
import { arrivalOf, nextPortion, type Portion } from './portions.ts';
import { RESERVED_KEYS, type Source } from './source.ts';

interface Coming {
  readonly allowance: Allowance;
  readonly portion: Portion;
}

const remembered = new WeakMap<
  Portions,
  { readonly allowances: readonly Allowance[]; readonly coming: Coming | null }
>();

/** The allowance whose portion comes first; at one instant in the order of the terms. */
function comingOf(account: Account): Coming | null {
  const { allowances } = account.terms;
  const known = remembered.get(account.portions);
  if (known?.allowances === allowances) return known.coming;
  let coming: Coming | null = null;
  for (const allowance of allowances) {
    const portion = nextPortion(account, allowance);
    if (portion !== null && (coming === null || portion.start < coming.portion.start)) {
      coming = { allowance, portion };
    }
  }
  remembered.set(account.portions, { allowances, coming });
  return coming;
}

/** Recurring grants: one operation for each period, also where it brings nothing because nothing is lacking. */
export const allowances: Source = {
  next: (account) => comingOf(account)?.portion.start ?? null,
  bring: (account, due, units) => {
    const coming = comingOf(account);
    if (coming === null) throw new InvariantBroken(`"${account.id}" expects no allowance`);
    const { allowance, portion } = coming;
    const { opens, moves, done } = arrivalOf(
      account,
      allowance,
      portion,
      {
        seats: allowance.per === 'seat' ? account.portions.seats.size : 1,
        joining: false,
        number: account.blocks.nextNumber,
        names: new Set(),
      },
      units,
    );
    return {
      // No two portions of an allowance begin at one instant; numbers begin anew with another anchor.
      key: `${RESERVED_KEYS}allowance/${allowance.name}/${due}`,
      draft: {
        kind: 'allowance',
        occurred: due,
        moves,
        facts: { ...(opens.length > 0 && { opens }), portions: [done] },
      },
    };
  },
};
