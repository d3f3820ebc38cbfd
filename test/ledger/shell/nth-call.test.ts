import { describe, expect, it } from 'vitest';
import { Fault, type Receipt, StorageUnavailable } from '../../../src/index.ts';
import { MemoryTables, memory } from '../../../src/storage/memory.ts';
import type { Storage } from '../../../src/storage/port.ts';
import { createClock } from '../../../src/testing/clock.ts';
import { handedOn } from '../../../src/testing/conformance/ledger/troubled-storage.ts';
import { over, START, type TestLedger } from './set-up.ts';

/** `away`: it fails before anything happened. `lost`: it happens, and the answer never comes. */
type How = 'away' | 'lost';

const account = 'acme';
const writes: Readonly<Record<string, (ledger: TestLedger) => Promise<Receipt>>> = {
  open: (ledger) => ledger.open({ account: 'globex', key: 'new' }),
  grant: (ledger) => ledger.grant({ account, amount: '5', key: 'new' }),
  purchase: (ledger) =>
    ledger.purchase({
      account,
      amount: '5',
      price: { amount: '2.50', currency: 'USD' },
      key: 'new',
    }),
  consume: (ledger) => ledger.consume({ account, amount: '5', key: 'new' }),
  hold: (ledger) => ledger.hold({ account, amount: '5', key: 'new' }),
  capture: (ledger) => ledger.capture({ account, hold: 'held', amount: '2', key: 'new' }),
  release: (ledger) => ledger.release({ account, hold: 'held', key: 'new' }),
  reverse: (ledger) => ledger.reverse({ account, of: 'usage', key: 'new' }),
  refund: (ledger) => ledger.refund({ account, block: 'bought', key: 'new' }),
  void: (ledger) => ledger.void({ account, block: 'granted', key: 'new' }),
  adjust: (ledger) => ledger.adjust({ account, amount: '-1', by: 'ops', reason: 'x', key: 'new' }),
  changeTerms: (ledger) =>
    ledger.changeTerms({ account, terms: { burnOrder: ['priority'] }, key: 'new' }),
};

/** Makes some of the calls fail, counted from 1; counts them all. */
function failing(
  sound: Storage,
  fails: (call: number) => How | null,
): { readonly storage: Storage; readonly calls: () => number } {
  let calls = 0;
  const guarded = async <T>(work: () => Promise<T>, isWrite: boolean): Promise<T> => {
    calls += 1;
    const how = fails(calls);
    if (how === 'away') throw new StorageUnavailable('away');
    const value = await work();
    if (how === null) return value;
    throw new StorageUnavailable('no answer', { outcome: isWrite ? 'unknown' : 'not-applied' });
  };
  const storage = handedOn(sound, {
    load: (...args) => guarded(() => sound.load(...args), false),
    find: (...args) => guarded(() => sound.find(...args), false),
    append: (...args) => guarded(() => sound.append(...args), true),
  });
  return { storage, calls: () => calls };
}

async function furnished(): Promise<MemoryTables> {
  const tables = new MemoryTables();
  const ledger = await over(memory(tables), { clock: createClock(START).now });
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: '20', key: 'granted' });
  const price = { amount: '10.00', currency: 'USD' };
  await ledger.purchase({ account, amount: '20', price, key: 'bought' });
  await ledger.consume({ account, amount: '3', key: 'usage' });
  await ledger.hold({ account, amount: '4', key: 'held' });
  return tables;
}

const headsOf = (tables: MemoryTables): Promise<unknown> => memory(tables).heads(null, 100);

describe('whichever call to the storage fails', () => {
  for (const [name, write] of Object.entries(writes)) {
    it(`${name} takes effect once`, async () => {
      const clock = createClock(START).now;
      const sound = await furnished();
      const counted = failing(memory(sound), () => null);
      const expected = await write(await over(counted.storage, { clock }));
      const calls = counted.calls();
      expect(calls).toBeGreaterThan(0);
      for (const how of ['away', 'lost'] as const) {
        for (let nth = 1; nth <= calls + 1; nth += 1) {
          const tables = await furnished();
          const { storage } = failing(memory(tables), (call) => (call === nth ? how : null));
          const receipt = await write(await over(storage, { clock }));
          expect(receipt, `${how} at call ${nth}`).toEqual(expected);
          expect(await headsOf(tables)).toEqual(await headsOf(sound));
        }
      }
    });

    it(`${name} is told as it is where the storage stays away, and a retry settles it`, async () => {
      const clock = createClock(START).now;
      const sound = await furnished();
      const counted = failing(memory(sound), () => null);
      const expected = await write(await over(counted.storage, { clock }));
      for (const how of ['away', 'lost'] as const) {
        for (let from = 1; from <= counted.calls(); from += 1) {
          const tables = await furnished();
          const before = await headsOf(tables);
          let isAway = true;
          const { storage } = failing(memory(tables), (call) =>
            isAway && call >= from ? how : null,
          );
          const ledger = await over(storage, { clock, deadlineMs: 15 });
          const fault = await write(ledger).catch((error: unknown) => error);
          expect(fault, `${how} from call ${from} on`).toBeInstanceOf(Fault);
          if (fault instanceof Fault && fault.outcome === 'not-applied') {
            expect(await headsOf(tables)).toEqual(before);
          }
          isAway = false;
          const receipt = await write(ledger);
          expect(receipt.hash).toBe(expected.hash);
          expect(await headsOf(tables)).toEqual(await headsOf(sound));
        }
      }
    });
  }
});
