// The application's own transaction with credits inside: both stand or fall together, and nobody
// else is held up by it.

import { AccountBusy, Fault } from '../../../errors.ts';
import type { Receipt } from '../../../ledger/answers.ts';
import { must, mustEqual } from '../check.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  fund,
  isBusy,
  keysOn,
  ledgerOn,
  mustRefuse,
  mustVerify,
  pause,
  shownError,
  twoLedgers,
} from './ledgers.ts';

class ChangeOfMind extends Error {}

/** Cases of joined transactions by name. */
export const ledgerTransactionCases: Readonly<Record<string, ConformanceCase>> = {
  "a credit is burned if and only if the application's own row is written": async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const usage = { account: 'acme', amount: '4', key: 'usage' };
    const changed = target.transaction(async ({ handle, write }) => {
      const inside = ledger.within(handle);
      await write('order', 'paid');
      const receipt = await inside.consume(usage);
      mustEqual(receipt.balance.toFixed(), '6', 'inside it is spent');
      mustEqual((await inside.balance({ account: 'acme' })).available.toFixed(), '6', 'and seen');
      await inside.open({ account: 'fresh', key: 'open' });
      throw new ChangeOfMind();
    });
    const error = await changed.catch((thrown: unknown) => thrown);
    must(error instanceof ChangeOfMind, `the work's own error comes out, not ${shownError(error)}`);
    mustEqual(await balanceOf(ledger, 'acme'), ['10', '0'], 'rolled back, nothing is spent');
    mustEqual(await keysOn(target, 'fresh'), [], 'nothing is opened');
    mustEqual(await target.ownRow('order'), null, 'and the row is gone');

    const receipt = await target.transaction(async ({ handle, write }) => {
      await write('order', 'paid');
      return ledger.within(handle).consume(usage);
    });
    mustEqual([receipt.replayed, receipt.balance.toFixed()], [false, '6'], 'the key was free');
    mustEqual(await target.ownRow('order'), 'paid', 'committed, the row is there');
    mustEqual(await balanceOf(ledger, 'acme'), ['6', '0'], 'and the credits are spent');
    mustEqual((await ledger.consume(usage)).replayed, true, 'once');
    await mustVerify(ledger, 'acme');
  },

  'what a transaction committed is known to every ledger, and to its own': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '10');
    for (const ledger of ledgers) await ledger.balance({ account: 'acme' });
    await target.transaction(({ handle }) =>
      ledgers[0].within(handle).consume({ account: 'acme', amount: '9', key: 'inside' }),
    );
    for (const ledger of ledgers) {
      const refusal = await mustRefuse(
        () => ledger.consume({ account: 'acme', amount: '2', key: 'outside' }),
        'insufficient-credits',
        'it is spent for all',
      );
      mustEqual(refusal.facts['available'], '1', 'and the refusal knows it');
    }
  },

  'calls on one transaction queue': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const receipts = await target.transaction(({ handle }) => {
      const inside = ledger.within(handle);
      return Promise.all(
        [1, 2, 3, 4, 5, 6].map((turn) =>
          (turn % 2 === 0 ? inside : ledger.within(handle))
            .consume({
              account: 'acme',
              amount: String(turn),
              key: `usage ${turn}`,
            })
            .catch((error: unknown) => error as Error),
        ),
      );
    });
    const told = receipts.map((receipt) =>
      receipt instanceof Error ? receipt.name : receipt.charged.toFixed(),
    );
    const no = 'InsufficientCredits';
    mustEqual(told, ['1', '2', '3', '4', no, no], 'each sees what the one before has left');
    mustEqual(
      (await keysOn(target, 'acme')).slice(2),
      [1, 2, 3, 4].map((turn) => `usage ${turn}`),
      'each is stored once, in its turn',
    );
    await mustVerify(ledger, 'acme');
  },

  'a refusal inside a transaction does not abort it': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    await target.transaction(async ({ handle, write }) => {
      const inside = ledger.within(handle);
      const consume =
        (amount: string, key: string, account = 'acme') =>
        () =>
          inside.consume({ account, amount, key });
      await mustRefuse(consume('11', 'much'), 'insufficient-credits', 'too few');
      await mustRefuse(consume('1', 'grant'), 'idempotency-conflict', 'another content');
      await mustRefuse(consume('1', 'none', 'nobody'), 'unknown-account', 'nobody');
      await mustRefuse(consume('1', 'nul', 'a\0b'), 'invalid-input', 'a NUL');
      await mustRefuse(
        async () => ledger.within(handle, { accounts: ['\ud800'] }).balance({ account: 'acme' }),
        'invalid-input',
        'half a surrogate pair',
      );
      await mustRefuse(
        () => inside.open({ account: 'acme', key: 'again' }),
        'account-exists',
        'it is open',
      );
      await write('order', 'open');
      await consume('3', 'usage')();
    });
    mustEqual(await target.ownRow('order'), 'open', 'the transaction commits');
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant', 'usage'], 'with what was possible');
  },

  'a long transaction on a busy account leaves the others undisturbed': async (target) => {
    const inner = await ledgerOn(target);
    const outer = await ledgerOn(target, { deadlineMs: 150 });
    for (const account of ['busy', 'calm', 'quiet']) await fund(inner, account, '100');
    let ended = false;
    const watched = async (call: Promise<Receipt>): Promise<{ early: boolean; error: unknown }> => {
      const error = await call.then(
        () => null,
        (thrown: unknown) => thrown,
      );
      return { early: !ended, error };
    };
    const consume = (account: string, key: string): Promise<Receipt> =>
      outer.consume({ account, amount: '1', key });
    const calls = await target.transaction(async ({ handle }) => {
      await inner.within(handle).consume({ account: 'busy', amount: '1', key: 'inside' });
      const busy = watched(consume('busy', 'outside'));
      const others = ['calm', 'quiet', 'calm', 'quiet'].map((account, index) =>
        watched(consume(account, `while ${index}`)),
      );
      await Promise.race([Promise.all([busy, ...others]), pause(600)]);
      ended = true;
      return { busy, others };
    });
    const others = await Promise.all(calls.others);
    const busy = await calls.busy;
    for (const { error } of others) {
      mustEqual(error, null, 'the other accounts go on');
    }
    if (busy.early) {
      must(
        isBusy(busy.error),
        `the busy one is told at its deadline, not ${shownError(busy.error)}`,
      );
      must(
        others.every(({ early }) => early),
        'who can tell one account that it is busy does not keep the others waiting',
      );
    } else
      must(busy.error === null || isBusy(busy.error), 'at last it is free, or was too long not');
    const keys = await keysOn(target, 'busy');
    mustEqual(keys.includes('outside'), busy.error === null, 'what was told is what is stored');
    for (const account of ['busy', 'calm', 'quiet']) await mustVerify(inner, account);
  },

  'a transaction that meets a busy account is told so, and can still commit': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '100');
    const second = await target.transaction(async ({ handle }) => {
      await ledger.within(handle).consume({ account: 'acme', amount: '1', key: 'first' });
      const rival = target.transaction(async (own) => {
        const inside = ledger.within(own.handle, { accounts: ['acme'], deadlineMs: 100 });
        const told = await inside
          .consume({ account: 'acme', amount: '1', key: 'second' })
          .then(() => null)
          .catch((error: unknown) => error);
        await own.write('second', told === null ? 'charged' : 'free of charge');
        return told;
      });
      await Promise.race([rival.catch(() => {}), pause(500)]);
      return { rival };
    });
    const told = await second.rival;
    must(told === null || told instanceof AccountBusy, `busy at most, not ${shownError(told)}`);
    mustEqual(
      await target.ownRow('second'),
      told === null ? 'charged' : 'free of charge',
      'its own row is committed either way',
    );
    mustEqual(
      await keysOn(target, 'acme'),
      ['open', 'grant', 'first', ...(told === null ? ['second'] : [])],
      'and the credits fit to it',
    );
  },

  'transactions over several accounts in any order get through without a deadlock': async (
    target,
  ) => {
    const ledgers = await twoLedgers(target);
    const accounts = ['a', 'b', 'c', 'd', 'e'] as const;
    for (const account of accounts) await fund(ledgers[0], account, '1000');
    const errors = await Promise.all(
      Array.from({ length: 32 }, (_, worker) =>
        target
          .transaction(async ({ handle }) => {
            const ledger = ledgers[worker % 2 === 0 ? 0 : 1];
            const picked = [worker, worker * 2 + 1, worker * 3 + 2].map(
              (n) => accounts[n % 5] ?? 'a',
            );
            const order = worker % 3 === 0 ? picked : [...picked].reverse();
            const inside = ledger.within(handle, { accounts: order });
            for (const account of new Set(order)) {
              await inside.consume({ account, amount: '1', key: `worker ${worker}` });
            }
          })
          .then(
            () => null,
            (error: unknown) => error,
          ),
      ),
    );
    for (const error of errors) must(error === null, `all get through, not ${shownError(error)}`);
    let written = 0;
    for (const account of accounts) {
      written += (await keysOn(target, account)).length - 2;
      await mustVerify(ledgers[0], account);
    }
    const expected = Array.from(
      { length: 32 },
      (_, n) => new Set([n % 5, (n * 2 + 1) % 5, (n * 3 + 2) % 5]).size,
    );
    mustEqual(
      written,
      expected.reduce((sum, each) => sum + each, 0),
      'with all that they did',
    );
  },

  'what is no open transaction is refused, and nothing is written': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    for (const handle of [null, undefined, 7, 'begin', {}, () => {}]) {
      await mustRefuse(
        async () => ledger.within(handle).consume({ account: 'acme', amount: '1', key: 'usage' }),
        'invalid-input',
        'it is no transaction',
      );
    }
    const { ended } = await target.transaction(async ({ handle }) => ({ ended: handle }));
    const error = await ledger
      .within(ended)
      .consume({ account: 'acme', amount: '1', key: 'usage' })
      .then(
        () => null,
        (thrown: unknown) => thrown,
      );
    must(
      error instanceof Fault || (error instanceof Error && 'code' in error),
      `one that has ended can't be joined, not ${shownError(error)}`,
    );
    mustEqual(await keysOn(target, 'acme'), ['open', 'grant'], 'nothing was written');
  },
};
