// Charging what accounts ask for (`docs/domain.md §7`): each request once, however often it is tried,
// and its answer into the journal. It knows no payment provider.

import type { JsonObject, RequestAnswer } from '../account/operation.ts';
import { Refusal } from '../errors.ts';
import type { Notice, Storage } from '../storage/port.ts';
import type { Balance, Money, OpenRequest, Receipt } from './answers.ts';
import type { Catalogue } from './catalogue.ts';
import type { PayInput } from './inputs.ts';
import { journal } from './journal.ts';
import { fingerprint } from './outbox.ts';
import { type Delivery, Undeliverable } from './worker-delivery.ts';

/** What is to be charged. */
export interface Charge {
  readonly account: string;
  /** Name of the request, as `balance.requests` and `pay` have it. */
  readonly request: string;
  readonly kind: OpenRequest['kind'];
  /** Credits, and what they cost. */
  readonly amount: OpenRequest['amount'];
  readonly unit: string;
  readonly price: Money;
  /** The same for every attempt at this very charge: hand it to the provider, so that nobody is charged twice. */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted once the time for it is over; it is tried again, under the same key. */
  readonly signal: AbortSignal;
}

/**
 * What became of a charge. `pending`: the provider will tell later, and whoever hears it calls `pay`.
 * A payment that was declined is `failed`; whether the provider could be reached at all is another
 * matter: throw, and it is tried again.
 */
export type ChargeOutcome =
  | { readonly outcome: 'paid'; readonly reference?: string }
  | { readonly outcome: 'failed'; readonly reason?: string; readonly reference?: string }
  | { readonly outcome: 'pending'; readonly reference?: string };

/** A way to charge customers. */
export interface PaymentPort {
  charge(charge: Charge): Promise<ChargeOutcome>;
}

/** What became of charges. */
export interface Charged {
  paid: number;
  declined: number;
}

/** The calls of a ledger that charging needs. */
interface Till {
  balance(input: { readonly account: string }): Promise<Balance<Catalogue>>;
  pay(input: PayInput): Promise<Receipt>;
  /** Whether the request, made by that operation, is over because nothing was left to ask for. */
  lapsed(account: string, request: string, after: number): Promise<boolean>;
}

/** The key that a provider knows the charge of a notice by. */
function idempotencyKeyOf(notice: Notice): string {
  return `tallystick_${fingerprint(notice)}`;
}

/** Whether what ended the request first, after the operation of that number, was that it lapsed. */
export async function hasLapsed(
  storage: Storage,
  account: string,
  request: string,
  after: number,
): Promise<boolean> {
  for await (const { body } of journal(storage, account, after)) {
    const { answers } = JSON.parse(body) as { readonly answers?: RequestAnswer };
    if (answers?.request === request) return answers.outcome === 'lapsed';
  }
  return false;
}

/** Handles the notices of the queue of charges. */
export function chargeBy(
  port: PaymentPort,
  till: Till,
  counts: Charged,
): (notice: Notice, delivery: Delivery) => Promise<void> {
  return async (notice, { attempt, signal }) => {
    const { account, body, recorded } = notice;
    const { request } = JSON.parse(body) as JsonObject;
    const { requests } = await till.balance({ account });
    const open = requests.find((each) => each.request === request);
    // Somebody has answered it, or it was made anew since, which is another charge.
    if (open === undefined || open.price === null || open.since.getTime() > recorded) {
      if (attempt === 1 || !(await till.lapsed(account, String(request), notice.number))) return;
      // An attempt whose end nobody knows may have taken money that nobody owes any more.
      throw new Undeliverable(
        `the request "${String(request)}" lapsed after an attempt to charge it that came to no end: look at your provider whether "${idempotencyKeyOf(notice)}" was charged, and give it back`,
      );
    }
    const { kind, amount, unit, price } = open;
    const idempotencyKey = idempotencyKeyOf(notice);
    const charge = {
      ...{ account, request: open.request, kind, amount, unit, price },
      ...{ idempotencyKey, attempt, signal },
    };
    // No provider charges nothing.
    const answer: ChargeOutcome = price.amount.isZero()
      ? { outcome: 'paid' }
      : await port.charge(charge);
    const { outcome, reference } = answer;
    if (outcome === 'pending') return;
    const reason = 'reason' in answer ? answer.reason : undefined;
    try {
      await till.pay({
        ...{ account, request: open.request, outcome, key: `charge:${idempotencyKey}` },
        ...(reference !== undefined && { reference }),
        ...(reason !== undefined && { reason }),
      });
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      if (outcome === 'failed') return;
      // Money was taken for something that the ledger doesn't give: a person has to look at it.
      throw new Undeliverable(
        `${price.amount} ${price.currency} were charged${reference === undefined ? '' : ` (${reference})`}, but the payment was refused: ${error.message}`,
        { cause: error },
      );
    }
    if (outcome === 'paid') counts.paid += 1;
    else counts.declined += 1;
  };
}
