// Work whose cost isn't known yet: what is held comes back by itself, and what was stated is charged.

import { HoldEnded } from '../../../errors.ts';
import { must, mustEqual } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  fund,
  keysOn,
  ledgerOn,
  ledgerOver,
  mustRefuse,
  mustVerify,
  startClock,
} from './ledgers.ts';
import { troubled } from './troubled-storage.ts';

class ModelIsDown extends Error {}

/** Cases of holds by name. */
export const ledgerHoldCases: Readonly<Record<string, ConformanceCase>> = {
  'a process that ends in the middle of its work leaves a hold that ends by itself': async (
    target,
  ) => {
    const clock = startClock();
    const ledger = await ledgerOn(target, { clock: clock.now });
    await fund(ledger, 'acme', '10');
    const started = new Promise<void>((resolve) => {
      // The work never ends: nobody is there any more to capture or release.
      void ledger.withHold(
        { account: 'acme', amount: '6', key: 'answer', expiresAt: '2026-01-31T10:05:00Z' },
        () => {
          resolve();
          return new Promise<never>(() => {});
        },
      );
    });
    await started;
    const other = await ledgerOn(target, { clock: clock.now });
    mustEqual(await balanceOf(other, 'acme'), ['4', '6'], 'the credits are held');
    await mustRefuse(
      () => other.consume({ account: 'acme', amount: '5', key: 'early' }),
      'insufficient-credits',
      'nobody else can spend what is held',
    );
    mustEqual(
      await target.raw.dues('acme'),
      [Date.parse('2026-01-31T10:05:00Z')],
      'its end is due',
    );
    clock.set('2026-01-31T10:05:00Z');
    mustEqual(await balanceOf(other, 'acme'), ['10', '0'], 'at its end they are back, unswept');
    const refusal = await mustRefuse(
      () => other.capture({ account: 'acme', hold: 'answer', amount: '1', key: 'late' }),
      'hold-ended',
      'there is nothing to capture any more',
    );
    must(refusal instanceof HoldEnded && refusal.ended === 'expired', 'as it has expired');
    await other.consume({ account: 'acme', amount: '10', key: 'all' });
    mustEqual(
      (await keysOn(target, 'acme')).length,
      5,
      'the first write records what time brought',
    );
    mustEqual(await target.raw.dues('acme'), [], 'and the due is dealt with');
    await mustVerify(other, 'acme');
  },

  'what the work stated is captured, also where it fails afterwards': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const hold = (key: string) => ({ account: 'acme', amount: '6', key });
    const failing = ledger.withHold(hold('one'), (open) => {
      open.capture('2');
      throw new ModelIsDown();
    });
    const error = await failing.catch((thrown: unknown) => thrown);
    must(error instanceof ModelIsDown, "the work's own error comes out");
    mustEqual(await balanceOf(ledger, 'acme'), ['8', '0'], 'and what it cost is charged');
    const idle = ledger.withHold(hold('two'), () => {
      throw new ModelIsDown();
    });
    await idle.catch(() => {});
    mustEqual(await balanceOf(ledger, 'acme'), ['8', '0'], 'what cost nothing is given back');
    const { receipt, value } = await ledger.withHold(hold('three'), (open) => {
      open.capture('1');
      open.capture('7');
      return 'an answer';
    });
    mustEqual(
      [value, receipt.charged.toFixed(), receipt.balance.toFixed()],
      ['an answer', '7', '1'],
      'above what was held it takes free credits, and the last word counts',
    );
    mustEqual(
      await keysOn(target, 'acme'),
      ['open', 'grant', 'one', 'one/capture', 'two', 'two/release', 'three', 'three/capture'],
      'each step is an operation',
    );
    await mustVerify(ledger, 'acme');
  },

  'a lost acknowledgement at any step of a hold leaves one charge': async (target) => {
    const storage = troubled(await ready(target));
    const ledger = await ledgerOver(storage);
    await fund(ledger, 'acme', '100');
    for (const [round, trouble] of (['lost', 'away', 'late'] as const).entries()) {
      const input = { account: 'acme', amount: '6', key: `answer ${round}` };
      storage.trouble(trouble);
      const { receipt } = await ledger.withHold(input, (open) => {
        storage.trouble(trouble);
        open.capture('4');
      });
      await storage.arrive();
      mustEqual(receipt.charged.toFixed(), '4', 'charged');
      const again = await ledger.withHold(input, (open) => open.capture('4'));
      mustEqual([again.receipt.replayed, again.receipt.hash], [true, receipt.hash], 'and once');
      mustEqual(
        await balanceOf(ledger, 'acme'),
        [String(96 - 4 * round), '0'],
        'nothing stays held',
      );
    }
    await mustVerify(ledger, 'acme');
  },
};
