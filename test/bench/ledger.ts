// tallystick as the benchmark uses it: accounts with ten open blocks, debited one credit at a time.

import type { Account } from '../../src/account/account.ts';
import { createLedger, type Ledger, type Storage } from '../../src/index.ts';
import { readCommand } from '../../src/ledger/commands.ts';
import { decideRun, type Rules } from '../../src/ledger/deciding.ts';
import type { EngineCommand } from '../../src/operations/command.ts';
import { readUnits } from '../../src/quantity/units.ts';
import { readRateCards } from '../../src/rating/rate.ts';

const UNITS = { credit: { scale: 0 } } as const;
const BLOCKS = 10;
const YEAR_MS = 365 * 86_400_000;

/** A ledger of credits. */
export type BenchLedger = Ledger<{ readonly units: typeof UNITS }>;

/** A ledger over this storage. */
export function benchLedger(storage: Storage): Promise<BenchLedger> {
  return createLedger({ storage, units: UNITS });
}

/** Opens accounts with ten blocks each, as the naive ledger has them. */
export async function openAccounts(
  ledger: BenchLedger,
  accounts: readonly string[],
): Promise<void> {
  const now = Date.now();
  for (let from = 0; from < accounts.length; from += 500) {
    const some = accounts.slice(from, from + 500);
    const outcomes = await ledger.batch(
      some.flatMap((account) => [
        { do: 'open' as const, account, key: 'open' },
        ...Array.from({ length: BLOCKS }, (_, index) => ({
          do: 'grant' as const,
          account,
          amount: 1_000_000_000,
          expiresAt: now + (index + 1) * YEAR_MS,
          key: `grant:${index}`,
        })),
      ]),
    );
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  }
}

/** Opens an account with so many blocks that end one after the other. */
export async function grantBlocks(
  ledger: BenchLedger,
  account: string,
  blocks: number,
): Promise<void> {
  const first = Date.now() + YEAR_MS;
  await ledger.open({ account, key: 'open' });
  for (let from = 0; from < blocks; from += 1_000) {
    const outcomes = await ledger.batch(
      Array.from({ length: Math.min(1_000, blocks - from) }, (_, index) => ({
        do: 'grant' as const,
        account,
        amount: 1_000_000,
        expiresAt: first + (from + index) * 60_000,
        key: `grant:${String(from + index).padStart(7, '0')}`,
      })),
    );
    for (const outcome of outcomes) if (!outcome.ok) throw outcome.error;
  }
}

/** Takes one credit. */
export function debit(ledger: BenchLedger, account: string, turn: number): Promise<unknown> {
  return ledger.consume({ account, amount: 1, key: keyOf(turn) });
}

/** Keys in the order of time, as they are recommended. */
export function keyOf(turn: number): string {
  return turn < 0
    ? `older:${String(-turn).padStart(12, '0')}`
    : `usage:${String(turn).padStart(12, '0')}`;
}

/** The engine by itself: reads, decides, seals and folds, with nothing around it. */
export class BareEngine {
  readonly #rules: Rules;
  #account: Account | null = null;

  constructor() {
    const units = readUnits(UNITS);
    this.#rules = { units, rateCards: readRateCards([], units), offers: new Map() };
    this.#run(this.#read('open', { account: 'hot', key: 'open' }));
    for (let index = 0; index < BLOCKS; index += 1) {
      const expiresAt = Date.now() + (index + 1) * YEAR_MS;
      const grant = { account: 'hot', amount: '1000000000', expiresAt, key: `grant:${index}` };
      this.#run(this.#read('grant', grant));
    }
  }

  /** Debits, read at the door as a caller's would be. */
  read(firstTurn: number, count: number): EngineCommand[] {
    return Array.from({ length: count }, (_, index) =>
      this.#read('consume', { account: 'hot', amount: 1, key: keyOf(firstTurn + index) }),
    );
  }

  /** Decides them, one on top of the other. */
  decide(commands: readonly EngineCommand[]): void {
    this.#run(...commands);
  }

  #read(name: string, input: object): EngineCommand {
    return readCommand(name, input, new Map());
  }

  #run(...commands: readonly EngineCommand[]): void {
    const run = decideRun(this.#account, commands, new Map(), Date.now(), this.#rules);
    for (const decided of run.decided) if ('error' in decided) throw decided.error;
    this.#account = run.after;
  }
}
