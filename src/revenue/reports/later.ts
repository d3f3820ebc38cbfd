// What happened after a report's last period. What stood at its end is the account's book less that:
// so a report of what stands needs no figure from before, and reads nothing older than it must.

import type { Place } from '../../account/block.ts';
import type { AccountState, Delivery } from '../account-book.ts';
import type { BlockBook, Figures } from '../block-book.ts';
import { addPosting, type Columns, noColumns } from '../columns.ts';
import { billingsOf } from '../instalments.ts';
import type { Cause, Item, Posting } from '../posting.ts';
import { stocksOf, type UnitMove } from '../sink.ts';
import { itemKey } from './scope.ts';

/** Parts of a block's unit by where they are, and all that were granted. */
export type Places = Readonly<Record<Exclude<Place, 'issued'> | 'granted', bigint>>;

/** A block as it stood; minor units, parts. */
export interface BlockStanding {
  readonly block: BlockBook;
  readonly item: Item;
  readonly places: Places;
  readonly basis: bigint;
  readonly figures: Figures;
  readonly refunded: bigint;
  readonly voided: bigint;
  readonly rolled: bigint;
  /** The liability, what is delivered over time left out. */
  readonly credits: bigint;
  /** Of the basis, what instalments bill later, less the use that they owe for. */
  readonly unbilled: bigint;
}

/** What is still to be delivered over time, as it stood. */
export interface TermStanding {
  readonly item: Item;
  /** Null: access that was sold. */
  readonly block: BlockBook | null;
  readonly money: bigint;
  /** Null: it has been delivered since. */
  readonly schedule: Delivery['schedule'] | null;
}

/** What happened to one item. */
interface Since {
  readonly item: Item;
  readonly places: Map<Place | 'granted', bigint>;
  readonly causes: Map<Cause, bigint>;
  readonly columns: Columns;
}

/** Gathers what is later, of one account after the other. */
export class Later {
  #items = new Map<string, Since>();

  /** Another account begins. */
  begin(): void {
    this.#items = new Map();
  }

  post(posting: Posting): void {
    const { causes, columns } = this.#of(posting.item);
    causes.set(posting.cause, (causes.get(posting.cause) ?? 0n) + posting.amount);
    addPosting(columns, posting);
  }

  moved({ item, from, to, amount }: UnitMove): void {
    const { places } = this.#of(item);
    const add = (place: Place | 'granted', more: bigint): void => {
      places.set(place, (places.get(place) ?? 0n) + more);
    };
    if (from === 'issued') add('granted', amount);
    else add(from, -amount);
    if (to !== 'issued') add(to, amount);
  }

  /** The account's blocks as they stood; those that came later are left out. */
  *blocks(state: AccountState): Generator<BlockStanding> {
    const billings = billingsOf(state.plans);
    const stocks = new Map(stocksOf(state).map((stock) => [itemKey(stock.item), stock]));
    for (const block of state.blocks.values()) {
      const { name, unit, root, contract, cohort } = block;
      const item: Item = { what: 'block', name, unit, kind: root, contract, cohort };
      const key = itemKey(item);
      const later = this.#items.get(key);
      const places = placesOf(block, later);
      if (places.granted === 0n) continue;
      const since = (cause: Cause): bigint => later?.causes.get(cause) ?? 0n;
      const { posted } = block;
      const stock = stocks.get(key);
      const owed = (stock?.deferred ?? 0n) - (stock?.term ?? 0n);
      const { deferred = 0n, term = 0n } = later?.columns ?? {};
      const sold = since('goodwill') + since('concession') + since('rolledIn');
      const basis = block.basis - sold;
      const billing = billings.get(block.number) ?? { rest: 0n, netted: 0n };
      const netted = billing.netted - since('netting');
      // What is billed of a block that is there already is an instalment.
      const toBill = billing.rest + since('billed');
      yield {
        ...{ block, item, places, basis },
        figures: {
          usage: posted.usage - since('usage'),
          settled: posted.settled - since('settled'),
          delivered: posted.delivered - since('delivered'),
          breakage: posted.breakage - since('breakage'),
          promotional: posted.promotional - since('promotional'),
        },
        refunded: block.refundedMoney - since('refunded'),
        voided: block.voidedMoney - since('voided'),
        rolled: block.rolledMoney - since('rolledOut'),
        credits: owed - deferred + term,
        unbilled: toBill - netted,
      };
    }
  }

  /** What was still to be delivered over time; of each item all of it, the oldest delivery first. */
  *terms(
    state: AccountState,
    earned: (schedule: Delivery['schedule']) => bigint,
  ): Generator<TermStanding> {
    const left = new Map<string, { readonly item: Item; money: bigint }>();
    const add = (item: Item, money: bigint): void => {
      const known = left.get(itemKey(item));
      if (known === undefined) left.set(itemKey(item), { item, money });
      else known.money += money;
    };
    for (const { item, term } of stocksOf(state)) add(item, term);
    for (const { item, columns } of this.#items.values()) add(item, -columns.term);
    for (const { item, block, schedule } of state.deliveries) {
      const open = left.get(itemKey(item));
      const money = least(schedule.amount - earned(schedule), open?.money ?? 0n);
      if (open === undefined || money <= 0n) continue;
      open.money -= money;
      const of = block === null ? null : (state.blocks.get(block) ?? null);
      yield { item, block: of, money, schedule };
    }
    for (const { item, money } of left.values()) {
      if (money === 0n) continue;
      const block = item.what === 'block' ? blockNamed(state, item.name) : null;
      yield { item, block, money, schedule: null };
    }
  }

  #of(item: Item): Since {
    const key = itemKey(item);
    const known = this.#items.get(key);
    if (known !== undefined) return known;
    const fresh: Since = { item, places: new Map(), causes: new Map(), columns: noColumns() };
    this.#items.set(key, fresh);
    return fresh;
  }
}

function placesOf(block: BlockBook, later: Since | undefined): Places {
  const at = (place: keyof Places): bigint => block[place] - (later?.places.get(place) ?? 0n);
  return {
    granted: at('granted'),
    free: at('free'),
    held: at('held'),
    burned: at('burned'),
    expired: at('expired'),
    rolled: at('rolled'),
    refunded: at('refunded'),
    voided: at('voided'),
  };
}

function blockNamed(state: AccountState, name: string): BlockBook | null {
  for (const block of state.blocks.values()) if (block.name === name) return block;
  return null;
}

function least(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}
