// The answers that are not receipts. Three kinds, never mixed: a Refusal (the answer is no), a Fault
// (the storage could not answer) and an InvariantBroken (a bug, which stops loudly).

export {
  AccountBusy,
  ClockSkew,
  Fault,
  type FaultCode,
  type FaultOutcome,
  HistoryLost,
  QueueFull,
  StorageUnavailable,
} from './faults.ts';

/** Code of a refusal, in the order in which codes are given where several apply (`docs/scenarios.md`, Codes). */
export type RefusalCode =
  | 'invalid-input'
  | 'idempotency-conflict'
  | 'unknown-account'
  | 'unknown-block'
  | 'unknown-hold'
  | 'unknown-operation'
  | 'unknown-feature'
  | 'unknown-rate-card'
  | 'unknown-request'
  | 'unknown-unit'
  | 'account-exists'
  | 'too-late'
  | 'hold-ended'
  | 'block-ended'
  | 'block-frozen'
  | 'already-decided'
  | 'not-due'
  | 'period-closed'
  | 'over-reversal'
  | 'not-refundable'
  | 'cap-exceeded'
  | 'approval-required'
  | 'insufficient-credits'
  | 'lease-ended'
  | 'lease-spent';

/** Facts of a refusal or fault: plain text, so that they survive logs and JSON unchanged. */
export type Facts = Readonly<Record<string, string | readonly string[]>>;

/**
 * The answer is no. Nothing was written and the key stays free.
 * `code` is stable and covered by semantic versioning; `message` is for people and is not.
 */
export class Refusal extends Error {
  readonly code: RefusalCode;
  readonly facts: Facts;

  constructor(code: RefusalCode, message: string, facts: Facts = {}) {
    super(message);
    this.name = new.target.name;
    this.code = code;
    this.facts = facts;
  }

  /** The refusal as data: code, message and facts side by side. */
  toJSON(): Record<string, unknown> {
    return { code: this.code, message: this.message, ...this.facts };
  }
}

/** What was given can't be read, or breaks a bound. Nothing was looked up. */
export class InvalidInput extends Refusal {
  readonly field: string;
  readonly expected: string;
  readonly found: string;

  constructor(facts: { field: string; expected: string; found: string }) {
    super(
      'invalid-input',
      `${facts.field}: expected ${facts.expected}, found ${facts.found}`,
      facts,
    );
    this.field = facts.field;
    this.expected = facts.expected;
    this.found = facts.found;
  }
}

/** The key (or a name) was used before for something else; `field` is the first that differs (`docs/domain.md §4`). */
export class IdempotencyConflict extends Refusal {
  readonly field: string;

  constructor(facts: { field: string; key: string; message?: string }) {
    super(
      'idempotency-conflict',
      facts.message ??
        (facts.field === 'do'
          ? `key "${facts.key}" was used before for another operation; an operation that is new needs a key of its own`
          : `key "${facts.key}" was used before with another ${facts.field}; a retry states the same, and an operation that is new needs a key of its own`),
      { field: facts.field, key: facts.key },
    );
    this.field = facts.field;
  }
}

/** What was named does not exist: an account, block, hold, operation, feature, rate card, request or unit. */
export class Unknown extends Refusal {
  /** What was looked for, as the caller named it. */
  readonly subject: string;

  constructor(code: Extract<RefusalCode, `unknown-${string}`>, subject: string, hint = '') {
    const what = code.slice('unknown-'.length).replace('-', ' ');
    super(code, `no ${what} "${subject}"${hint === '' ? '' : `; ${hint}`}`, { name: subject });
    this.subject = subject;
  }
}

/** The account is open already, under another key. */
export class AccountExists extends Refusal {
  constructor(account: string) {
    super(
      'account-exists',
      `account "${account}" is open already; write to it, or give the new one a name of its own`,
      { account },
    );
  }
}

/** The usage happened longer ago than the account's terms accept (`docs/domain.md §4`). */
export class TooLate extends Refusal {
  /** Earliest instant that is still accepted. */
  readonly oldest: string;

