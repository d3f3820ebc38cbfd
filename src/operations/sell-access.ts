// Stand-ready access that is sold for money: time earns its price, and no credits move
// (`docs/access.md`). Who may use what, the application knows.

import type { Account } from '../account/account.ts';
import type { DeliveredOver } from '../account/finance.ts';
import type { Draft } from '../account/operation.ts';
import { formatInstant, type Instant } from '../calendar/instant.ts';
import { IdempotencyConflict, InvalidInput } from '../errors.ts';
import { withinBound } from '../quantity/quantity.ts';
import type { Context, SellAccessCommand, StatedSpan } from './command.ts';
import { moneyOf, occurredOf } from './stated.ts';

/** Opens an access under a name of its own. It may have begun already, or even be over. */
export function decideSellAccess(
  account: Account,
  command: SellAccessCommand,
  context: Context,
): Draft {
  const { access: name, key } = command;
  const price = moneyOf(command.price, account, 'price');
  withinBound(account.sold.total + price, 'price.amount');
  const occurred = occurredOf(command, context);
  const span = spanOf(command.span, occurred);
  const { accesses } = account.sold;
  if (accesses.has(name)) {
    throw new IdempotencyConflict({
      key,
      field: 'access',
      message: `the name "${name}" is used by another access already; give this one a name of its own`,
    });
  }
  return {
    kind: 'access',
    occurred,
    moves: [],
    facts: { access: { number: accesses.size + 1, name, price, ...span } },
  };
}

/** Over which time it is delivered: from when it happened where no start is stated. Throws `InvalidInput`. */
export function spanOf(stated: StatedSpan, occurred: Instant, field = ''): DeliveredOver {
  const { ends } = stated;
  const starts = stated.starts ?? occurred;
  if (ends > starts) return { starts, ends };
  throw new InvalidInput({
    field: `${field}ends`,
    expected: `an instant after ${formatInstant(starts)}, when it starts`,
    found: formatInstant(ends),
  });
}
