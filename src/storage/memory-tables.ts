// The rows of a memory storage, as plain data with no promise in between: what happens here happens
// at once. It knows neither transactions nor locks.

import { hasTwins } from './groups.ts';
import type {
  AppendGroup,
  Checkpoint,
  CheckpointPart,
  NewNotice,
  Notice,
  StoredAccount,
  StoredOperation,
} from './port.ts';

/** A notice and who is delivering it. */
export interface NoticeRow extends NewNotice {
  readonly recorded: number;
  readonly attempts: number;
  readonly claimedBy: string | null;
  readonly claimedUntil: number;
}

type Journalled = Omit<StoredOperation, 'metadata'>;

/** Everything that is kept of one account. */
export class AccountRows {
  #operations: Journalled[] = [];
  #numbers = new Map<string, number>();
  #metadata = new Map<number, string>();
  #checkpoint: Omit<Checkpoint, 'parts'> | null = null;
  #parts = new Map<string, CheckpointPart>();
  #dues = new Set<number>();
  /** In order of number and position; delivered ones are gone. */
  #notices: NoticeRow[] = [];

  /** A copy that can go its own way. */
  clone(): AccountRows {
    const copy = new AccountRows();
    copy.#operations = [...this.#operations];
    copy.#numbers = new Map(this.#numbers);
    copy.#metadata = new Map(this.#metadata);
    copy.#checkpoint = this.#checkpoint;
    copy.#parts = new Map(this.#parts);
    copy.#dues = new Set(this.#dues);
    copy.#notices = [...this.#notices];
    return copy;
  }

  get head(): { readonly number: number; readonly hash: string } {
    return this.#operations.at(-1) ?? { number: 0, hash: '' };
  }

  get dues(): readonly number[] {
    return [...this.#dues].sort((a, b) => a - b);
  }

  get notices(): readonly NoticeRow[] {
    return this.#notices;
  }

  hasUsed(group: AppendGroup): boolean {
    return hasTwins(group) || group.operations.some(({ key }) => this.#numbers.has(key));
  }

  standsOn(group: AppendGroup): boolean {
    return this.head.number === group.base && this.head.hash === group.hash;
  }

  apply(group: AppendGroup): void {
    for (const { metadata, ...operation } of group.operations) {
      this.#operations.push(Object.freeze({ ...operation }));
      this.#numbers.set(operation.key, operation.number);
      if (metadata !== null) this.#metadata.set(operation.number, metadata);
    }
    for (const instant of [...this.#dues]) {
      if (group.settledDues !== null && instant <= group.settledDues) this.#dues.delete(instant);
    }
    for (const instant of group.dues) this.#dues.add(instant);
    const news = [...group.notices].sort((a, b) => a.number - b.number || a.position - b.position);
    for (const { number, position, kind, body } of news) {
      const recorded = this.#operations[number - 1]?.recorded ?? 0;
      const row = { number, position, kind, body, recorded };
      this.#notices.push({ ...row, attempts: 0, claimedBy: null, claimedUntil: 0 });
    }
  }

  operations(after: number, limit: number = Number.POSITIVE_INFINITY): StoredOperation[] {
    return this.#operations.slice(after, after + limit).map((row) => this.#withMetadata(row));
  }

  find(keys: readonly string[]): StoredOperation[] {
    return [...new Set(keys)].flatMap((key) => {
      const row = this.#operations[(this.#numbers.get(key) ?? 0) - 1];
      return row === undefined ? [] : [this.#withMetadata(row)];
    });
  }

  load(after?: number): StoredAccount | null {
    if (after !== undefined) {
      const operations = this.operations(Math.max(0, after - 1));
      return operations.length === 0 ? null : { checkpoint: null, operations };
    }
    if (this.#operations.length === 0) return null;
    const stored = this.#checkpoint;
    const checkpoint = stored === null ? null : { ...stored, parts: this.#sortedParts() };
    return { checkpoint, operations: this.operations(stored?.number ?? 0) };
  }

  checkpoint(base: number, next: Checkpoint): boolean {
    const stands = this.#operations[next.number - 1]?.hash === next.hash;
    if ((this.#checkpoint?.number ?? 0) !== base || !stands) return false;
    const { parts, number, hash, body } = next;
    this.#checkpoint = { number, hash, body };
    for (const part of parts) this.#parts.set(`${part.kind} ${part.id}`, { ...part });
    return true;
  }

  /** Takes the earliest `limit` notices, where no lease on this account is running. */
  claim(by: string, now: number, until: number, limit: number): NoticeRow[] {
    if (this.#notices.some(({ claimedUntil }) => claimedUntil > now)) return [];
    const taken = this.#notices.slice(0, limit).map((row) => ({
      ...row,
      attempts: row.attempts + 1,
      claimedBy: by,
      claimedUntil: until,
    }));
    this.#notices.splice(0, taken.length, ...taken);
    return taken;
  }

  noticeDone(number: number, position: number, by: string): void {
    this.#notices = this.#notices.filter(
      (row) => !(row.number === number && row.position === position && row.claimedBy === by),
    );
  }

  eraseMetadata(number: number): void {
    this.#metadata.delete(number);
  }

  #sortedParts(): CheckpointPart[] {
    return [...this.#parts.values()].sort((a, b) =>
      a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1,
    );
  }

  #withMetadata(row: Journalled): StoredOperation {
    return { ...row, metadata: this.#metadata.get(row.number) ?? null };
  }
}

/** The rows of all accounts. Two memory storages over the same tables are like two processes on one database. */
export class MemoryTables {
  readonly accounts: Map<string, AccountRows> = new Map();
  /** Account → the transaction that has it locked. */
  readonly locks: Map<string, object> = new Map();
  /** The application's own rows. */
  readonly rows: Map<string, unknown> = new Map();

  rowsOf(account: string): AccountRows {
    let rows = this.accounts.get(account);
    if (rows === undefined) {
      rows = new AccountRows();
      this.accounts.set(account, rows);
    }
    return rows;
  }

  claim(claim: { by: string; now: number; until: number; limit: number }): Notice[] {
    const waiting = [...this.accounts]
      .filter(([, rows]) => rows.notices.length > 0)
      .sort(([, a], [, b]) => (a.notices[0]?.recorded ?? 0) - (b.notices[0]?.recorded ?? 0));
    const taken: Notice[] = [];
    for (const [account, rows] of waiting) {
      const left = claim.limit - taken.length;
      if (left <= 0) break;
      for (const row of rows.claim(claim.by, claim.now, claim.until, left)) {
        const { number, position, kind, body, attempts } = row;
        taken.push({ account, number, position, kind, body, attempts });
      }
    }
    return taken;
  }
}
