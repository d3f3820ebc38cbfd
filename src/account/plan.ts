// A change of plan: what was asked for, when it acts, and what becomes of each block.

import type { Instant } from '../calendar/instant.ts';
import type { TermsChangeJson } from '../terms/terms.ts';
import type { BlockKind } from './block.ts';

/** What becomes of the blocks of one kind. */
export type BlockTreatment = 'carry' | 'convert' | 'forfeit' | 'freeze';

/** A change of plan that was asked for. */
export interface PlanChange {
  readonly change: 'upgrade' | 'downgrade' | 'cancel';
  /** When it acts. */
  readonly at: Instant;
  /** Parts of the terms that it replaces. */
  readonly terms: TermsChangeJson;
  /** By kind; what isn't named is carried. */
  readonly treatments: Readonly<Partial<Record<BlockKind, BlockTreatment>>>;
}

/** The same in the journal. */
export interface PlanFact extends PlanChange {
  /** Whether it has acted, or waits for `at`. */
  readonly state: 'pending' | 'done';
  /** The commitment or its periods were agreed anew: the term that runs ends by that, and no rule is asked. */
  readonly restates: boolean;
  /** Whether the term that runs ends now. */
  readonly cuts: boolean;
  /** What becomes of each open block, or what would if nothing happened before. */
  readonly blocks: readonly { readonly block: number; readonly becomes: BlockTreatment }[];
}

/** Credits that became others at another unit price: their basis went along. */
export interface Conversion {
  readonly from: number;
  readonly to: number;
  /** Minor units. */
  readonly basis: bigint;
}
