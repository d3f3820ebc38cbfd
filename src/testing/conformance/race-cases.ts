// Races: many callers, two storages on one database. One of them wins, nobody's operation is lost,
// and no chain has a broken link.

import type { AppendOutcome, Storage } from '../../storage/port.ts';
import { must, mustEqual } from './check.ts';
import { count, JournalWriter, makeOperation, ready } from './journal-writer.ts';
import type { ConformanceCase, ConformanceTarget } from './target.ts';

async function two(target: ConformanceTarget): Promise<readonly [Storage, Storage]> {
  return [await ready(target), await ready(target)];
}

function nth<T>(items: readonly [T, T], index: number): T {
  return items[index % 2 === 0 ? 0 : 1];
}

/** Appends until it is stored, as a ledger would: what has moved is read again. */
async function insist(storage: Storage, account: string, key: string): Promise<number> {
  const writer = new JournalWriter(account);
  for (let attempt = 1; attempt <= 2_000; attempt += 1) {
    await writer.catchUp(storage);
    const [outcome] = await storage.append([writer.group([{ key }, { key: `${key} b` }])]);
    if (outcome === 'stored') return attempt;
    must(outcome === 'moved' || outcome === 'busy', `a new key is never ${String(outcome)}`);
    // Without a moment's pause two callers could hold each other up for ever.
    await new Promise((resolve) => setTimeout(resolve, attempt % 7));
  }
  throw new Error(`"${key}" was not stored in 2,000 attempts`);
}

async function mustBeChained(target: ConformanceTarget, account: string): Promise<string[]> {
  const operations = await target.raw.operations(account);
  let hash = '';
  for (const [index, operation] of operations.entries()) {
    mustEqual(operation.number, index + 1, `operations of ${account} have no gap`);
    const { key, body } = operation;
    const expected = makeOperation(account, index + 1, hash, { key, body }).hash;
    mustEqual(operation.hash, expected, `the chain of ${account} has no broken link`);
    hash = operation.hash;
  }
  return operations.map(({ key }) => key);
}

/** Cases of races by name. */
export const raceCases: Readonly<Record<string, ConformanceCase>> = {
  'of 64 callers on one base exactly one is stored': async (target) => {
    const storages = await two(target);
    const writer = new JournalWriter('acme');
    await writer.write(storages[0], [{}]);
    for (let round = 0; round < 5; round += 1) {
      const groups = Array.from({ length: 64 }, (_, caller) =>
        writer.group([{ key: `round ${round} caller ${caller}` }, { key: `${round}/${caller} b` }]),
      );
      const outcomes = await Promise.all(
        groups.map(async (group, caller) => (await nth(storages, caller).append([group]))[0]),
      );
      mustEqual(count(present(outcomes), 'stored'), 1, 'one of 64 is stored');
      must(
        outcomes.every((each) => each === 'stored' || each === 'moved' || each === 'busy'),
        'the others have come too late or to a locked door',
      );
      const winner = groups[outcomes.indexOf('stored')];
      must(winner !== undefined, 'there is a winner');
      writer.accept(winner);
      mustEqual(
        (await target.raw.operations('acme')).slice(-2),
        winner.operations,
        'what is stored is what was told as stored',
      );
    }
  },

  'of 32 twins of one key exactly one is stored': async (target) => {
    const storages = await two(target);
    await new JournalWriter('acme').write(storages[0], [{}]);
    const stored = await Promise.all(
      Array.from({ length: 32 }, async (_, caller) => {
        const storage = nth(storages, caller);
        const writer = new JournalWriter('acme');
        for (;;) {
          await writer.catchUp(storage);
          const [outcome] = await storage.append([writer.group([{ key: 'the same' }])]);
          if (outcome === 'stored') return true;
          if (outcome === 'used') return false;
          must(outcome === 'moved' || outcome === 'busy', `never ${String(outcome)}`);
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
      }),
    );
    mustEqual(stored.filter((each) => each).length, 1, 'one of the twins is stored');
    mustEqual((await target.raw.operations('acme')).length, 2, 'and nothing of the others');
  },

  'of 20 callers who open one account exactly one opens it': async (target) => {
    const storages = await two(target);
    const outcomes = await Promise.all(
      Array.from({ length: 20 }, async (_, caller) => {
        const group = new JournalWriter('acme').group([{ key: `open ${caller}` }]);
        return (await nth(storages, caller).append([group]))[0];
      }),
    );
    mustEqual(count(present(outcomes), 'stored'), 1, 'one of 20 opens it');
    mustEqual((await target.raw.operations('acme')).length, 1, 'and it has one operation');
  },

  'no rival slips in between lock and read': async (target) => {
    const storages = await two(target);
    await new JournalWriter('acme').write(storages[0], [{ key: 'open' }]);
    const callers = Array.from({ length: 6 }, (_, caller) => caller);
    await Promise.all(
      callers.map(async (caller) => {
        for (let round = 0; round < 12; round += 1) {
          await insist(nth(storages, caller), 'acme', `${caller} ${round}`);
        }
      }),
    );
    const keys = await mustBeChained(target, 'acme');
    mustEqual(keys.length, 1 + 6 * 12 * 2, 'every acknowledged operation is there, once');
    for (let index = 1; index < keys.length; index += 2) {
      mustEqual(keys[index + 1], `${keys[index]} b`, 'the operations of a group stay together');
    }
  },

  'batches over the same accounts in any order get through without a deadlock': async (target) => {
    const storages = await two(target);
    const accounts = Array.from({ length: 6 }, (_, index) => `account-${index}`);
    for (const account of accounts) await new JournalWriter(account).write(storages[0], [{}]);
    await Promise.all(
      Array.from({ length: 4 }, async (_, lane) => {
        const storage = nth(storages, lane);
        const order = lane % 2 === 0 ? accounts : [...accounts].reverse();
        for (let round = 0; round < 8; round += 1) {
          const waiting = new Set(order);
          for (let attempt = 0; waiting.size > 0; attempt += 1) {
            must(attempt < 1_000, 'every account gets its turn');
            const groups = await Promise.all(
              [...waiting].map(async (account) => {
                const writer = new JournalWriter(account);
                await writer.catchUp(storage);
                return writer.group([{ key: `${lane} ${round}` }]);
              }),
            );
            const outcomes = await storage.append(groups);
            for (const [index, group] of groups.entries()) {
              if (outcomes[index] === 'stored') waiting.delete(group.account);
            }
            await new Promise((resolve) => setTimeout(resolve, attempt % 5));
          }
        }
      }),
    );
    for (const account of accounts) {
      const keys = await mustBeChained(target, account);
      mustEqual(new Set(keys).size, 1 + 4 * 8, `${account} has every operation once`);
    }
  },

  'what was answered as stored is seen by every read that begins later': async (target) => {
    const [writing, reading] = await two(target);
    const writer = new JournalWriter('acme');
    await writer.write(writing, [{}]);
    for (let round = 0; round < 20; round += 1) {
      await writer.write(writing, [{}]);
      const { number, hash } = writer.head;
      const key = `key-${number}`;
      const last = (await reading.load('acme'))?.operations.at(-1);
      mustEqual([last?.number, last?.hash], [number, hash], 'load sees it');
      mustEqual((await reading.find('acme', [key])).length, 1, 'find sees it');
      mustEqual(await reading.heads(null, 1), [writer.head], 'heads sees it');
    }
  },
};

function present(outcomes: readonly (AppendOutcome | undefined)[]): AppendOutcome[] {
  return outcomes.flatMap((outcome) => (outcome === undefined ? [] : [outcome]));
}
