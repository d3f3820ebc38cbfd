// What was asked and answered in a simulation, with when: what the checker holds against the journal.

import type { Fault, Refusal } from '../../errors.ts';
import type { Balance, Receipt } from '../../ledger/answers.ts';
import type { SimulatedCommand } from './commands.ts';
import type { SimulatedCatalogue } from './process.ts';

/** What a call came to. */
export type Result =
  | { readonly receipt: Receipt }
  | { readonly refusal: Refusal }
  | { readonly fault: Fault }
  /** The process ended first: nobody was answered. */
  | { readonly crashed: true };

/** When a call was made, in numbers of the account's journal and readings of the caller's clock. */
export interface Window {
  /** Number of the account's newest operation when the call began, and when it was answered. */
  readonly from: number;
  readonly to: number;
  /** What the caller's clock showed at the beginning, around each of its jumps, and at the end. */
  readonly clock: readonly number[];
}

/** One call and its answer. */
export interface Answer {
  readonly command: SimulatedCommand;
  /** Which client asked, and when, in milliseconds of the world. */
  readonly client: number;
  readonly began: number;
  readonly ended: number;
  readonly window: Window;
  readonly result: Result;
  /** Refused for good: whoever asked won't ask again, and nothing that was sent before can still arrive. */
  readonly isFinal: boolean;
}

/** A balance that was read. */
export interface Reading {
  readonly account: string;
  readonly window: Window;
  readonly balance: Balance<SimulatedCatalogue>;
}

/** Everything that the checker needs to know. */
export interface Record {
  readonly answers: Answer[];
  readonly readings: Reading[];
  /** Every command that was ever sent, by account and key; where two contradict each other, both. */
  readonly commands: Map<string, SimulatedCommand[]>;
  /** Keys that were used more than once, on purpose. */
  readonly shared: Set<string>;
  /** Those of them that several processes used. */
  readonly foreign: Set<string>;
  /** Keys of transactions that were rolled back. */
  readonly rolledBack: { account: string; key: string }[];
}

/** Name of a key in the record. */
export function keyOf({ account, key }: { account: string; key: string }): string {
  return JSON.stringify([account, key]);
}
