// Why money moved that no credits went along with: access that was sold, and what was paid back.

import type { Account } from '../account/account.ts';
import type { Operation } from '../account/operation.ts';
import { accessOf } from '../account/sold.ts';
import { formatInstant } from '../calendar/instant.ts';
import { formatMoney } from '../quantity/money.ts';

/** What an operation says of time that delivers, and of money beside credits, in sentences. */
export function accessSentences({ facts }: Operation, after: Account): string[] {
  const { over, access, repays = [], stops } = facts;
  const { currency } = after;
  const money = (minor: bigint): string => `${formatMoney(minor, currency)} ${currency}`;
  const sentences: string[] = [];
  if (over !== undefined) {
    sentences.push(
      `It is delivered from ${formatInstant(over.starts)} to ${formatInstant(over.ends)}, and earned with that time.`,
    );
  }
  if (stops !== undefined) {
    sentences.push(
      `Delivery stops at ${formatInstant(stops.at)}: what was delivered until then stays paid.`,
    );
  }
  if (access !== undefined) {
    const { name, price, starts, ends, method } = access;
    const figures = `${money(price)} from ${formatInstant(starts)} to ${formatInstant(ends)}`;
    sentences.push(
      method === undefined
        ? `Access "${name}" was sold for ${figures}.`
        : `Access "${name}" is ${figures} from now on: ${WAYS[method]}.`,
    );
  }
  for (const { of, number, money: back } of repays) {
    sentences.push(
      of === 'used'
        ? `${money(back)} was agreed for credits of "${after.blocks.byNumber(number)?.name ?? ''}" that were used.`
        : `${money(back)} of access "${accessOf(after.sold, number)?.name ?? ''}" goes back.`,
    );
  }
  return sentences;
}

const WAYS = {
  prospective: 'what is not earned yet is spread over the time that is left',
  'catch-up': 'it counts as if that had been agreed at the start',
} as const;
