// What a scenario file says, as far as today's ledger can act it out. Names are the file's own, so
// that a reader of the file finds them here; the rules of each are in `docs/scenarios.md`.

import type { RefusalCode } from '../../errors.ts';
import type { BlockKind } from '../../ledger/stated-inputs.ts';
import type { RateCard } from '../../rating/rate-card.ts';
import { type Column, FLOWS, STOCKS } from '../../revenue/columns.ts';
import type { Breakage, PoliciesInput } from '../../terms/policies.ts';
import type { RolloverInput } from '../../terms/rollover.ts';
import type { TermsInput } from '../../terms/terms.ts';

/** One account's story: its terms, what happens to it and when, and what must be true. */
export interface Scenario {
  /** Its title. */
  readonly scenario: string;
  /** Where the numbers come from. */
  readonly source?: string;
  readonly account: ScenarioAccount;
  /** Whose revenue it is. Default: a book in UTC, with the account's currency and default policies. */
  readonly book: BookSaid;
  readonly steps: readonly Step[];
}

/** The account that the story is about. */
export interface ScenarioAccount {
  /** Default: `UTC`. */
  readonly timeZone: string;
  /** Default: `USD`. */
  readonly currency: string;
  /** The first is what a step means that names none. Default: `credit` at scale 0. */
  readonly units: Readonly<Record<string, { readonly scale: number }>>;
  readonly rateCards: readonly RateCard[];
  readonly terms: TermsInput;
}

/** The book whose revenue a story speaks of. */
export interface BookSaid {
  readonly timeZone?: string;
  readonly calendar?: 'month';
  readonly rounding?: 'half-away-from-zero' | 'half-even';
  readonly currency?: string;
  readonly listPrice?: string;
  readonly policies?: PoliciesInput;
}

/** An amount of a step: decimal text. A number only where the step expects `invalid-input`. */
export type AmountText = string | number;

interface Said {
  readonly occurredAt?: string | number;
  readonly unit?: string;
  readonly key?: string;
  readonly by?: string;
  readonly reason?: string;
  readonly expect?: Expectations;
}

/** What a block may state of itself. */
export interface BlockSaid {
  readonly block?: string;
  readonly kind?: BlockKind;
  readonly effectiveAt?: string | number;
  readonly expiresAt?: string | number | null;
  readonly priority?: number;
  readonly features?: readonly string[];
  readonly rollover?: RolloverInput | null;
  readonly breakage?: Breakage;
  readonly listPrice?: AmountText;
  readonly escheatable?: boolean;
}

