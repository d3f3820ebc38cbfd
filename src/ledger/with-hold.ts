// Held before the work, captured for what it really cost, released otherwise. No lock is kept and no
// transaction is open while the work runs.

import { amountText } from '../quantity/quantity.ts';
import type { OpenHold, Receipt } from './answers.ts';
import type { TransactionLedger } from './api.ts';
import type { Catalogue } from './catalogue.ts';
import type { CaptureInput, HoldInput } from './inputs.ts';

type Actual<C extends Catalogue> = Parameters<OpenHold<C>['capture']>[0];

/**
 * The keys of what follows are the hold's with `/capture` or `/release` behind it, so that a retry of
 * the whole call finds what was done. Where the work throws, its error is thrown on once the credits
 * are settled; what the hold's own end gives back needs no call at all.
 */
export async function holdAround<C extends Catalogue, T>(
  ledger: Pick<TransactionLedger<C>, 'hold' | 'capture' | 'release'>,
  input: HoldInput<C>,
  work: (hold: OpenHold<C>) => Promise<T> | T,
): Promise<{ readonly value: T; readonly receipt: Receipt }> {
  const taken = await ledger.hold(input);
  const name = input.hold ?? input.key;
  let actual: Actual<C> | undefined;
  const settle = (): Promise<Receipt> => {
    const { account } = input;
    if (actual === undefined) {
      return ledger.release({ account, hold: name, key: `${input.key}/release` });
    }
    const capture = { account, hold: name, key: `${input.key}/capture`, ...usageOf(actual) };
    return ledger.capture(capture as CaptureInput<C>);
  };
  let value: T;
  try {
    value = await work({
      hold: name,
      amount: taken.hold?.amount ?? taken.held,
      capture: (cost) => {
        if (!isUsage(cost)) amountText(cost, 'actual');
        actual = cost;
      },
    });
  } catch (error) {
    await settle().catch((failed: unknown) => {
      throw new AggregateError([error, failed], 'the work failed, and so did settling its hold');
    });
    throw error;
  }
  return { value, receipt: await settle() };
}

function isUsage(actual: unknown): actual is object {
  return typeof actual === 'object' && actual !== null && !('toFixed' in actual);
}

function usageOf(actual: unknown): object {
  return isUsage(actual) ? actual : { amount: actual };
}
