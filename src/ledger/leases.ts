// Takes leases, and knows those that this process has: a key names one lease of one process, so that
// no two ever spend from the same hold.

import { randomUUID } from 'node:crypto';
import { Fault, IdempotencyConflict, InvalidInput, StorageUnavailable } from '../errors.ts';
import type { EngineCommand } from '../operations/command.ts';
import { parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf } from '../quantity/units.ts';
import type { Receipt } from './answers.ts';
import type { Catalogue } from './catalogue.ts';
import { LiveLease, type Taken } from './lease.ts';
import { LeasedHold, type LeaseTerms } from './lease-hold.ts';
import { type AskedLease, type Lease, type LeaseInput, readLease } from './lease-input.ts';
import { LeaseEnded } from './lease-refusals.ts';
import type { Parts } from './parts.ts';
import type { Plans } from './plans.ts';
import { usageCommands } from './usage-commands.ts';

/** How much longer than the lease its hold lasts: time for the last settlement, and for clocks that differ. */
const GRACE_MS = 15_000;

/** A hold of a lease that is being taken: a retry finds the same one. */
interface Attempt {
  readonly key: string;
  /** Elapsed time before it was asked for the first time: it can't have been taken earlier. */
  readonly since: number;
}

/** What is known of a key. */
interface Known {
  /** What was asked for, as text. */
  readonly content: string;
  /** Whose it is: states the process, so that another one's hold is never taken for ours. */
  readonly owner: string;
  readonly first: Attempt;
  /** Null after a fault: a retry asks again. */
  lease: Promise<LiveLease> | null;
}

/** The leases of one ledger. */
export class Leases {
  readonly #parts: Parts;
  readonly #submit: (command: EngineCommand) => Promise<Receipt>;
  readonly #newOwner: () => string;
  readonly #known = new Map<string, Known>();
  #isClosed = false;

  constructor(
    parts: Parts,
    submit: (command: EngineCommand) => Promise<Receipt>,
    newOwner: () => string = randomUUID,
  ) {
    this.#parts = parts;
    this.#submit = submit;
    this.#newOwner = newOwner;
  }