interface UsageSaid {
  readonly amount?: AmountText;
  readonly feature?: string;
  readonly quantity?: AmountText;
  /** Kind → how much of it. */
  readonly quantities?: Readonly<Record<string, AmountText>>;
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** A step that is one write. */
export type WriteAct = Said &
  (
    | ({
        readonly do: 'grant';
        readonly amount: AmountText;
        readonly basis?: AmountText;
        readonly unitCost?: AmountText;
      } & BlockSaid)
    | ({
        readonly do: 'purchase';
        readonly amount: AmountText;
        readonly price: AmountText;
        readonly paid?: boolean;
        readonly reference?: string;
        readonly bonus?: BlockSaid & {
          readonly amount: AmountText;
          readonly unitCost?: AmountText;
        };
        readonly with?: readonly { readonly name: string; readonly ssp: AmountText }[];
        readonly billing?: {
          readonly every: string;
          readonly amount: AmountText;
          readonly starts?: string | number;
        };
        readonly pool?: { readonly blocks: readonly string[]; readonly concession?: AmountText };
        readonly fxRate?: AmountText;
      } & BlockSaid)
    | ({
        readonly do: 'consume';
        readonly member?: string;
        readonly partial?: boolean;
        /** Time that it is delivered over. */
        readonly over?: { readonly starts?: string | number; readonly ends: string | number };
      } & UsageSaid)
    | ({
        readonly do: 'hold';
        readonly hold?: string;
        readonly expiresAt?: string | number;
        readonly member?: string;
      } & UsageSaid)
    | {
        readonly do: 'capture';
        readonly hold: string;
        readonly amount?: AmountText;
        readonly final?: boolean;
      }
    | { readonly do: 'release'; readonly hold: string }
    | { readonly do: 'reverse'; readonly of: string; readonly amount?: AmountText }
    | {
        readonly do: 'refund';
        readonly block?: string;
        readonly amount?: AmountText;
        /** Agreed money for credits that were used. */
        readonly used?: AmountText;
        readonly access?: string;
        readonly money?: AmountText;
      }
    | {
        readonly do: 'access';
        readonly access: string;
        readonly price: AmountText;
        readonly starts?: string | number;
        readonly ends: string | number;
      }
    | {
        readonly do: 'modify';
        readonly access: string;
        /** In all. */
        readonly price?: AmountText;
        readonly ends?: string | number;
        readonly method: 'prospective' | 'catch-up';
      }
    | { readonly do: 'void'; readonly block: string; readonly spent?: 'kept' | 'owed' }
    | { readonly do: 'adjust'; readonly amount: AmountText; readonly block?: string }
    | { readonly do: 'settle'; readonly money?: AmountText; readonly amount?: AmountText }
    | { readonly do: 'pin'; readonly rateCard: string; readonly version: number }
    | { readonly do: 'terms'; readonly terms: TermsInput }
    | { readonly do: 'seats'; readonly members: readonly string[] }
    | {
        readonly do: 'renew';
        readonly decision:
          | 'accept'
          | { readonly override: { readonly amount?: string; readonly price?: string } };
      }
    | {
        readonly do: 'pay';
        readonly request: string;
        readonly outcome: 'paid' | 'failed';
        readonly reference?: string;
      }
    | { readonly do: 'approve' | 'decline'; readonly request: string; readonly role?: string }
    | {
        readonly do: 'plan';
        readonly change: 'upgrade' | 'downgrade' | 'cancel';
        readonly terms?: TermsInput;
        readonly blocks?: Readonly<
          Partial<Record<BlockKind | 'rollover', 'carry' | 'convert' | 'forfeit' | 'freeze'>>
        >;
      }
    | { readonly do: 'dispute'; readonly block: string; readonly state: 'open' | 'won' | 'lost' }
  );

/** A step that is one call of the ledger's. */
export type Act = WriteAct | (Said & { readonly do: 'sweep' });

/** A step that only looks. */
export interface Look extends Said {
  readonly do: 'look';
  readonly asOf?: string | number;
  readonly by?: string;
}

/** Several acts: at the same moment without waiting for each other, or in one batch call. */
export interface Several extends Said {
  readonly do: 'together' | 'batch';
  readonly steps: readonly Act[];
}

/** What is decided about the book: policies from now on, or a month that is closed. */
export type BookAct = Said &
  (
    | {
        readonly do: 'policy';
        readonly policies?: PoliciesInput;
        readonly block?: string;
        readonly breakage?: Breakage;
      }
    | { readonly do: 'close'; readonly period: string }
  );

/** What happens, and what must be true after it. */
export type Step = { readonly at: string } & (Act | Look | Several | BookAct);

/** What must be true after a step. What isn't named is free. */
export interface Expectations {
  readonly refused?: RefusalCode;
  /** Fields of the refusal, by name. */
  readonly facts: Readonly<Record<string, string | readonly string[]>>;
  readonly replayed?: boolean;
  readonly outcomes?: readonly string[];
  readonly succeeded?: number;
  readonly refusals?: Readonly<Record<string, number>>;
  readonly charged?: string;
  readonly overage?: string;
  readonly waived?: string;
  readonly balance?: string;
  readonly held?: string;
  readonly owed?: string;
  readonly owedMoney?: string;
  readonly due?: string;
  readonly totals?: Readonly<Record<string, Readonly<Partial<Record<Total, string>>>>>;
  readonly blocks?: Readonly<Record<string, string>>;
  readonly split?: Readonly<Record<string, string>>;
  readonly alerts?: readonly string[];
  readonly requests?: readonly RequestSaid[];
  readonly renewal?: RenewalSaid;
  /** Month → figures as closed. */
  readonly revenue?: RevenueSaid;
  /** Month → figures of what happened in it. */
  readonly restated?: RevenueSaid;
  readonly commission?: Readonly<Partial<Record<CommissionFigure, string>>>;
}

/** Month → figures of the books; what isn't named is free. */
export type RevenueSaid = Readonly<
  Record<string, Readonly<Partial<Record<RevenueFigure, string>>>>
>;

/** A figure of a month. */
export type RevenueFigure = Column | 'recognised';

/** All of them. */
export const REVENUE_FIGURES: readonly RevenueFigure[] = [...FLOWS, ...STOCKS, 'recognised'];

/** A request that is open. */
export interface RequestSaid {
  readonly request?: string;
  readonly kind?: string;
  readonly amount?: string;
}

/** A line of a renewal's invoice; what it doesn't name is free. */
export interface LineSaid {
  readonly type?: string;
  readonly units?: string;
  readonly unitPrice?: string;
  readonly amount?: string;
}

/** What a renewal comes to. The invoice is its total, or its lines. */
export type RenewalSaid = Readonly<Partial<Record<RenewalFigure, string>>> & {
  readonly invoice?: string | readonly LineSaid[];
};

/** The figures of a renewal. */
export const RENEWAL_FIGURES = [
  'committed',
  'used',
  'rolledIn',
  'rolledOut',
  'expired',
  'overage',
  'nextCommitment',
] as const;

/** One of them. */
export type RenewalFigure = (typeof RENEWAL_FIGURES)[number];

/** What a commission comes to. */
export const COMMISSION_FIGURES = ['upfront', 'consumed', 'earned', 'settlement'] as const;

/** One of them. */
export type CommissionFigure = (typeof COMMISSION_FIGURES)[number];

/** Where the credits of a block went. */
export const TOTALS = ['granted', 'burned', 'expired', 'rolledOut', 'refunded', 'voided'] as const;

/** One of them. */
export type Total = (typeof TOTALS)[number];
