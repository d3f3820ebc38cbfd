// What a close leaves out: blocks that are spent. Whatever is told of them later, figures are the same.
import { describe, expect, it } from 'vitest';
import { office, usd } from './office.ts';

const MONTHS = ['01', '02', '03', '04', '05', '06', '07', '08'];

/** A sale that is used up in January, and credits for each day; every month is closed. */
async function eightMonths() {
  const it = await office();
  const { ledger, book } = it;
  await ledger.open({
    ...{ account: 'acme', key: 'open', currency: 'USD' },
    terms: { allowances: [{ name: 'daily', amount: 2, every: 'P1D' }] },
  });
  await ledger.purchase({
    ...{ account: 'acme', key: 'p', block: 'first', amount: 10, price: usd('10.00') },
  });
  await ledger.purchase({
    ...{ account: 'acme', key: 'q', block: 'rest', amount: 9, price: usd('27.00') },
  });
  await ledger.consume({ account: 'acme', key: 'u', amount: 12 });
  for (const [index, month] of MONTHS.entries()) {
    it.at(`2026-${MONTHS[index + 1] ?? '09'}-01T00:00:00Z`);
    await book.close({ period: `2026-${month}`, by: 'ada' });
  }
  return it;
}

type Office = Awaited<ReturnType<typeof eightMonths>>;

async function kept({ storage }: Office, period: string): Promise<readonly { name: string }[]> {
  const [, page] = await storage.operations(`tallystick:book:main/${period}/1`, 0, 2);
  const { input } = JSON.parse(page?.body ?? '') as {
    readonly input: { readonly accounts: [[string, number, string, number[], { blocks: [] }]] };
  };
  return input.accounts[0][4].blocks;
}

describe('a close', () => {
  it('keeps what is left, and what was used lately: no more after a year than after a month', async () => {
    const it = await eightMonths();
    const [january, august] = [await kept(it, '2026-01'), await kept(it, '2026-08')];
    expect(january.map(({ name }) => name)).toContain('first');
    expect(august.map(({ name }) => name)).not.toContain('first');
    expect(august.map(({ name }) => name)).toContain('rest');
    expect(august.length).toBeLessThan(70);
    expect(await it.book.verify()).toEqual({ ok: true, closes: 8, problems: [] });
  });
});

describe('of a block that a close left out', () => {
  const later: Readonly<Record<string, (it: Office) => Promise<unknown>>> = {
    'usage is reversed': ({ ledger }) => ledger.reverse({ account: 'acme', key: 'r', of: 'u' }),
    'money is paid back': ({ ledger }) =>
      ledger.refund({ account: 'acme', key: 'r', block: 'first', used: usd('4.00') }),
    'the payment is disputed': ({ ledger }) =>
      ledger.dispute({ account: 'acme', key: 'r', block: 'first', state: 'open' }),
    'the sale is taken back': ({ ledger }) =>
      ledger.void({ account: 'acme', key: 'r', block: 'first', spent: 'owed' }),
  };

  for (const [what, tell] of Object.entries(later)) {
    it(`${what}: figures are those of the whole journal`, async () => {
      const it = await eightMonths();
      await tell(it);
      const whole = await it.book.figures();
      const rest = await it.book.figures({ from: '2026-09' });
      expect(rest).toEqual(whole.slice(-1));
      it.at('2026-10-01T00:00:00Z');
      await it.book.close({ period: '2026-09', by: 'ada' });
      expect(await it.book.verify()).toEqual({ ok: true, closes: 9, problems: [] });
    });
  }

  it('the cost basis tells all the same', async () => {
    const it = await eightMonths();
    const { rows } = await it.book.report('cost-basis', { period: '2026-09', contract: 'first' });
    const told: unknown[] = [];
    for await (const { block, burned, usage } of rows) told.push({ block, burned, usage });
    expect(told).toEqual([{ block: 'first', burned: '10', usage: '10.00' }]);
  });
});