  constructor(facts: { occurredAt: string; oldest: string }) {
    super(
      'too-late',
      `usage of ${facts.occurredAt} is too late: the terms accept usage since ${facts.oldest}; correct older usage by adjust, or accept more in the terms (lateUsage)`,
      facts,
    );
    this.oldest = facts.oldest;
  }
}

/** The offer's last day is over for this account. */
export class OfferEnded extends Refusal {
  readonly offer: string;
  /** First instant at which it couldn't be taken any more. */
  readonly until: string;

  constructor(facts: { offer: string; until: string }) {
    super(
      'too-late',
      `offer "${facts.offer}" ended at ${facts.until}; it can't be taken any more, but credits can be granted`,
      facts,
    );
    this.offer = facts.offer;
    this.until = facts.until;
  }
}

/** The account has taken the offer; each can do so once. A retry of the claim uses its first key. */
export class OfferTaken extends Refusal {
  readonly offer: string;
  readonly takenAt: string;

  constructor(facts: { offer: string; takenAt: string }) {
    super(
      'already-decided',
      `offer "${facts.offer}" was taken at ${facts.takenAt}; an account takes it once`,
      facts,
    );
    this.offer = facts.offer;
    this.takenAt = facts.takenAt;
  }
}

/** The hold can't be captured or released any more; `ended` says which of the ways it went. */
export class HoldEnded extends Refusal {
  readonly hold: string;
  readonly ended: 'captured' | 'released' | 'expired';

  constructor(facts: { hold: string; ended: 'captured' | 'released' | 'expired' }) {
    super(
      'hold-ended',
      `hold "${facts.hold}" has ended: it was ${facts.ended}; take another, or consume without one`,
      facts,
    );
    this.hold = facts.hold;
    this.ended = facts.ended;
  }
}

/** The block has expired, was voided, or has nothing left for this. */
export class BlockEnded extends Refusal {
  readonly block: string;
  readonly ended: 'expired' | 'voided' | 'empty';

  constructor(facts: { block: string; ended: 'expired' | 'voided' | 'empty' }) {
    super(
      'block-ended',
      `block "${facts.block}" has ended: it is ${facts.ended}; the balance lists those that are open`,
      facts,
    );
    this.block = facts.block;
    this.ended = facts.ended;
  }
}

/** The block is frozen: nothing of it can be spent, refunded or taken back by hand until it thaws. */
export class BlockFrozen extends Refusal {
  readonly block: string;
  /** What freezes it: `dispute`, `plan`. */
  readonly by: readonly string[];

  constructor(facts: { block: string; by: readonly string[] }) {
    super(
      'block-frozen',
      `block "${facts.block}" is frozen (${facts.by.join(', ')}); decide the dispute or change the plan first`,
      facts,
    );
    this.block = facts.block;
    this.by = facts.by;
  }
}

/** A renewal, dispute or request was decided before; deciding again would do it twice. */
export class AlreadyDecided extends Refusal {
  constructor(facts: { what: string; by?: string | null }) {
    super(
      'already-decided',
      `the ${facts.what} was decided already${facts.by == null ? '' : ` by ${facts.by}`}; nothing was done again`,
      { what: facts.what, ...(facts.by != null && { by: facts.by }) },
    );
  }
}

/** There is nothing to decide yet: no renewal was proposed, no dispute is open. */
export class NotDue extends Refusal {
  constructor(facts: { what: string; account: string }) {
    super(
      'not-due',
      `account "${facts.account}" has no ${facts.what} to decide; read its balance for what is open`,
      facts,
    );
  }
}

/** What it would change belongs to a period that is closed, or to one that only the latest close can be reopened for. */
export class PeriodClosed extends Refusal {
  /** Period that is in the way. */
  readonly period: string;

  constructor(facts: { book: string; period: string; what: string; instead: string }) {
    super(
      'period-closed',
      `${facts.what}: book "${facts.book}" is closed to the end of ${facts.period}; ${facts.instead}`,
      { book: facts.book, period: facts.period },
    );
    this.period = facts.period;
  }
}

/** More was to be undone than is left to undo. Amounts are decimal text. */
export class OverReversal extends Refusal {
  readonly requested: string;
  readonly left: string;

