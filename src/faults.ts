// The answers that say that nothing is wrong with the request: the storage could not answer it.

/** Code of a fault: nothing is wrong with the request, but the storage could not answer it. */
export type FaultCode =
  | 'account-busy'
  | 'history-lost'
  | 'clock-skew'
  | 'queue-full'
  | 'storage-unavailable';

/** What is known of the write that a fault interrupted. After `unknown`, retry with the same key: it is safe for ever. */
export type FaultOutcome = 'not-applied' | 'unknown';

/**
 * The storage could not answer. Where `outcome` is `not-applied` nothing was written; where it is
 * `unknown` the write may have happened, and a retry with the same key settles it.
 */
export class Fault extends Error {
  readonly code: FaultCode;
  readonly outcome: FaultOutcome;
  readonly retryable: boolean;

  constructor(
    code: FaultCode,
    message: string,
    options: { outcome?: FaultOutcome; retryable?: boolean; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.outcome = options.outcome ?? 'not-applied';
    this.retryable = options.retryable ?? true;
  }
}

/** Somebody else kept the account locked until the deadline passed. */
export class AccountBusy extends Fault {
  constructor(account: string, waitedMs: number) {
    super(
      'account-busy',
      `account "${account}" stayed locked by another transaction for ${waitedMs} ms`,
    );
  }
}

/** The journal ends before what this process has seen of it: a failover or a restored backup lost acknowledged writes. */
export class HistoryLost extends Fault {
  constructor(account: string, seen: number, found: number) {
    super(
      'history-lost',
      `account "${account}" had operation ${seen}, and its journal now ends at ${found}: acknowledged operations were lost`,
      { retryable: false },
    );
  }
}

/** The clock is minutes behind what the account has recorded; deciding now would judge at a wrong time. */
export class ClockSkew extends Fault {
  constructor(account: string, behindMs: number) {
    super(
      'clock-skew',
      `the clock is ${behindMs} ms behind what account "${account}" has recorded; set the clock right`,
    );
  }
}

/** More calls are waiting than the queue may hold. Nothing was written; slow down and retry. */
export class QueueFull extends Fault {
  constructor(bound: number) {
    super('queue-full', `${bound} calls are waiting already; nothing was written`);
  }
}

/** The storage is away, refused to work, or did not answer in time. */
export class StorageUnavailable extends Fault {
  constructor(
    message: string,
    options: { outcome?: FaultOutcome; retryable?: boolean; cause?: unknown } = {},
  ) {
    super('storage-unavailable', message, options);
  }
}
