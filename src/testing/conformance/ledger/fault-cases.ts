// What goes wrong between a ledger and its storage: answers that get lost, attempts that arrive late,
// rivals in between, a restored backup. One effect at most, and never a false "no".

import { Fault, HistoryLost } from '../../../errors.ts';
import type { Storage } from '../../../storage/port.ts';
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
  shownError,
  startClock,
} from './ledgers.ts';
import { handedOn, troubled } from './troubled-storage.ts';

/** Longer than any case waits. */
const FOR_LONG_MS = 600_000;

async function failureOf(call: Promise<unknown>): Promise<Fault> {
  const error = await call.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  must(error instanceof Fault, `a fault, not ${shownError(error)}`);
  return error;
}

/** The storage as it was after `last` operations of each account: what a restored backup shows. */
function restoredTo(sound: Storage, last: () => number): Storage {
  return handedOn(sound, {
    load: async (account, after) => {
      const stored = await sound.load(account, after);
      const operations = (stored?.operations ?? []).filter(({ number }) => number <= last());
      const checkpoint = stored?.checkpoint ?? null;
      return operations.length === 0 && checkpoint === null ? null : { checkpoint, operations };
    },
    find: async (account, keys) =>
      (await sound.find(account, keys)).filter(({ number }) => number <= last()),
    append: async (groups) =>
      groups.some(({ base }) => base > last()) ? groups.map(() => 'moved') : sound.append(groups),
  });
}

