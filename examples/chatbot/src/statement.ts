// An account as its owner reads it: what he has, what came, what went, and what cost nothing.

import type { BlockBalance, HistoryEntry } from 'tallystick';
import type { CoinLedger } from './prices.ts';

/** What a visitor has; decimal text. */
export interface Balance {
  readonly available: string;
  readonly held: string;
  /** As they will be spent. */
  readonly blocks: readonly {
    readonly block: string;
    readonly kind: string;
    readonly state: string;
    readonly granted: string;
    readonly remaining: string;
    readonly expiresAt: Date | null;
  }[];
}

/** One line of a statement. Amounts are decimal text. */
export interface Line {
  /** Of the operation, for `explain`. */
  readonly key: string;
  readonly at: Date;
  readonly kind: string;
  /** What it was for, where the desk kept a note of it. */
  readonly note: string | null;
  /** Signed; what a block lost to its expiry counts as well. */
  readonly coins: string;
  /** What went into or out of which block. */
  readonly blocks: readonly { readonly block: string; readonly coins: string }[];
}

/** What a visitor has now. */
export async function balanceOf(ledger: CoinLedger, visitor: string): Promise<Balance> {
  const balance = await ledger.balance({ account: visitor });
  return {
    available: balance.available.toFixed(),
    held: balance.held.toFixed(),
    blocks: balance.blocks.toSorted(endsSooner).map((block) => ({
      block: block.block,
      kind: block.kind,
      state: block.state,
      granted: block.granted.toFixed(),
      remaining: block.remaining.toFixed(),
      expiresAt: block.expiresAt,
    })),
  };
}

/** The default burn order, as far as this desk uses it: what ends sooner goes first, what never ends last. */
function endsSooner(a: BlockBalance, b: BlockBalance): number {
  return (a.expiresAt?.getTime() ?? Infinity) - (b.expiresAt?.getTime() ?? Infinity) || 0;
}

/** Setting aside and giving back change nothing in the end, and what is agreed, told or asked for moves nothing: a statement leaves them out. */
const SILENT = new Set(['hold', 'release', 'terms', 'alert', 'request']);

/** The lines of a history, the newest first. */
export async function lines(history: AsyncIterable<HistoryEntry>): Promise<Line[]> {
  const found: Line[] = [];
  for await (const entry of history) if (!SILENT.has(entry.kind)) found.push(lineOf(entry));
  return found.reverse();
}

function lineOf(entry: HistoryEntry): Line {
  const moved = entry.moves.flatMap(({ block, from, to, amount }) => {
    const change = Number(isOwned(to)) - Number(isOwned(from));
    return change === 0 ? [] : [{ block, amount: change > 0 ? amount : amount.negated() }];
  });
  const [first, ...rest] = moved.map(({ amount }) => amount);
  const note = entry.metadata?.['question'];
  return {
    key: entry.key,
    at: entry.occurredAt,
    kind: entry.kind,
    note: typeof note === 'string' ? note : null,
    coins: first === undefined ? '0' : rest.reduce((sum, each) => sum.plus(each), first).toFixed(),
    blocks: moved.map(({ block, amount }) => ({ block, coins: amount.toFixed() })),
  };
}

/** What an account has is free or held; elsewhere it is not there yet, or gone. */
function isOwned(place: string): boolean {
  return place === 'free' || place === 'held';
}
