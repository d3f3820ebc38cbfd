// The journal is the truth: checkpoints never change an answer, time never runs back in it, and a
// line that was touched is found.

import { chain } from '../../../account/canonical.ts';
import { ClockSkew } from '../../../errors.ts';
import type { StoredOperation } from '../../../storage/port.ts';
import { must, mustEqual, mustFail, present } from '../check.ts';
import { ready } from '../journal-writer.ts';
import type { ConformanceCase } from '../target.ts';
import {
  balanceOf,
  eventually,
  fund,
  headsOf,
  ledgerOn,
  ledgerOver,
  mustVerify,
  shownError,
  startClock,
  twoLedgers,
} from './ledgers.ts';
import { handedOn } from './troubled-storage.ts';

/** More than a ledger lets pass without a checkpoint. */
const MANY = 560;

type Forgery = (line: StoredOperation, previous: StoredOperation) => Partial<StoredOperation>;

/** What somebody with all rights on the database might do to one line. */
const FORGERIES: Readonly<Record<string, Forgery>> = {
  'another key': () => ({ key: 'another' }),
  'another kind': () => ({ kind: 'grant' }),
  'another instant': ({ occurred }) => ({ occurred: occurred - 1 }),
  'another recording': ({ recorded }) => ({ recorded: recorded + 1 }),
  'another amount': ({ body }) => ({ body: body.replace('"2"', '"1"') }),
  'a body that is none': () => ({ body: '{' }),
  'another hash': ({ hash }) => ({ hash: hash.replace(/^./, (c) => (c === '0' ? '1' : '0')) }),
  'another number': ({ number }) => ({ number: number + 100 }),
  'another account': () => ({ account: 'globex' }),
  'metadata that nobody gave': () => ({ metadata: '{"by":"somebody"}' }),
  'an amount that is hashed anew': (line, previous) => {
    const body = line.body.replaceAll('"2"', '"200"');
    return { body, hash: chain(previous.hash, line, body) };
  },
};

