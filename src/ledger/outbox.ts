// The outbox as an application sees it: notices as they are handed to a handler, and those that are
// parked because they couldn't be delivered.

import { createHash } from 'node:crypto';
import type { Notice, NoticePlace, ParkedNotice, Storage } from '../storage/port.ts';
import type { Clock } from './clock.ts';

/**
 * Something that happened to an account, for the world outside. It is delivered at least once and in
 * order for its account: `id` is the same each time, so that a receiver can tell a repetition.
 * It is plain JSON, amounts are text (`docs/worker.md`).
 */
export interface LedgerNotice {
  /** Of this form; a form that older receivers can't read has another. */
  readonly version: 1;
  readonly id: string;
  /** What happened, `alert.fired` for example; more may come with later releases. */
  readonly type: string;
  readonly account: string;
  /** Number of the operation that caused it, and its place among that operation's notices. */
  readonly number: number;
  readonly position: number;
  /** When the ledger recorded it, RFC 3339. */
  readonly at: string;
  /** What there is to tell, by type. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A notice that is tried no more, until somebody says so. */
export interface Undelivered {
  readonly notice: LedgerNotice;
  /** `news`: for the handler of notices; `charges`: for the payment port. */
  readonly queue: string;
  readonly attempts: number;
  /** What the last attempt said. */
  readonly problem: string;
  readonly parkedAt: Date;
}

/** Notices that could not be delivered. */
export interface Outbox {
  /** Every notice that is parked, account by account. */
  parked(): AsyncIterable<Undelivered>;
  /** Delivers it once more, with all its attempts before it and before later ones of its account. False where it isn't parked. */
  retry(notice: NoticePlace): Promise<boolean>;
  /** Gives it up for good. False where it isn't parked. */
  discard(notice: NoticePlace): Promise<boolean>;
}

const PAGE = 100;

/** The outbox over a storage. */
export function outboxOver(storage: Storage, clock: Clock): Outbox {
  const unpark = ({ account, number, position }: NoticePlace, how: 'retry' | 'discard') =>
    storage.unpark({ account, number, position, how, now: clock() });
  return {
    parked: async function* () {
      let after: ParkedNotice | null = null;
      for (;;) {
        const page: readonly ParkedNotice[] = await storage.parkedNotices(after, PAGE);
        for (const row of page) yield undelivered(row);
        const last = page.at(-1);
        if (last === undefined || page.length < PAGE) return;
        after = last;
      }
    },
    retry: (notice) => unpark(notice, 'retry'),
    discard: (notice) => unpark(notice, 'discard'),
  };
}

function undelivered(row: ParkedNotice): Undelivered {
  const { queue, attempts, problem, parkedAt } = row;
  return { notice: messageOf(row), queue, attempts, problem, parkedAt: new Date(parkedAt) };
}

/** A stored notice as it is handed on. */
export function messageOf(row: Notice): LedgerNotice {
  const { account, number, position, kind, body, recorded } = row;
  return {
    version: 1,
    id: `msg_${fingerprint(row)}`,
    type: kind,
    account,
    number,
    position,
    at: new Date(recorded).toISOString(),
    data: JSON.parse(body) as Record<string, unknown>,
  };
}

/** Names this very notice, among those of every ledger: the same whoever asks, and however often. */
export function fingerprint({ account, number, position, kind, body, recorded }: Notice): string {
  const named = JSON.stringify([account, number, position, kind, body, recorded]);
  return createHash('sha256').update(named).digest('hex').slice(0, 40);
}
