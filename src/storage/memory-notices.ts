// An account's notices in a memory storage, as plain data: what happens here happens at once.

import type { NewNotice, Notice, NoticeFailure, ParkedNotice } from './port.ts';

/** A notice, and what has become of it. */
export interface NoticeRow extends NewNotice {
  readonly recorded: number;
  readonly state: 'waiting' | 'parked' | 'delivered' | 'discarded';
  readonly attempts: number;
  readonly claimedBy: string | null;
  /** Nobody takes it before that: somebody has it, or it waits for another attempt. */
  readonly claimedUntil: number;
  readonly problem: string | null;
  /** When it was parked, delivered or discarded. */
  readonly ended: number | null;
}

type Place = { readonly number: number; readonly position: number };

/** The notices of one account, in order of number and position. */
export class NoticeRows {
  #rows: NoticeRow[] = [];

  clone(): NoticeRows {
    const copy = new NoticeRows();
    copy.#rows = [...this.#rows];
    return copy;
  }

  /** Those that are neither delivered nor discarded. */
  get undelivered(): readonly NoticeRow[] {
    return this.#rows.filter(({ state }) => state === 'waiting' || state === 'parked');
  }

  waiting(queue: string): readonly NoticeRow[] {
    return this.#rows.filter((row) => row.state === 'waiting' && row.queue === queue);
  }

  add(notice: NewNotice, recorded: number): void {
    const { number, position, queue, kind, body } = notice;
    this.#rows.push({
      ...{ number, position, queue, kind, body, recorded, state: 'waiting', attempts: 0 },
      ...{ claimedBy: null, claimedUntil: 0, problem: null, ended: null },
    });
    this.#rows.sort((a, b) => a.number - b.number || a.position - b.position);
  }

  /** Takes the earliest `limit` notices of the queue, where no lease on it is running. */
  claim(queue: string, by: string, now: number, until: number, limit: number): NoticeRow[] {
    const waiting = this.waiting(queue);
    if (waiting.some(({ claimedUntil }) => claimedUntil > now)) return [];
    const taken = waiting.slice(0, limit);
    taken.forEach((row, index) => {
      const attempts = row.attempts + (index === 0 ? 1 : 0);
      this.#replace(row, { attempts, claimedBy: by, claimedUntil: until });
    });
    return taken.map((row) => ({ ...row, attempts: row.attempts + 1 }));
  }

  done(place: Place, by: string, now: number): void {
    const row = this.#held(place, by);
    if (row !== undefined) this.#replace(row, { state: 'delivered', ended: now });
  }

  failed({ by, now, attempts, problem, retryAt, ...place }: NoticeFailure): void {
    const row = this.#held(place, by);
    if (row === undefined) return;
    const free = { claimedBy: null, claimedUntil: 0 };
    if (retryAt === null) {
      this.#replace(row, { ...free, state: 'parked', attempts, problem, ended: now });
      return;
    }
    this.release(row.queue, by);
    const failed = this.#at(place);
    if (failed !== undefined) {
      this.#replace(failed, { ...free, attempts, problem, claimedUntil: retryAt });
    }
  }

  release(queue: string, by: string): void {
    for (const row of this.waiting(queue)) {
      if (row.claimedBy === by) this.#replace(row, { claimedBy: null, claimedUntil: 0 });
    }
  }

  unpark(place: Place, how: 'retry' | 'discard', now: number): boolean {
    const row = this.#at(place);
    if (row?.state !== 'parked') return false;
    if (how === 'discard') {
      this.#replace(row, { state: 'discarded', ended: now });
      return true;
    }
    this.#replace(row, { state: 'waiting', attempts: 0, problem: null, ended: null });
    for (const other of this.waiting(row.queue)) {
      if (other.claimedBy === null) this.#replace(other, { claimedUntil: 0 });
    }
    return true;
  }

  /** Whether it was there, and over before this instant. */
  prune(before: number, limit: number): number {
    const over = this.#rows
      .filter(({ state }) => state === 'delivered' || state === 'discarded')
      .filter(({ ended }) => ended !== null && ended < before)
      .slice(0, limit);
    this.#rows = this.#rows.filter((row) => !over.includes(row));
    return over.length;
  }

  #at({ number, position }: Place): NoticeRow | undefined {
    return this.#rows.find((row) => row.number === number && row.position === position);
  }

  #held(place: Place, by: string): NoticeRow | undefined {
    const row = this.#at(place);
    return row?.state === 'waiting' && row.claimedBy === by ? row : undefined;
  }

  #replace(row: NoticeRow, change: Partial<NoticeRow>): void {
    const index = this.#rows.findIndex(
      ({ number, position }) => number === row.number && position === row.position,
    );
    this.#rows[index] = { ...row, ...change };
  }
}

/** A row as a claim gives it. */
export function noticeFrom(account: string, row: NoticeRow): Notice {
  const { number, position, queue, kind, body, recorded, attempts } = row;
  return { account, number, position, queue, kind, body, recorded, attempts };
}

/** A parked row as a list of them gives it. */
export function parkedFrom(account: string, row: NoticeRow): ParkedNotice {
  const { problem, ended } = row;
  return { ...noticeFrom(account, row), problem: problem ?? '', parkedAt: ended ?? 0 };
}