/** Cases of the journal by name. */
export const ledgerJournalCases: Readonly<Record<string, ConformanceCase>> = {
  'checkpoints from two ledgers never change an answer': async (target) => {
    const ledgers = await twoLedgers(target);
    await fund(ledgers[0], 'acme', '10000');
    await ledgers[0].hold({ account: 'acme', amount: '5', key: 'hold' });
    const usages = (from: string) =>
      Array.from({ length: MANY / 2 }, (_, index) => ({
        do: 'consume' as const,
        account: 'acme',
        amount: '1',
        key: `${from} ${index}`,
      }));
    // Both pass the bound with another base in mind; whose checkpoint comes second is dropped.
    await Promise.all([ledgers[0].batch(usages('a')), ledgers[1].batch(usages('b'))]);
    await Promise.all([ledgers[0].batch(usages('c')), ledgers[1].batch(usages('d'))]);
    await eventually(
      async () => (await target.raw.checkpoint('acme')) !== null,
      'a checkpoint is written',
    );
    const expected = [String(10_000 - 5 - 2 * MANY), '5'];
    const third = await ledgerOn(target);
    for (const ledger of [...ledgers, third]) {
      mustEqual(await balanceOf(ledger, 'acme'), expected, 'all of them give one answer');
      await mustVerify(ledger, 'acme');
    }
    await third.capture({ account: 'acme', hold: 'hold', amount: '3', key: 'capture' });
    mustEqual(
      await balanceOf(ledgers[0], 'acme'),
      [String(10_000 - 3 - 2 * MANY), '0'],
      'and go on',
    );
    const first = await third.consume({ account: 'acme', amount: '1', key: 'a 0' });
    mustEqual(
      [first.replayed, first.number > 3],
      [true, true],
      'keys before it are known for ever',
    );
  },

  'a clock that jumps back a second never turns back what is recorded': async (target) => {
    const clock = startClock();
    const ledger = await ledgerOn(target, { clock: clock.now });
    await fund(ledger, 'acme', '10');
    clock.advance(-1_000);
    const receipt = await ledger.consume({ account: 'acme', amount: '1', key: 'earlier' });
    const [first, , third] = await target.raw.operations('acme');
    mustEqual(third?.recorded, first?.recorded, 'recorded never falls');
    mustEqual(receipt.recordedAt.getTime(), third?.recorded, 'and the receipt says so');
    const behind = await ledgerOn(target, { clock: () => clock.now() - 2_000 });
    mustEqual(await balanceOf(behind, 'acme'), ['9', '0'], 'a ledger that is behind still answers');
    await mustVerify(behind, 'acme');
  },

  'a clock that is ten minutes behind is told so, and nothing is written': async (target) => {
    const clock = startClock();
    const ledger = await ledgerOn(target, { clock: clock.now });
    await fund(ledger, 'acme', '10');
    const before = await headsOf(await ready(target));
    clock.advance(-600_000);
    for (const call of [
      () => ledger.consume({ account: 'acme', amount: '1', key: 'usage' }),
      () => ledger.quote({ do: 'consume', account: 'acme', amount: '1' }),
      () => ledger.balance({ account: 'acme' }),
    ]) {
      const error = await mustFail(call, 'a wrong clock decides nothing');
      must(error instanceof ClockSkew, `the clock is told to be wrong, not ${shownError(error)}`);
      mustEqual(error.outcome, 'not-applied', 'nothing was written');
    }
    mustEqual(await headsOf(await ready(target)), before, 'nothing was written');
    clock.advance(600_000);
    const { replayed } = await ledger.consume({ account: 'acme', amount: '1', key: 'usage' });
    mustEqual(replayed, false, 'a clock that was set right goes on');
  },

  'the database lets nobody change a line': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const before = await headsOf(await ready(target));
    for (const how of ['update', 'delete', 'truncate'] as const) {
      await mustFail(() => target.raw.tamper(how, 'acme', 2), `the database refuses to ${how}`);
    }
    mustEqual(await headsOf(await ready(target)), before, 'every line is as it was');
    await mustVerify(ledger, 'acme');
  },

  'a line that was touched all the same is named': async (target) => {
    const sound = await ready(target);
    const ledger = await ledgerOver(sound);
    await fund(ledger, 'acme', '10');
    for (const key of ['one', 'two', 'three']) {
      await ledger.consume({ account: 'acme', amount: '2', key });
    }
    const found = async (forge: (lines: StoredOperation[]) => StoredOperation[]) => {
      const forged = handedOn(sound, {
        operations: async (account, after, limit) => {
          const lines = forge(await sound.operations(account, 0, 1_000));
          return lines.slice(after, after + limit);
        },
      });
      const verification = await (await ledgerOver(forged)).verify({ account: 'acme' });
      return verification.ok ? 'nothing' : verification.number;
    };
    mustEqual(await found((lines) => lines), 'nothing', 'an honest journal has no wrong line');
    for (const [what, forgery] of Object.entries(FORGERIES)) {
      for (const touched of [3, 4, 5]) {
        const number = await found((lines) =>
          lines.map((line, index) =>
            line.number === touched
              ? { ...line, ...forgery(line, present(lines[index - 1], 'a line before')) }
              : line,
          ),
        );
        mustEqual(number, touched, `${what} in line ${touched} is found in it`);
      }
    }
    mustEqual(await found((lines) => lines.filter((_, index) => index !== 3)), 4, 'one is missing');
    mustEqual(
      await found(([a, b, c, d, ...rest]) => [a, b, d, c, ...rest].flatMap((line) => line ?? [])),
      3,
      'two are swapped',
    );
    mustEqual(
      await found((lines) => lines.flatMap((line) => (line.number === 4 ? [line, line] : [line]))),
      5,
      'one stands twice',
    );
  },

  'metadata can be erased, and the journal still verifies': async (target) => {
    const ledger = await ledgerOn(target);
    await fund(ledger, 'acme', '10');
    const usage = { account: 'acme', amount: '1', key: 'usage', metadata: { name: 'Ada' } };
    await ledger.consume(usage);
    await target.raw.eraseMetadata('acme', 3);
    await mustVerify(ledger, 'acme');
    const again = await (await ledgerOn(target)).consume(usage);
    mustEqual(again.replayed, true, 'the key still knows what was stated');
  },
};
