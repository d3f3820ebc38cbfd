// A checkpoint may change what an answer costs, never what it is: verify holds every part of it against
// the journal.

import { expect, test } from 'vitest';
import { createLedger } from '../../../src/index.ts';
import { memory } from '../../../src/storage/memory.ts';
import type { Checkpoint, CheckpointPart } from '../../../src/storage/port.ts';

const account = 'a';

async function withCheckpoint() {
  const storage = memory();
  const ledger = await createLedger({ storage, units: { credit: { scale: 0 } } });
  await ledger.open({ account, key: 'open' });
  await ledger.grant({ account, amount: 10_000, key: 'grant' });
  await ledger.hold({ account, amount: 5, expiresIn: 'P1D', key: 'hold' });
  await ledger.consume({ account, amount: 30, key: 'usage' });
  await ledger.reverse({ account, of: 'usage', amount: 10, key: 'undo' });
  for (let index = 0; index < 600; index += 1) {
    await ledger.consume({ account, amount: 1, key: `usage ${index}` });
  }
  await expect.poll(async () => (await storage.load(account))?.checkpoint ?? null).not.toBeNull();
  const checkpoint = (await storage.load(account))?.checkpoint;
  if (checkpoint === undefined || checkpoint === null) throw new Error('no checkpoint was written');
  return { storage, ledger, checkpoint };
}

const changed = (kind: CheckpointPart['kind'], change: object) => (checkpoint: Checkpoint) => ({
  ...checkpoint,
  parts: checkpoint.parts.map((part) =>
    part.kind === kind
      ? { ...part, body: JSON.stringify({ ...JSON.parse(part.body), ...change }) }
      : part,
  ),
});
const changedAccount = (change: object) => (checkpoint: Checkpoint) => ({
  ...checkpoint,
  body: JSON.stringify({ ...JSON.parse(checkpoint.body), ...change }),
});

test.each([
  ['a reversal forgotten', changed('reversal', { amounts: [] })],
  ['a hold that ends later', changed('hold', { expires: 9_999_999_999_999 })],
  ['a hold with more in it', changed('hold', { parts: [[1, '50']] })],
  ['a block with more in it', changed('block', { free: '9999' })],
  ['another burn order', changedAccount({ terms: { burnOrder: ['effective'] } })],
  ['another time zone', changedAccount({ timeZone: 'Asia/Tokyo' })],
  ['another day of opening', changedAccount({ opened: 1 })],
  ['more that is owed', changedAccount({ owedMoney: '100' })],
])('verify sees %s', async (_, tamper) => {
  const { storage, ledger, checkpoint } = await withCheckpoint();
  expect(await ledger.verify({ account })).toMatchObject({ ok: true });
  expect(await storage.checkpoint(account, checkpoint.number, tamper(checkpoint))).toBe(true);
  const found = await ledger.verify({ account });
  expect(found).toMatchObject({ ok: false });
});