  constructor(facts: { of: string; requested: string; left: string }) {
    super(
      'over-reversal',
      facts.left === '0'
        ? `nothing of "${facts.of}" is left to reverse`
        : `of "${facts.of}" ${facts.left} is left to reverse, ${facts.requested} was asked for; ask for no more than is left`,
      facts,
    );
    this.requested = facts.requested;
    this.left = facts.left;
  }
}

/** Nothing was paid for the block or the access, or all of it was paid back: there is no money to give back. */
export class NotRefundable extends Refusal {
  /** `block` is the name of the block or of the access. */
  constructor(block: string, why: 'free' | 'free-access' | 'repaid' = 'free') {
    super(
      'not-refundable',
      {
        free: `block "${block}" has no cost basis: nothing was paid for it; void it, or adjust it down`,
        'free-access': `access "${block}" was sold for nothing; to end it, modify its end`,
        repaid: `what was paid for "${block}" was paid back before; to take back what is left of a block, void it or adjust it down`,
      }[why],
      {
        block,
      },
    );
  }
}

/** A cap leaves no room for this, whatever the balance (`docs/domain.md §7`). Amounts are decimal text. */
export class CapExceeded extends Refusal {
  /** Name of the cap, as its alert says it. */
  readonly cap: string;
  readonly limit: string;
  /** What was drawn in its period already, open holds included. */
  readonly used: string;
  readonly requested: string;
  readonly left: string;

  constructor(facts: {
    cap: string;
    member?: string;
    unit: string;
    limit: string;
    used: string;
    requested: string;
    left: string;
  }) {
    super(
      'cap-exceeded',
      `cap "${facts.cap}" leaves ${facts.left} of ${facts.limit} ${facts.unit}, ${facts.requested} was asked for; raise the cap, wait for its next period, or ask for a partial fill`,
      facts,
    );
    this.cap = facts.cap;
    this.limit = facts.limit;
    this.used = facts.used;
    this.requested = facts.requested;
    this.left = facts.left;
  }
}

/** The write needs a named role's word first; a request waits for it. Amounts are decimal text. */
export class ApprovalRequired extends Refusal {
  /** What `approve` or `decline` answers. */
  readonly request: string;
  /** Declined: a person said no, and asking again changes nothing. */
  readonly state: 'open' | 'declined';
  readonly role: string;

  constructor(facts: {
    request: string;
    state: 'open' | 'declined';
    role: string;
    unit: string;
    amount: string;
    price?: string;
  }) {
    super(
      'approval-required',
      facts.state === 'declined'
        ? `request "${facts.request}" was declined by ${facts.role}; the same write is refused until that request's time is over`
        : `${facts.role} must approve this; once "${facts.request}" is approved, the same write succeeds`,
      facts,
    );
    this.request = facts.request;
    this.state = facts.state;
    this.role = facts.role;
  }
}

/** There is too little to spend, and nothing was written (`docs/domain.md §4`). Amounts are decimal text. */
export class InsufficientCredits extends Refusal {
  readonly unit: string;
  readonly required: string;
  /** Credits that could have been spent. */
  readonly available: string;
  /** Room that is left under the overage limit. */
  readonly overageLeft: string;
  /** What is missing after both. */
  readonly shortfall: string;

  constructor(facts: {
    unit: string;
    required: string;
    available: string;
    overageLeft: string;
    shortfall: string;
  }) {
    super(
      'insufficient-credits',
      `${facts.required} ${facts.unit} required, ${facts.available} available${facts.overageLeft === '0' ? '' : `, ${facts.overageLeft} of overage allowed`}: ${facts.shortfall} short; buy or grant more, or ask for less`,
      facts,
    );
    this.unit = facts.unit;
    this.required = facts.required;
    this.available = facts.available;
    this.overageLeft = facts.overageLeft;
    this.shortfall = facts.shortfall;
  }
}

/** A bug: something that must always hold (`docs/domain.md §9`) does not. Nothing was written. */
export class InvariantBroken extends Error {
  constructor(message: string) {
    super(`invariant broken: ${message}`);
    this.name = 'InvariantBroken';
  }
}