  /** Takes credits. The same call again gives the same lease. */
  async take<C extends Catalogue>(input: LeaseInput<C>): Promise<Lease> {
    if (this.#isClosed) throw new StorageUnavailable('the ledger is closed');
    const asked = readLease(input);
    const since = this.#parts.timers.elapsedMs();
    this.#forgetOld(since);
    const name = JSON.stringify([asked.account, asked.key]);
    const { forMs, amount, unit, feature, member, metadata } = asked;
    const content = JSON.stringify({ forMs, amount, unit, feature, member, metadata });
    const known = this.#known.get(name) ?? {
      ...{ content, owner: this.#newOwner(), first: { key: asked.key, since }, lease: null },
    };
    if (known.content !== content) throw usedBefore(asked.key);
    this.#known.set(name, known);
    known.lease ??= this.#open(asked, known, name).catch((error: unknown) => {
      known.lease = null;
      if (!(error instanceof Fault)) this.#known.delete(name);
      throw error;
    });
    return known.lease;
  }

  /** Ends every lease; what can't be settled is told to whoever listens for problems. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const opened = await Promise.allSettled([...this.#known.values()].map(({ lease }) => lease));
    const leases = opened.flatMap((one) => (one.status === 'fulfilled' ? (one.value ?? []) : []));
    await Promise.all(leases.map((lease) => lease.close()));
  }

  async #open(asked: AskedLease, known: Known, name: string): Promise<LiveLease> {
    const { rules, clock, timers } = this.#parts;
    const unit = asked.unit ?? mainUnit(rules.units);
    const scale = scaleOf(rules.units, unit);
    const amount = parseParts(asked.amount, scale, 'amount');
    const refillBelow = boundOf(asked, 'refillBelow', scale, amount / 2n, 'half of the amount');
    const settleAbove = boundOf(asked, 'settleAbove', scale, amount, 'the amount');
    const { account, key, feature, member, metadata, late } = asked;
    const shared = { account, key, unit, scale, feature, member, metadata, late };
    const terms: LeaseTerms = { ...shared, submit: this.#submit, clock };
    const take = (attempt: Attempt): Promise<Taken> =>
      this.#hold(attempt, { asked, owner: known.owner, amount, terms });
    const { forMs, settleEveryMs, onProblem } = asked;
    return new LiveLease(await take(known.first), {
      ...{ terms, timers, forMs, settleEveryMs, settleAbove, refillBelow, onProblem },
      refill: refills(key, take, () => timers.elapsedMs()),
      onDone: () => this.#known.delete(name),
    });
  }

  async #hold(
    { key, since }: Attempt,
    lease: { asked: AskedLease; owner: string; amount: bigint; terms: LeaseTerms },
  ): Promise<Taken> {
    const { asked, owner, terms } = lease;
    const { forMs } = asked;
    const receipt = await this.#submit(holdOf(key, asked, owner)).catch((error: unknown) => {
      const isOthers = error instanceof IdempotencyConflict && error.field === 'lease';
      throw isOthers ? usedBefore(key) : error;
    });
    const hold = new LeasedHold(key, lease.amount, terms);
    const taken = {
      hold,
      until: receipt.recordedAt.getTime() + forMs,
      deadline: since + forMs,
    };
    if (this.#parts.timers.elapsedMs() < taken.deadline) return taken;
    // It took so long that its time is over: whatever becomes of this, its hold ends by itself.
    await hold.end();
    throw new LeaseEnded({ lease: terms.key, ended: 'time', uncharged: '0' });
  }

  /** What nobody asked for again after a fault is over, too. */
  #forgetOld(now: number): void {
    for (const [name, { lease, first }] of this.#known) {
      if (lease === null && now - first.since > 2 * LONGEST_MS) this.#known.delete(name);
    }
  }
}

const LONGEST_MS = 3_600_000;

/** A bound in parts; null: none. Throws `InvalidInput` where it isn't above 0 and at most so much. */
function boundOf(
  asked: AskedLease,
  field: 'refillBelow' | 'settleAbove',
  scale: number,
  most: bigint,
  called: string,
): bigint | null {
  const text = asked[field];
  if (text === null) return null;
  const parts = parseParts(text, scale, field);
  if (parts > 0n && parts <= most) return parts;
  throw new InvalidInput({ field, expected: `more than 0, and at most ${called}`, found: text });
}

/** Each under the next key; after a fault under the same, since it may have been taken. */
function refills(
  key: string,
  take: (attempt: Attempt) => Promise<Taken>,
  elapsedMs: () => number,
): () => Promise<Taken> {
  let number = 1;
  let attempt: Attempt | null = null;
  return async () => {
    attempt ??= { key: `${key}/refill/${number}`, since: elapsedMs() };
    try {
      const taken = await take(attempt);
      attempt = null;
      number += 1;
      return taken;
    } catch (error) {
      if (error instanceof LeaseEnded) number += 1;
      if (!(error instanceof Fault)) attempt = null;
      throw error;
    }
  };
}

function holdOf(key: string, asked: AskedLease, owner: string): EngineCommand {
  const { account, amount, unit, feature, member, metadata, forMs } = asked;
  const stated = {
    account,
    key,
    amount,
    ...(unit !== null && { unit }),
    ...(feature !== null && { feature }),
    ...(member !== null && { member }),
    ...(metadata !== null && { metadata }),
    expiresIn: `PT${(forMs + GRACE_MS) / 1_000}S`,
  };
  const command = usageCommands.hold(stated, NO_PLANS);
  return { ...command, input: { ...command.input, lease: { owner } } };
}

function usedBefore(key: string): IdempotencyConflict {
  return new IdempotencyConflict({
    key,
    field: 'lease',
    message: `key "${key}" named another lease before, perhaps of another process; each lease needs a key of its own`,
  });
}

const NO_PLANS: Plans = new Map();
