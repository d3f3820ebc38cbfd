// While terms are only observed, what a cap would have refused is told, as what was waived is.

import { createLedger, memory } from 'tallystick';
import { createClock } from 'tallystick/testing';
import { expect, it } from 'vitest';

const account = 'acme';

it('tells of usage and holds beyond a cap until it binds, and of nothing within it', async () => {
  const clock = createClock('2026-01-01T00:00:00Z');
  const units = { credit: { scale: 0 } };
  const ledger = await createLedger({ storage: memory(), units, clock: clock.now });
  const caps = [{ member: 'ada', amount: 10, every: 'P1M' }];
  const enforcement = { observeUntil: '2026-03-01T00:00:00Z' };
  await ledger.open({ account, terms: { caps, enforcement }, key: 'open' });
  await ledger.grant({ account, amount: 100, key: 'gift' });
  await ledger.consume({ account, amount: 10, member: 'ada', key: 'within' });
  await ledger.consume({ account, amount: 50, member: 'bob', key: 'uncapped' });
  await ledger.consume({ account, amount: 4, member: 'ada', key: 'beyond' });
  await ledger.hold({ account, amount: 3, member: 'ada', key: 'held' });
  clock.set('2026-02-01T00:00:00Z');
  await ledger.consume({ account, amount: 10, member: 'ada', key: 'next month' });
  await ledger.consume({ account, amount: 60, member: 'ada', key: 'both' });

  const { usages, shortfall } = await ledger.observed({ account });
  expect(usages.map(({ key, code, cap, shortfall: by }) => [key, code, cap, `${by}`])).toEqual([
    ['beyond', 'cap-exceeded', 'ada', '4'],
    ['held', 'cap-exceeded', 'ada', '3'],
    ['both', 'cap-exceeded', 'ada', '60'],
    ['both', 'insufficient-credits', undefined, '37'],
  ]);
  expect(`${shortfall['credit']}`).toBe('37');

  clock.set('2026-03-01T00:00:00Z');
  const refused = ledger.consume({ account, amount: 11, member: 'ada', key: 'enforced' });
  await expect(refused).rejects.toMatchObject({ code: 'cap-exceeded' });
  expect((await ledger.observed({ account })).usages).toHaveLength(4);
});
