// What the second engine knows of agreements: blocks that roll, portions, debts and terms. Written from
// the rule book alone, with lists and loops; it shares no code with the first. All times are UTC.

export const DAY = 86_400_000;
export const NEVER = Number.POSITIVE_INFINITY;

/** Whole credits; a share is in hundredths. */
export interface Rolling {
  readonly share: number;
  readonly cap: bigint | null;
  readonly poolCap: bigint | null;
  readonly times: number;
  /** Months. */
  readonly lasts: number | null;
  readonly burn: 'in-order' | 'first' | 'last';
}

export interface Portioned {
  readonly name: string;
  readonly amount: bigint;
  /** Fills up to the amount instead of adding it. */
  readonly fill: boolean;
  readonly accumulate: boolean;
  readonly every: 'P1D' | 'P7D' | 'P1M';
  readonly starts: number;
  /** `terms`: as the account's. */
  readonly rolling: Rolling | null | 'terms';
}

export interface Renewing {
  readonly amount: bigint;
  readonly rule: 'transposed' | 'same' | 'uplift';
  /** Hundredths, with `uplift`. */
  readonly share: number;
  readonly floor: bigint | null;
  readonly ceiling: bigint | null;
  readonly tiers: readonly bigint[];
}

export interface Agreed {
  readonly rolling: Rolling | null;
  readonly allowances: readonly Portioned[];
  /** Null: none; `unlimited`: as much as is asked for. */
  readonly overage: bigint | 'unlimited' | null;
  readonly settle: 'next-credits' | 'renewal';
  /** Terms of a month each, from the opening. */
  readonly commitment: Renewing | null;
}

export interface Block {
  readonly name: string;
  readonly place: number;
  readonly rolling: Rolling | null | 'terms';
  readonly priority: number;
  readonly start: number;
  readonly end: number;
  /** How often it has rolled, and the end of the block that it began with. */
  readonly rolls: number;
  readonly firstEnd: number;
  /** Ended before it was recorded: it never rolls. */
  readonly late: boolean;
  readonly portion: { readonly of: string; readonly n: number } | null;
  into: Block | null;
  granted: bigint;
  free: bigint;
  held: bigint;
  burned: bigint;
  expired: bigint;
  /** Of what expired: what a pool's cap took before the end. */
  cut: bigint;
  rolledOut: bigint;
}

export interface Usage {
  readonly key: string;
  /** In the order in which they burned. */
  parts: { block: Block; amount: bigint; settles?: true }[];
  open: bigint;
  paid: bigint;
}

export interface Hold {
  readonly name: string;
  readonly end: number;
  parts: { block: Block; amount: bigint }[];
  reserved: bigint;
  ended: boolean;
}

export interface Tally {
  used: bigint;
  overage: bigint;
  rolledIn: bigint;
  rolledOut: bigint;
  expired: bigint;
}

export interface Review extends Tally {
  committed: bigint;
  nextCommitment: bigint;
}

export interface State {
  readonly agreed: Agreed;
  readonly opened: number;
  now: number;
  blocks: Block[];
  usages: Usage[];
  holds: Hold[];
  /** Number of the next portion of each allowance, by name. */
  next: Record<string, number>;
  /** Blocks whose credits have arrived and may pay what is owed. */
  arrived: Block[];
  /** Blocks that are yet to become effective. */
  waiting: Block[];
  /** Terms that have begun. */
  terms: number;
  committed: bigint;
  tally: Tally;
  /** Overage of the term that the limit counts: what is undone of earlier terms makes no room beyond it. */
  limited: bigint;
  /** What has rolled at the instant at which the next term begins. */
  rolledAtEnd: bigint;
  /** Whether anything has rolled since the pool's cap last bound. */
  rolled: boolean;
  review: Review | null;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
export const sum = (list: readonly bigint[]): bigint => list.reduce((a, b) => a + b, 0n);
export const zero = (): Tally => ({
  used: 0n,
  overage: 0n,
  rolledIn: 0n,
  rolledOut: 0n,
  expired: 0n,
});

/** So many months after the anchor, at its time of day; the month's last day where it has no such day. */
export function months(anchor: number, n: number): number {
  const from = new Date(anchor);
  const [year, month] = [from.getUTCFullYear(), from.getUTCMonth() + n];
  const last = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const day = Math.min(from.getUTCDate(), last);
  return Date.UTC(year, month, day) + (anchor % DAY);
}

/** Start of the nth portion, counted from the anchor. */
export function portionStart({ every, starts }: Portioned, n: number): number {
  if (every === 'P1M') return months(starts, n);
  return starts + n * (every === 'P7D' ? 7 : 1) * DAY;
}

/** Start of the nth term. */
export const termStart = (s: State, n: number): number => months(s.opened, n);

/** The rollover terms of a block. */
export const rollingOf = (s: State, b: Block): Rolling | null =>
  b.rolling === 'terms' ? s.agreed.rolling : b.rolling;

/** Whether what is left of it at its end would be lost. */
function isLost(s: State, b: Block): boolean {
  const rolling = rollingOf(s, b);
  if (b.end === NEVER) return false;
  if (rolling === null || b.late) return true;
  return rolling.times <= b.rolls || rolling.share === 0 || rolling.cap === 0n;
}

/** Blocks with spendable credits, in burn order. */
export function inOrder(s: State): Block[] {
  const place = (b: Block): number => {
    const burn = b.rolls === 0 ? 'in-order' : (rollingOf(s, b)?.burn ?? 'in-order');
    return { first: 0, 'in-order': 1, last: 2 }[burn];
  };
  const keys: ((b: Block) => number)[] = [
    (b) => b.priority,
    place,
    (b) => b.end,
    (b) => (isLost(s, b) ? 0 : 1),
    (b) => b.start,
    (b) => b.place,
  ];
  const before = (a: Block, b: Block): number => {
    for (const key of keys) if (key(a) !== key(b)) return key(a) < key(b) ? -1 : 1;
    return 0;
  };
  return s.blocks.filter((b) => b.free > 0n && b.start <= s.now && s.now < b.end).sort(before);
}
