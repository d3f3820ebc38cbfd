// What a ledger answers: receipts, balances, histories, explanations.

import type { Fault, Refusal } from '../errors.ts';
import type { Rating } from '../insight/explain-rating.ts';
import type { Decimal } from '../quantity/decimal.ts';
import type { AmountInput } from '../quantity/quantity.ts';
import type { RateCard } from '../rating/rate-card.ts';
import type { BurnKey } from '../terms/terms.ts';
import type { AccessBalance } from './access-answers.ts';
import type { Catalogue, RatedUsage, UnitName } from './catalogue.ts';
import type { BlockKind, Metadata } from './stated-inputs.ts';

/** An amount of money: major units of a currency. */
export interface Money {
  readonly amount: Decimal;
  readonly currency: string;
}

/** What one operation took from one block. */
export interface SplitLine {
  readonly block: string;
  readonly unit: string;
  readonly amount: Decimal;
}

/** What an operation did in one unit, and what the account has of it now. */
export interface UnitFigures {
  readonly charged: Decimal;
  /** Of what was charged: credits beyond the balance, which are owed. */
  readonly overage: Decimal;
  /** Of what was charged: credits that nobody owes. */
  readonly waived: Decimal;
  /** What can be spent now. */
  readonly balance: Decimal;
  /** What is set aside. */
  readonly held: Decimal;
}

/** A change of plan, and what becomes of each open block: as foreseen where it waits for the term's end. */
export interface PlanChangeLine {
  readonly change: 'upgrade' | 'downgrade' | 'cancel';
  readonly actsAt: Date;
  readonly blocks: readonly {
    readonly block: string;
    readonly becomes: 'carry' | 'convert' | 'forfeit' | 'freeze';
  }[];
}

/** The answer to a write. A replay gives the first `charged`, `split` and `due`, and today's balances. */
export interface Receipt {
  readonly account: string;
  readonly key: string;
  readonly kind: string;
  /** Number of the operation in the account's journal. */
  readonly number: number;
  /** True where the key was used before, with the same content. */
  readonly replayed: boolean;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** The operation's own unit, which `charged`, `balance` and `held` are in. */
  readonly unit: string;
  /** Credits that this operation used. Only consume and capture charge. */
  readonly charged: Decimal;
  /** Credits that can be spent now. */
  readonly balance: Decimal;
  /** Credits that are set aside. */
  readonly held: Decimal;
  /** What was taken from each block. */
  readonly split: readonly SplitLine[];
  /** The hold that this operation took, captured or released, and what is still set aside in it. */
  readonly hold: { readonly name: string; readonly amount: Decimal } | null;
  /** Access that this usage paid for, or that covered it. Null where its rate knows none. */
  readonly entitlement: {
    readonly feature: string;
    readonly member: string | null;
    readonly until: Date;
  } | null;
  /** Money: what a refund pays back, what a settlement costs. Null where there is none. */
  readonly due: Money | null;
  /** Of what was charged: credits beyond the balance, which are owed. */
  readonly overage: Decimal;
  /** Of what was charged: credits that nobody owes, because the terms are only observed as yet. */
  readonly waived: Decimal;
  /** The alerts that this call set off, in order: `consumed:0.5`, `below:100`, `expiry:P7D`, `overage`, `cap:ada`. Empty for a replay. */
  readonly alerts: readonly string[];
  /** What a change of plan does; null for every other write. Ask `quote` for a preview. */
  readonly plan: PlanChangeLine | null;
  /** The figures for every unit that the operation touched. */
  readonly units: Readonly<Record<string, UnitFigures>>;
  /** Hash of the operation, 64 hexadecimal digits; keep it where the journal must be provable from outside. */
  readonly hash: string;
}

/** What an account has of one unit. */
export interface UnitBalance {
  /** Available and held together. */
  readonly posted: Decimal;
  readonly held: Decimal;
  /** What can be spent now. */
  readonly available: Decimal;
  /** In blocks that are not effective yet. */
  readonly upcoming: Decimal;
  /** In blocks that are frozen: a dispute is open, or a change of plan froze them. */
  readonly frozen: Decimal;
  /** Overage that nobody has paid. */
  readonly owed: Decimal;
  /** Room that is left under the overage limit; null where there is none to run out of. */
  readonly overageLeft: Decimal | null;
}

