// When blocks end, as it was told: a freeze puts an end off, a reversal opens a block again.

import type { BlockOpening } from '../../../src/account/block.ts';
import type { Operation } from '../../../src/account/operation.ts';

/** An end, and when it was told. */
interface End {
  readonly told: number;
  readonly ends: number | null;
}

/** A block that can't be spent for now: since when, why, and when it would have ended. */
interface Frozen {
  readonly since: number;
  readonly by: Set<string>;
  readonly ends: number | null;
}

export class Ends {
  /** By block, as they were told: an end puts another one off. */
  readonly #ends = new Map<number, End[]>();
  readonly #frozen = new Map<number, Frozen>();

  open({ number, expires }: BlockOpening): void {
    this.#ends.set(number, [{ told: 0, ends: expires }]);
  }

  /** An operation that acted then moves them. */
  move({ facts }: Operation, told: number): void {
    const moveTo = (block: number, ends: number | null): void => {
      this.#ends.get(block)?.push({ told, ends });
    };
    for (const { block, by, at } of facts.freezes ?? []) {
      const known = this.#frozen.get(block) ?? {
        since: at,
        by: new Set(),
        ends: this.of(block),
      };
      known.by.add(by);
      this.#frozen.set(block, known);
      moveTo(block, null);
    }
    for (const { block, by, at } of facts.thaws ?? []) {
      const frozen = this.#frozen.get(block);
      frozen?.by.delete(by);
      if (frozen === undefined || frozen.by.size > 0) continue;
      const { since, ends } = frozen;
      moveTo(block, ends === null ? null : ends + at - since);
      this.#frozen.delete(block);
    }
    for (const { block, until } of facts.reopens ?? []) moveTo(block, until);
  }

  /** When a block ends by what was told before an instant; null: never, or not before it thaws. */
  of(block: number, before: number = Number.POSITIVE_INFINITY): number | null {
    const ends = this.#ends.get(block) ?? [];
    return ends.findLast(({ told }) => told < before)?.ends ?? null;
  }
}
