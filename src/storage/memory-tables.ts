// The rows of a memory storage, as plain data with no promise in between: what happens here happens
// at once. It knows neither transactions nor locks.

import { hasTwins } from './groups.ts';
import { NoticeRows, noticeFrom, parkedFrom } from './memory-notices.ts';
import { compareNames } from './names.ts';
import type {
  AppendGroup,
  Checkpoint,
  CheckpointPart,
  Head,
  Notice,
  NoticeClaim,
  NoticePlace,
  ParkedNotice,
  PartsWanted,
  StoredAccount,
  StoredOperation,
} from './port.ts';

type Journalled = Omit<StoredOperation, 'metadata'>;

/** Everything that is kept of one account. */
export class AccountRows {
  #operations: Journalled[] = [];
  #numbers = new Map<string, number>();
  #metadata = new Map<number, string>();
  #checkpoint: Omit<Checkpoint, 'parts'> | null = null;
  #parts = new Map<string, CheckpointPart>();
  #named = new Map<string, string>();
  #dues = new Set<number>();
  notices: NoticeRows = new NoticeRows();

  /** A copy that can go its own way. */
  clone(): AccountRows {
    const copy = new AccountRows();
    copy.#operations = [...this.#operations];
    copy.#numbers = new Map(this.#numbers);
    copy.#metadata = new Map(this.#metadata);
    copy.#checkpoint = this.#checkpoint;
    copy.#parts = new Map(this.#parts);
    copy.#named = new Map(this.#named);
    copy.#dues = new Set(this.#dues);
    copy.notices = this.notices.clone();
    return copy;
  }

  get head(): { readonly number: number; readonly hash: string } {
    return this.#operations.at(-1) ?? { number: 0, hash: '' };
  }

  get dues(): readonly number[] {
    return [...this.#dues].sort((a, b) => a - b);
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
    for (const notice of group.notices) {
      this.notices.add(notice, this.#operations[notice.number - 1]?.recorded ?? 0);
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

  load(after?: number, whole?: number): StoredAccount | null {
    if (after !== undefined) {
      const operations = this.operations(Math.max(0, after - 1));
      return operations.length === 0 ? null : { checkpoint: null, operations };
    }
    if (this.#operations.length === 0) return null;
    const stored = this.#checkpoint;
    const onlyOpen = whole !== undefined && this.#parts.size > whole;
    const parts = inOrder([...this.#parts.values()].filter(({ open }) => open || !onlyOpen));
    const checkpoint = stored === null ? null : { ...stored, parts };
    return { checkpoint, operations: this.operations(stored?.number ?? 0) };
  }

  parts(base: number, wanted: readonly PartsWanted[]): CheckpointPart[] | null {
    if (this.#checkpoint?.number !== base) return null;
    const found = new Set<CheckpointPart>();
    const add = (part: CheckpointPart | undefined): unknown => part && found.add(part);
    for (const { kind, ids, names } of wanted) {
      if (ids === null) {
        for (const part of this.#parts.values()) if (part.kind === kind) found.add(part);
      } else for (const id of ids) add(this.#parts.get(`${kind} ${id}`));
      for (const name of names) add(this.#parts.get(this.#named.get(`${kind} ${name}`) ?? ''));
    }
    return inOrder([...found]);
  }

  checkpoint(base: number, next: Checkpoint): boolean {
    const stands = this.#operations[next.number - 1]?.hash === next.hash;
    if ((this.#checkpoint?.number ?? 0) !== base || !stands) return false;
    const { parts, number, hash, body } = next;
    this.#checkpoint = { number, hash, body };
    for (const part of parts) {
      const place = `${part.kind} ${part.id}`;
      this.#parts.set(place, { ...part });
      this.#named.set(`${part.kind} ${part.name}`, place);
    }
    return true;
  }

  /** Where nobody has it locked and this is the newest operation, the dues up to an instant go. */
  settleDues(head: Head, until: number): boolean {
    if (this.head.number !== head.number || this.head.hash !== head.hash) return false;
    for (const instant of [...this.#dues]) if (instant <= until) this.#dues.delete(instant);
    return true;
  }

  eraseMetadata(number: number): void {
    this.#metadata.delete(number);
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

  #names: readonly string[] = [];

  /** Names of all accounts in their order. No account is ever deleted, so more of them are other ones. */
  get names(): readonly string[] {
    if (this.#names.length !== this.accounts.size) {
      this.#names = [...this.accounts.keys()].sort(compareNames);
    }
    return this.#names;
  }

  rowsOf(account: string): AccountRows {
    let rows = this.accounts.get(account);
    if (rows === undefined) {
      rows = new AccountRows();
      this.accounts.set(account, rows);
    }
    return rows;
  }

  claim({ queue, by, now, until, limit }: NoticeClaim): Notice[] {
    const waiting = [...this.accounts]
      .flatMap(([account, { notices }]) => {
        const [first] = notices.waiting(queue);
        return first === undefined ? [] : [{ account, notices, since: first.recorded }];
      })
      .sort((a, b) => a.since - b.since || (a.account < b.account ? -1 : 1));
    const taken: Notice[] = [];
    for (const { account, notices } of waiting) {
      const left = limit - taken.length;
      if (left <= 0) break;
      const rows = notices.claim(queue, by, now, until, left);
      taken.push(...rows.map((row) => noticeFrom(account, row)));
    }
    return taken;
  }

  parked(after: NoticePlace | null, limit: number): ParkedNotice[] {
    return [...this.accounts]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([account, { notices }]) =>
        notices.undelivered
          .filter(({ state }) => state === 'parked')
          .map((row) => parkedFrom(account, row)),
      )
      .filter((row) => after === null || isAfter(row, after))
      .slice(0, limit);
  }

  prune(before: number, limit: number): number {
    let pruned = 0;
    for (const { notices } of this.accounts.values()) {
      pruned += notices.prune(before, limit - pruned);
    }
    return pruned;
  }
}

function inOrder(parts: readonly CheckpointPart[]): CheckpointPart[] {
  return parts.toSorted((a, b) => (a.kind === b.kind ? a.id - b.id : a.kind < b.kind ? -1 : 1));
}

/** Where the names after this one begin. */
export function placeAfter(names: readonly string[], name: string): number {
  let [low, high] = [0, names.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (compareNames(names[middle] ?? '', name) <= 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function isAfter(notice: NoticePlace, after: NoticePlace): boolean {
  if (notice.account !== after.account) return notice.account > after.account;
  return (
    notice.number - after.number > 0 ||
    (notice.number === after.number && notice.position > after.position)
  );
}
