// What must always hold of an account (`docs/domain.md §9`), whatever was done to it.

import type { Account, UnitTotals } from './account.ts';
import { type Block, isFrozen, remaining } from './block.ts';
import { deferredCost } from './cost.ts';
import { brokenDebts } from './debts-invariants.ts';
import type { Move, Operation, OperationKind } from './operation.ts';
import { brokenSold } from './sold.ts';

/** The first rule that the account breaks after this operation, as a sentence; null: none. Looks only at what the operation touched. */
export function brokenInvariant(account: Account, operation: Operation): string | null {
  const strange =
    strangeMove(operation) ??
    wrongCharge(account, operation) ??
    wrongRoll(account, operation) ??
    brokenDebts(account, operation) ??
    brokenSold(account, operation);
  if (strange !== null) return strange;
  for (const number of new Set(operation.moves.map((move) => move.block))) {
    const block = account.blocks.byNumber(number);
    if (block === undefined) return `moves credits of block ${number}, which isn't there`;
    const broken = brokenBlock(block);
    if (broken !== null) return `block "${block.name}": ${broken}`;
  }
  return brokenTotals(account);
}

/** Where credits that come back can go. */
const HOME = ['free', 'expired', 'rolled', 'voided'];

/** How what rolls goes on from there: into the next block, and to where that block's credits have gone. */
const CHAIN = ['issued → free', 'free → rolled', 'free → expired', 'free → voided'];

/** From where to where each kind of operation moves credits. */
const WAYS: Readonly<Record<OperationKind, readonly string[]>> = {
  open: ['issued → free'],
  grant: ['issued → free'],
  // One deal with what is left of older blocks takes that over.
  purchase: ['issued → free', 'free → rolled'],
  consume: ['free → burned', 'expired → burned'],
  hold: ['free → held'],
  capture: [
    'held → burned',
    'free → burned',
    'expired → burned',
    ...HOME.map((way) => `held → ${way}`),
    ...CHAIN,
  ],
  release: [...HOME.map((way) => `held → ${way}`), ...CHAIN],
  reverse: [...HOME.map((way) => `burned → ${way}`), ...CHAIN],
  refund: ['free → refunded'],
  void: ['free → voided'],
  adjust: ['issued → free', 'free → voided'],
  settle: ['free → burned'],
  pin: [],
  terms: [],
  expire: ['free → expired'],
  rollover: ['free → rolled', 'free → expired', 'issued → free'],
  allowance: ['issued → free'],
  seats: ['issued → free'],
  claim: ['issued → free'],
  commit: ['issued → free'],
  propose: [],
  renew: ['issued → free'],
  changePlan: ['issued → free', 'free → voided', 'free → rolled'],
  dispute: ['free → voided'],
  request: [],
  pay: ['issued → free'],
  approve: [],
  decline: [],
  lapse: [],
  alert: [],
  publish: [],
  policy: [],
  cut: [],
  close: [],
  reopen: [],
  offerVersion: [],
  answerVersion: [],
  acceptQuote: ['issued → free'],
  access: [],
  modifyAccess: [],
};

function strangeMove({ kind, moves, occurred, recorded }: Operation): string | null {
  if (occurred > recorded) return 'was recorded before it occurred';
  for (const { from, to } of moves) {
    const way = `${from} → ${to}`;
    if (!WAYS[kind].includes(way)) return `a ${kind} moves credits ${way}`;
  }
  return null;
}

/** What a usage is said to have cost is what it burned, what is owed for it, and what nobody owes. */
function wrongCharge(account: Account, { facts, moves }: Operation): string | null {
  if (facts.charged === undefined) return null;
  const burned = new Map<string, bigint>();
  for (const { block, to, amount } of moves) {
    const unit = account.blocks.byNumber(block)?.unit ?? '';
    if (to === 'burned') burned.set(unit, (burned.get(unit) ?? 0n) + amount);
  }
  for (const { unit, amount } of [...(facts.overage ?? []), ...(facts.waived ?? [])]) {
    burned.set(unit, (burned.get(unit) ?? 0n) + amount);
  }
  for (const { unit, amount } of facts.charged) {
    if ((burned.get(unit) ?? 0n) !== amount) {
      return `charged other ${unit} than it burned, owes and waived`;
    }
    burned.delete(unit);
  }
  return burned.size === 0 ? null : 'burned credits that it did not charge';
}

