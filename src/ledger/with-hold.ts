// Held before the work, captured for what it really cost, released otherwise. No lock is kept and no
// transaction is open while the work runs.

import { HoldEnded, InvalidInput, Unknown } from '../errors.ts';
import { amountText } from '../quantity/quantity.ts';
import type { OpenHold, Receipt } from './answers.ts';
import type { Ledger } from './api.ts';
import type { Catalogue } from './catalogue.ts';
import { show } from './door.ts';
import type { CaptureInput, HoldInput, Question } from './inputs.ts';

const LONGEST_KEY = 255 - '/capture'.length;

type Actual<C extends Catalogue> = Parameters<OpenHold<C>['capture']>[0];

/**
 * The keys of what follows are the hold's with `/capture` or `/release` behind it, so that a retry of
 * the whole call finds what was done. Where the work throws, its error is thrown on once the credits
 * are settled; what the hold's own end gives back needs no call at all.
 */
export async function holdAround<C extends Catalogue, T>(
  ledger: Pick<Ledger<C>, 'hold' | 'capture' | 'release' | 'quote'>,
  input: HoldInput<C>,
  work: (hold: OpenHold<C>) => Promise<T> | T,
): Promise<{ readonly value: T; readonly receipt: Receipt }> {
  // A call from JavaScript may bring anything; `hold` refuses what isn't read here.
  checkRoom((input as { readonly key?: unknown } | null | undefined)?.key);
  if (typeof work !== 'function') {
    throw new InvalidInput({ field: 'work', expected: 'a function', found: show(work) });
  }
  const taken = await ledger.hold(withEnd(input));
  const name = input.hold ?? input.key;
  if (taken.replayed && taken.hold?.amount.isZero() === true) {
    await checkUnreleased(ledger, { do: 'release', account: input.account, hold: name });
  }
  let actual: Actual<C> | undefined;
  const { account } = input;
  const release = (): Promise<Receipt> =>
    ledger.release({ account, hold: name, key: `${input.key}/release` });
  const settle = async (): Promise<Receipt> => {
    if (actual === undefined) return release();
    const capture = { account, hold: name, key: `${input.key}/capture`, ...usageOf(actual) };
    try {
      return await ledger.capture(capture as CaptureInput<C>);
    } catch (error) {
      // A cost that no retry can make good: as where the work states one that can't be read at all.
      if (error instanceof InvalidInput || error instanceof Unknown) await release();
      throw error;
    }
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

/** A process that dies between hold and capture must strand nothing, whatever its author forgot. */
const LONGEST_WORK = 'PT1H';

function withEnd<C extends Catalogue>(input: HoldInput<C>): HoldInput<C> {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  const says = Object.hasOwn(input, 'expiresAt') || Object.hasOwn(input, 'expiresIn');
  return says ? input : { ...input, expiresIn: LONGEST_WORK };
}

/** The keys that are made of this one must be keys, too; told before the work, not after it. */
function checkRoom(key: unknown): void {
  if (typeof key !== 'string' || Buffer.byteLength(key) <= LONGEST_KEY) return;
  throw new InvalidInput({
    field: 'key',
    expected: `at most ${LONGEST_KEY} bytes of UTF-8, as more keys are made of it`,
    found: show(key),
  });
}

/** A hold that was given back sets nothing aside any more: work for it would be given away. Throws `HoldEnded`. */
async function checkUnreleased<C extends Catalogue>(
  ledger: Pick<Ledger<C>, 'quote'>,
  release: { readonly do: 'release'; readonly account: string; readonly hold: string },
): Promise<void> {
  try {
    await ledger.quote(release as Question<C>);
  } catch (error) {
    // Captured: a retry of a call that was done, which its capture will find.
    if (!(error instanceof HoldEnded && error.ended === 'captured')) throw error;
  }
}

function isUsage(actual: unknown): actual is object {
  return typeof actual === 'object' && actual !== null && !('toFixed' in actual);
}

function usageOf(actual: unknown): object {
  return isUsage(actual) ? actual : { amount: actual };
}