/** Where a cap stands in the period that runs; one of each member is told of those who have drawn in it. */
export interface CapBalance {
  /** As its alert says it. */
  readonly cap: string;
  /** Null: it is the account's. */
  readonly member: string | null;
  /** Null: it counts all usage. */
  readonly feature: string | null;
  readonly unit: string;
  readonly limit: Decimal;
  /** Open holds included. */
  readonly used: Decimal;
  readonly left: Decimal;
  /** When its next period begins; null: it is for ever. */
  readonly until: Date | null;
}

/** Something that waits for an answer: a payment (`pay`), or an approval (`approve`, `decline`). */
export interface OpenRequest {
  readonly request: string;
  readonly kind: 'top-up' | 'overage' | 'purchase-approval' | 'overage-approval';
  /** Credits. */
  readonly amount: Decimal;
  readonly unit: string;
  /** What it costs; null where nothing is to be paid. */
  readonly price: Money | null;
  readonly since: Date;
  /** When it lapses; null: it waits. */
  readonly until: Date | null;
}

/** A line of a renewal's invoice. */
export interface InvoiceLine {
  readonly type: 'overage' | 'commitment';
  readonly unit: string;
  readonly units: Decimal;
  /** Money for one credit, as exact as the division allows; for reading, the amount is what counts. */
  readonly unitPrice: Decimal;
  readonly amount: Money;
}

/**
 * A renewal as it is proposed, or was just accepted: what the term brought, and what comes next
 * (`docs/domain.md §6`). committed + rolledIn + other + overage = used + rolledOut + expired + refunded
 * + voided + settled + left. An earlier term's usage that is undone in this one may raise a figure to
 * zero; nothing else breaks that sum.
 */
export interface RenewalReview {
  /** The term that ends, or has ended. */
  readonly term: { readonly n: number; readonly starts: Date; readonly ends: Date };
  readonly unit: string;
  readonly committed: Decimal;
  /** Overage included, what was reversed taken off. */
  readonly used: Decimal;
  readonly rolledIn: Decimal;
  readonly rolledOut: Decimal;
  readonly expired: Decimal;
  readonly overage: Decimal;
  /** Credits that the term began with or that came in it besides: top-ups, allowances, grants. */
  readonly other: Decimal;
  readonly refunded: Decimal;
  readonly voided: Decimal;
  /** Overage that credits paid. */
  readonly settled: Decimal;
  /** In blocks that go on into the next term. */
  readonly left: Decimal;
  readonly nextCommitment: Decimal;
  /** Of the next commitment. */
  readonly price: Money;
  readonly lines: readonly InvoiceLine[];
  readonly state: 'proposed' | 'accepted';
  /** Who decided; null: nobody yet, or it renewed by itself. */
  readonly by: string | null;
  readonly reason: string | null;
}

/** Where a block stands. */
export type BlockState = 'open' | 'upcoming' | 'frozen' | 'empty' | 'expired' | 'rolled' | 'voided';

/** One block and where its credits are. granted = remaining + burned + expired + rolledOut + refunded + voided. */
export interface BlockBalance {
  readonly block: string;
  readonly unit: string;
  /** `rollover` for what rolled out of another block. */
  readonly kind: BlockKind | 'rollover';
  readonly state: BlockState;
  /** The block that its credits rolled out of; null: they didn't roll. */
  readonly rolledFrom: string | null;
  readonly granted: Decimal;
  /** Held credits included. */
  readonly remaining: Decimal;
  readonly held: Decimal;
  readonly burned: Decimal;
  readonly expired: Decimal;
  readonly rolledOut: Decimal;
  readonly refunded: Decimal;
  readonly voided: Decimal;
  readonly basis: Money;
  readonly effectiveAt: Date;
  /** First instant at which it can't be spent any more; null: never, or not before it thaws. */
  readonly expiresAt: Date | null;
  readonly priority: number;
  readonly features: readonly string[] | null;
}

/** An account's balance; `available`, `held` and `posted` are in the ledger's first unit. */
export interface Balance<C extends Catalogue> extends UnitBalance {
  readonly account: string;
  /** The instant that it is true at. */
  readonly at: Date;
  /** The last operation that is in it. */
  readonly number: number;
  readonly units: Readonly<Record<UnitName<C>, UnitBalance>>;
  /** Those with something left, where nothing else was asked for; in the order in which they were recorded. */
  readonly blocks: readonly BlockBalance[];
  /** What voids left owed, in money; no credits pay it. */
  readonly owedMoney: Money;
  /** Access that was sold for money, in the order in which it was. */
  readonly access: readonly AccessBalance[];
  /** How much of each cap is drawn. */
  readonly caps: readonly CapBalance[];
  /** What waits for an answer. */
  readonly requests: readonly OpenRequest[];
  /** A change of plan that waits for the term's end. */
  readonly planChange: {
    readonly change: 'downgrade' | 'cancel' | 'upgrade';
    readonly actsAt: Date;
  } | null;
  /** The renewal that is open, or was accepted for the term that runs; null: none was proposed yet. */
  readonly renewal: RenewalReview | null;
  /** What the account's usage is priced by; null: the ledger declared no card when it opened. */
  readonly rateCard: PinnedCard | null;
}