/** What rolls out of blocks is what comes into the next, of the same unit; a purchase may add to it, and a conversion give other credits for it. */
function wrongRoll(account: Account, { kind, facts, moves }: Operation): string | null {
  if (kind === 'changePlan') return null;
  const sum = (block: number, way: keyof Move, place: string): bigint =>
    moves.reduce(
      (n, move) => (move.block === block && move[way] === place ? n + move.amount : n),
      0n,
    );
  const rolled = new Map<number, bigint>();
  for (const { from, to, basis } of facts.rolls ?? []) {
    if (basis < 0n) return 'rolls less than no money';
    const [a, b] = [account.blocks.byNumber(from), account.blocks.byNumber(to)];
    if (a?.unit !== b?.unit) return 'rolls from one unit into another';
    rolled.set(to, (rolled.get(to) ?? 0n) + sum(from, 'to', 'rolled'));
  }
  for (const [to, amount] of rolled) {
    const issued = sum(to, 'from', 'issued');
    if (kind === 'purchase' ? amount >= issued : amount !== issued) {
      return 'rolls other credits than come into the next block';
    }
  }
  const known = new Set(facts.rolls?.map(({ from }) => from));
  const lost = moves.some(({ block, to }) => to === 'rolled' && !known.has(block));
  return lost ? 'rolls credits into no block' : null;
}

function brokenBlock(block: Block): string | null {
  const { granted, free, held, burned, expired, rolled, refunded, voided } = block;
  const places = { free, held, burned, expired, rolled, refunded, voided };
  for (const [place, amount] of Object.entries(places)) {
    if (amount < 0n) return `${place} is below zero`;
  }
  if (granted !== free + held + burned + expired + rolled + refunded + voided) {
    return 'what was granted is not what its places add up to';
  }
  const deferred = deferredCost(block);
  if (deferred < 0n) return 'more money has left than its basis';
  if (remaining(block) === 0n && deferred !== 0n) {
    return 'nothing is left of it, and its basis is not used up';
  }
  return null;
}

function brokenTotals(account: Account): string | null {
  for (const [unit, { free, held }] of account.totals) {
    if (free < 0n || held < 0n) return `the balance of ${unit} is below zero`;
  }
  return account.owedMoney < 0n ? 'what is owed is below zero' : null;
}

/** Every rule on every block and hold: what the property tests ask. */
export function brokenAccount(account: Account): string | null {
  const heldByHolds = new Map<number, bigint>();
  for (const hold of account.holds) {
    if (hold.ended !== null && hold.parts.length > 0)
      return `hold "${hold.name}" ended with credits`;
    for (const { block, amount } of hold.parts) {
      heldByHolds.set(block, (heldByHolds.get(block) ?? 0n) + amount);
    }
  }
  const sums = new Map<string, Pick<UnitTotals, 'granted' | 'free' | 'held' | 'frozen'>>();
  for (const block of account.blocks) {
    const broken = brokenBlock(block);
    if (broken !== null) return `block "${block.name}": ${broken}`;
    if (block.held !== (heldByHolds.get(block.number) ?? 0n)) {
      return `block "${block.name}" holds other than its holds say`;
    }
    const sum = sums.get(block.unit) ?? { granted: 0n, free: 0n, held: 0n, frozen: 0n };
    sums.set(block.unit, {
      granted: sum.granted + block.granted - block.rolled,
      free: sum.free + block.free,
      held: sum.held + block.held,
      frozen: sum.frozen + (isFrozen(block) ? block.free : 0n),
    });
  }
  for (const [unit, sum] of sums) {
    const total = account.totals.get(unit);
    const figures = ['granted', 'free', 'held', 'frozen'] as const;
    if (figures.some((figure) => total?.[figure] !== sum[figure])) {
      return `the totals of ${unit} are not the sums of its blocks`;
    }
  }
  return brokenTotals(account);
}
