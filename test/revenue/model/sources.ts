// What a block was before it rolled or was converted.

import type { BlockOpening } from '../../../src/account/block.ts';
import type { PolicyKind } from '../../../src/terms/policies.ts';
import type { Lot } from './lists.ts';

/** Number of the block that it came from; null: it was sold or given. */
export function sourceOf(
  { number, lineage }: BlockOpening,
  converts: readonly { readonly from: number; readonly to: number }[] = [],
): number | null {
  return lineage?.from ?? converts.find(({ to }) => to === number)?.from ?? null;
}

/** What rolled or was converted is what it was before, beside what it is now. */
export function kindsOf({ kind }: BlockOpening, from: Lot | null): readonly PolicyKind[] {
  if (from === null) return [kind];
  return kind === 'rollover'
    ? ['rollover', ...from.kinds.filter((one) => one !== 'rollover')]
    : [kind];
}