/** The version of a rate card that an account pays by, and the one that it is offered (`docs/domain.md §7`). */
export interface PinnedCard {
  readonly id: string;
  readonly version: number;
  /** Null: no offer is open. */
  readonly offered: {
    readonly rateCard: string;
    readonly version: number;
    /** When the account moves by itself; null: never. */
    readonly movesAt: Date | null;
    /** Whether it said that it stays until then. */
    readonly stays: boolean;
  } | null;
}

/** One line of an account's history. */
export interface HistoryEntry {
  readonly number: number;
  readonly key: string;
  readonly kind: string;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** What the caller stated, canonically. Empty for what time has brought. */
  readonly input: Readonly<Record<string, unknown>>;
  /** Where each credit went. */
  readonly moves: readonly {
    readonly block: string;
    readonly unit: string;
    readonly from: string;
    readonly to: string;
    readonly amount: Decimal;
    readonly hold: string | null;
  }[];
  readonly metadata: Metadata | null;
  readonly hash: string;
}

/** Which part of a history. */
export interface HistoryInput {
  readonly account: string;
  /** Only operations after this number. Default: 0. */
  readonly after?: number;
}

/** Why an operation did what it did. */
export interface Explanation {
  readonly entry: HistoryEntry;
  /** The rate, its card's version, its inputs and its lines, where a rate card priced it. */
  readonly rating: Rating | null;
  /** The burn order in force. */
  readonly burnOrder: readonly BurnKey[];
  /** Every block with credits at that moment, in burn order: what was taken, and why it stood there or was passed over. */
  readonly blocks: readonly {
    readonly block: string;
    readonly unit: string;
    readonly free: Decimal;
    readonly taken: Decimal;
    readonly why: string;
  }[];
  /** The whole of it in sentences, for a support reply. */
  readonly text: string;
}

/** A version of a rate card as it was published: figures as text, by value. */
export interface PublishedRateCard extends RateCard {
  readonly publishedAt: Date;
}

/** A usage that the terms would have refused, had they been enforced. */
export interface ObservedUsage {
  readonly key: string;
  readonly number: number;
  readonly occurredAt: Date;
  readonly recordedAt: Date;
  /** The code that it would have been refused with. */
  readonly code: 'insufficient-credits' | 'cap-exceeded';
  /** Which cap; only with `cap-exceeded`. */
  readonly cap?: string;
  readonly unit: string;
  /** Credits that would have been missing, which were waived; or that were drawn beyond the cap. */
  readonly shortfall: Decimal;
}

/** What would have happened without `observeUntil` (`docs/domain.md §7`). */
export interface Observed {
  /** In the order in which they were recorded. */
  readonly usages: readonly ObservedUsage[];
  /** By unit: what was waived in all, whatever was reversed since. */
  readonly shortfall: Readonly<Record<string, Decimal>>;
}

/** What `verify` found. */
export type Verification =
  | {
      readonly ok: true;
      readonly account: string;
      readonly operations: number;
      readonly head: string;
    }
  | {
      readonly ok: false;
      readonly account: string;
      /** The first line that is wrong. */
      readonly number: number;
      readonly problem: string;
    };

/** What the work inside `withHold` is given. */
export interface OpenHold<C extends Catalogue> {
  readonly hold: string;
  /** What is held. */
  readonly amount: Decimal;
  /**
   * States what the work really cost; the last word counts. It is captured when the work ends, also
   * when the work throws afterwards. Without it everything is released.
   */
  capture(
    actual:
      | AmountInput
      | {
          readonly quantity?: AmountInput;
          readonly quantities?: Readonly<Record<string, AmountInput>>;
          readonly dimensions?: Readonly<Record<string, string>>;
        }
      | RatedUsage<C>,
  ): void;
}

/** What became of one command of a batch. */
export type Outcome =
  | { readonly ok: true; readonly receipt: Receipt }
  | { readonly ok: false; readonly error: Refusal | Fault };