/** Cases of faults by name. */
export const ledgerFaultCases: Readonly<Record<string, ConformanceCase>> = {
  'a lost acknowledgement is one effect, and its caller gets his receipt': async (target) => {
    const storage = troubled(await ready(target));
    const ledger = await ledgerOver(storage);
    storage.trouble('lost', 'lost');
    await fund(ledger, 'acme', '10');
    storage.trouble('lost');
    const receipts = await Promise.all(
      Array.from({ length: 5 }, () =>
        ledger.consume({ account: 'acme', amount: '4', key: 'usage' }),
      ),
    );
    for (const { charged, balance } of receipts) {
      mustEqual([charged.toFixed(), balance.toFixed()], ['4', '6'], 'charged once');
    }
    mustEqual(receipts.filter(({ replayed }) => !replayed).length, 1, 'one caller did it');
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'one effect');
    await mustVerify(ledger, 'acme');
  },

  'a fault before anything was written is tried again, and told as such in the end': async (
    target,
  ) => {
    const storage = troubled(await ready(target));
    const ledger = await ledgerOver(storage, { deadlineMs: 100 });
    await fund(ledger, 'acme', '10');
    storage.trouble('away');
    await ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    storage.trouble(...Array.from({ length: 200 }, () => 'away' as const));
    const fault = await failureOf(ledger.consume({ account: 'acme', amount: '4', key: 'other' }));
    mustEqual(fault.outcome, 'not-applied', 'it is known that nothing was written');
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'and nothing was');
  },

  'a lookup that finds nothing is no answer while the first attempt may still arrive': async (
    target,
  ) => {
    const storage = troubled(await ready(target), FOR_LONG_MS);
    const clock = startClock();
    const late = await ledgerOver(storage, { clock: clock.now });
    await fund(late, 'acme', '10', '2026-01-31T11:00:00Z');
    const usage = { account: 'acme', amount: '4', key: 'usage' };
    // While the first attempt is on its way the block ends: a second look would refuse.
    const hasty = await ledgerOver(
      handedOn(storage, {
        append: async (groups) => {
          clock.set('2026-01-31T12:00:00Z');
          return storage.append(groups);
        },
      }),
      { clock: clock.now, deadlineMs: 100 },
    );
    storage.trouble('late');
    const fault = await failureOf(hasty.consume(usage));
    mustEqual(fault.outcome, 'unknown', 'nobody knows yet, so nobody says no');
    const retry = await failureOf(hasty.consume(usage));
    mustEqual(retry.outcome, 'unknown', 'not to a retry either');
    mustEqual(await storage.arrive(), ['stored'], 'the first attempt arrives');
    const receipt = await hasty.consume(usage);
    mustEqual(
      [receipt.replayed, receipt.charged.toFixed()],
      [true, '4'],
      'the retry with the same key finds it',
    );
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'one effect');
  },

  'a refusal is final once the first attempt can not arrive any more': async (target) => {
    const rival = await ledgerOn(target);
    const storage = troubled(await ready(target), FOR_LONG_MS);
    const ledger = await ledgerOver(storage);
    await fund(ledger, 'acme', '10');
    storage.trouble('late', async () => {
      await rival.consume({ account: 'acme', amount: '8', key: 'rival' });
    });
    await mustRefuse(
      () => ledger.consume({ account: 'acme', amount: '4', key: 'usage' }),
      'insufficient-credits',
      "the rival's operation fenced the attempt",
    );
    mustEqual(await storage.arrive(), ['moved'], 'and so it comes to nothing');
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'rival'], 'nothing of it is there');

    const brief = troubled(await ready(target), 30);
    const clock = startClock();
    const fenced = await ledgerOver(
      handedOn(brief, {
        append: async (groups) => {
          clock.advance(3_600_000);
          return brief.append(groups);
        },
      }),
      { clock: clock.now },
    );
    await fund(rival, 'globex', '10', '2026-01-31T11:00:00Z');
    brief.trouble('late');
    await mustRefuse(
      () => fenced.consume({ account: 'globex', amount: '4', key: 'usage' }),
      'insufficient-credits',
      'or time has fenced it',
    );
  },

  'an attempt that arrives after its retry has succeeded comes to nothing': async (target) => {
    const storage = troubled(await ready(target), FOR_LONG_MS);
    const ledger = await ledgerOver(storage);
    await fund(ledger, 'acme', '10');
    storage.trouble('late');
    const receipt = await ledger.consume({ account: 'acme', amount: '4', key: 'usage' });
    mustEqual([receipt.replayed, receipt.balance.toFixed()], [false, '6'], 'the retry did it');
    const [outcome] = await storage.arrive();
    must(outcome === 'used' || outcome === 'moved', 'its first attempt finds the place taken');
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'one effect');
  },

  'a rival between load and append is seen': async (target) => {
    const rival = await ledgerOn(target);
    const storage = troubled(await ready(target));
    const ledger = await ledgerOver(storage);
    await fund(ledger, 'acme', '10');
    storage.trouble(() => rival.consume({ account: 'acme', amount: '6', key: 'rival 1' }));
    const refusal = await mustRefuse(
      () => ledger.consume({ account: 'acme', amount: '5', key: 'too much' }),
      'insufficient-credits',
      'the rival was first',
    );
    mustEqual(refusal.facts['available'], '4', 'the refusal knows what the rival left');
    storage.trouble(() => rival.consume({ account: 'acme', amount: '1', key: 'rival 2' }));
    const receipt = await ledger.consume({ account: 'acme', amount: '2', key: 'usage' });
    mustEqual(receipt.balance.toFixed(), '1', 'what is left for both goes through');
    storage.trouble(() => rival.consume({ account: 'acme', amount: '1', key: 'twin' }));
    const twin = await ledger.consume({ account: 'acme', amount: '1', key: 'twin' });
    mustEqual([twin.replayed, twin.balance.toFixed()], [true, '0'], 'a twin of the rival replays');
    mustEqual(
      await keysOn(target, 'acme'),
      ['open', 'grant', 'rival 1', 'rival 2', 'usage', 'twin'],
      'everything once',
    );
    await mustVerify(ledger, 'acme');
  },

  'a journal that ends before what was seen of it is told as lost history': async (target) => {
    let last = Number.POSITIVE_INFINITY;
    const storage = troubled(restoredTo(await ready(target), () => last));
    const ledger = await ledgerOver(storage);
    for (const account of ['acme', 'globex', 'initech']) {
      await fund(ledger, account, '10');
      await ledger.consume({ account, amount: '4', key: 'usage' });
    }
    last = 2;
    const lost = async (call: Promise<unknown>): Promise<void> => {
      const fault = await failureOf(call);
      must(fault instanceof HistoryLost, `lost history is told as such, not as ${fault.name}`);
    };
    await lost(ledger.consume({ account: 'acme', amount: '1', key: 'next' }));
    await lost(ledger.balance({ account: 'globex' }));
    // A failover cuts the connection first.
    storage.trouble('away');
    await lost(ledger.consume({ account: 'initech', amount: '1', key: 'next' }));
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'nothing was written');
    last = Number.POSITIVE_INFINITY;
    mustEqual(await balanceOf(ledger, 'acme'), ['6', '0'], 'what is there again is believed again');
  },

  'calls beyond the bound of the queue are turned away, and nothing of them is written': async (
    target,
  ) => {
    const ledger = await ledgerOn(target, { queueBound: 4 });
    await fund(ledger, 'acme', '100');
    const outcomes = await Promise.allSettled(
      Array.from({ length: 9 }, (_, caller) =>
        ledger.consume({ account: 'acme', amount: '1', key: `usage ${caller}` }),
      ),
    );
    mustEqual(
      outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? 'done' : (outcome.reason as Fault).code,
      ),
      [...Array(4).fill('done'), ...Array(5).fill('queue-full')],
      'the first four are taken',
    );
    await ledger.consume({ account: 'acme', amount: '1', key: 'usage 8' });
    mustEqual(
      (await keysOn(target, 'acme')).slice(2),
      ['usage 0', 'usage 1', 'usage 2', 'usage 3', 'usage 8'],
      'later there is room again',
    );
  },
};
