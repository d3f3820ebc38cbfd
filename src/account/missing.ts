// What of an account isn't in memory. Whoever needs it asks for it and is interrupted: nothing can be
// concluded from a part that isn't there, and where it is kept is nobody's business in here.

/** The parts of an account that a checkpoint keeps as rows. */
export type PartKind = 'block' | 'hold' | 'reversal' | 'debt';

/** One part by its number or its name, or all of a kind. */
export type Wanted =
  | { readonly kind: PartKind; readonly id: number }
  | { readonly kind: PartKind; readonly name: string }
  | { readonly kind: PartKind; readonly all: true };

/**
 * Thrown where a part is needed that was left in the checkpoint with the number `base`. Whoever has the
 * storage fetches it and begins again; no caller of the ledger ever sees it.
 */
export class PartMissing extends Error {
  readonly wanted: Wanted;
  readonly base: number;

  constructor(wanted: Wanted, base: number) {
    super(`not in memory: ${JSON.stringify(wanted)}, of checkpoint ${base}`);
    this.name = 'PartMissing';
    this.wanted = wanted;
    this.base = base;
  }
}
