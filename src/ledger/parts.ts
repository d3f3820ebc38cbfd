// What a ledger is made of: everything that its calls share, and nothing that changes between them.

import type { Storage } from '../storage/port.ts';
import type { Clock, Timers } from './clock.ts';
import type { Rules } from './deciding.ts';
import type { Keeping } from './loading.ts';
import type { Plans } from './plans.ts';

/** Bounds of the write path. */
export interface Limits extends Keeping {
  /** How many calls may wait. */
  readonly queueBound: number;
  /** How many calls go out in one append. */
  readonly batchBound: number;
  /** How long a call waits for a rival, or for storage that is away. */
  readonly deadlineMs: number;
}

/** The parts of a ledger. */
export interface Parts {
  readonly storage: Storage;
  readonly rules: Rules;
  readonly plans: Plans;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly limits: Limits;
  /** Account in which rate cards are published. */
  readonly catalogue: string;
}
