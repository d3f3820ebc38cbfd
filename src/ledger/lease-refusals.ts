// What a lease answers by itself, without asking the ledger.

import { Refusal } from '../errors.ts';

/** Why a lease can't be spent from any more; `time`, `end` and `closed` are its own, the rest befell its hold. */
export type LeaseEnd = 'time' | 'end' | 'closed' | 'expired' | 'released' | 'captured';

const BECAUSE: Readonly<Record<LeaseEnd, string>> = {
  time: 'its time is over',
  end: 'it was ended',
  closed: 'its ledger was closed',
  expired: 'its hold ran out before it was settled',
  released: 'its hold was released by somebody else',
  captured: 'its hold was captured by somebody else',
};

/** The lease can't be spent from any more, or could not be settled in time. Amounts are decimal text. */
export class LeaseEnded extends Refusal {
  /** Key of the lease. */
  readonly lease: string;
  readonly ended: LeaseEnd;
  /** What was spent and will not be charged; `0` where nothing is lost. */
  readonly uncharged: string;

  constructor(
    facts: { lease: string; ended: LeaseEnd; uncharged: string },
    options: { cause?: unknown } = {},
  ) {
    super(
      'lease-ended',
      `lease "${facts.lease}" has ended: ${BECAUSE[facts.ended]}; ${
        facts.uncharged === '0'
          ? 'take another, or consume without one'
          : `${facts.uncharged} that were spent from it could not be charged; charge them by a consume of your own, or let them be`
      }`,
      facts,
    );
    if (options.cause !== undefined) this.cause = options.cause;
    this.lease = facts.lease;
    this.ended = facts.ended;
    this.uncharged = facts.uncharged;
  }
}

/** Too little is left in the lease for this, whatever the account has. Amounts are decimal text. */
export class LeaseSpent extends Refusal {
  /** Key of the lease. */
  readonly lease: string;
  readonly unit: string;
  readonly required: string;
  /** What can still be spent from it. */
  readonly left: string;

  constructor(facts: { lease: string; unit: string; required: string; left: string }) {
    super(
      'lease-spent',
      `lease "${facts.lease}" has ${facts.left} ${facts.unit} left, ${facts.required} required; end it and take another, or consume without one`,
      facts,
    );
    this.lease = facts.lease;
    this.unit = facts.unit;
    this.required = facts.required;
    this.left = facts.left;
  }
}
