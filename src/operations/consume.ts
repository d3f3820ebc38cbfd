// Burning credits for a usage, and going into overage where the terms allow it: all of it or nothing,
// unless a partial fill was asked for.

import type { Account } from '../account/account.ts';
import type { Charge, Draft, Move } from '../account/operation.ts';
import { InvalidInput } from '../errors.ts';
import { underCaps } from './cap.ts';
import type { ConsumeCommand, Context } from './command.ts';
import { beyond, beyondFacts } from './overage.ts';
import { price } from './pricing.ts';
import { spanOf } from './sell-access.ts';
import { burnMoves, gather, insufficient } from './spend.ts';
import { latenessOf, occurredOf } from './stated.ts';

/** A usage that costs several units succeeds or fails as a whole. Usage that costs nothing is recorded too. */
export function decideConsume(account: Account, command: ConsumeCommand, context: Context): Draft {
  const occurred = occurredOf(command, context);
  const { charges: asked, feature, rated } = price(account, command.usage, occurred, context);
  const late = latenessOf(account, occurred, context.at);
  const over = command.over === null ? null : spanOf(command.over, occurred, 'over.');
  if (command.partial && asked.length > 1) {
    throw new InvalidInput({
      field: 'partial',
      expected: 'a usage in one unit',
      found: `one in ${asked.map((charge) => charge.unit).join(' and ')}`,
    });
  }
  if (command.partial && rated?.access?.how === 'opened') {
    throw new InvalidInput({
      field: 'partial',
      expected: `no partial fill: ${rated.feature} is paid for as a whole`,
      found: 'true',
    });
  }
  const { member, partial } = command;
  const charges = underCaps(account, asked, { member, feature, occurred, partial }, context);
  const moves: Move[] = [];
  const charged: Charge[] = [];
  const owing: { unit: string; overage: bigint; waived: bigint }[] = [];
  for (const { unit, amount } of charges) {
    const { taken, missing } = gather(account, { unit, amount, feature, at: context.at, late });
    moves.push(...burnMoves(taken));
    if (missing === 0n) {
      charged.push({ unit, amount });
      continue;
    }
    const more = beyond(account, unit, missing, context);
    const filled = amount - more.missing;
    if (more.missing > 0n && (!command.partial || filled === 0n)) {
      const available = amount - missing;
      const facts = { unit, required: amount, available, overageLeft: more.room };
      throw insufficient(facts, context.units);
    }
    charged.push({ unit, amount: filled });
    owing.push({ unit, ...more });
  }
  const isPlain = owing.length === 0 && rated === null && over === null;
  const facts = isPlain
    ? { charged }
    : {
        charged,
        ...(owing.length > 0 && beyondFacts(account, owing, feature, context)),
        ...(rated !== null && { rated }),
        ...(over !== null && { over }),
      };
  return { kind: 'consume', occurred, moves, facts };
}
