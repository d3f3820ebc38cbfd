// Closing periods: figures that stay, late facts that land in the open period, reopening.
import { describe, expect, it } from 'vitest';
import { column, office } from './office.ts';

async function januaryClosed() {
  const it = await office();
  await it.sell('acme', 1000);
  await it.ledger.consume({ account: 'acme', key: 'a', amount: 300 });
  it.at('2026-02-01T12:00:00Z');
  const close = await it.book.close({ period: '2026-01', by: 'ada' });
  return { ...it, close };
}

/** 50 of January, told on 2 February; 200 of February. */
async function toldLate({ at, ledger }: Awaited<ReturnType<typeof office>>): Promise<void> {
  at('2026-02-02T00:00:00Z');
  await ledger.consume({
    ...{ account: 'acme', key: 'b', amount: 50 },
    occurredAt: '2026-01-31T00:00:00Z',
  });
  await ledger.consume({ account: 'acme', key: 'c', amount: 200 });
}

describe('a period', () => {
  it("isn't closed before it is over in the book's zone", async () => {
    const it = await office({ timeZone: 'America/Los_Angeles' });
    it.at('2026-02-01T07:59:59Z');
    await expect(it.book.close({ period: '2026-01', by: 'ada' })).rejects.toMatchObject({
      code: 'not-due',
      ends: '2026-02-01T08:00:00.000Z',
    });
    it.at('2026-02-01T08:00:00Z');
    expect((await it.book.close({ period: '2026-01', by: 'ada' })).accounts).toBe(0);
  });

  it('that is closed gives the same record again, whoever asks', async () => {
    const it = await januaryClosed();
    await toldLate(it);
    expect(await it.book.close({ period: '2026-01', by: 'bob' })).toEqual(it.close);
    expect(await it.book.closes()).toEqual([it.close]);
  });

  it('is closed with all before it that are open', async () => {
    const it = await januaryClosed();
    it.at('2026-05-01T00:00:00Z');
    const close = await it.book.close({ period: '2026-04', by: 'ada' });
    expect(close).toMatchObject({ since: '2026-02', period: '2026-04', previous: it.close.hash });
    expect(await it.book.close({ period: '2026-03', by: 'ada' })).toEqual(close);
  });

  it('keeps its figures, whatever is told late; as closed and restated, the sums agree', async () => {
    const it = await januaryClosed();
    await toldLate(it);
    expect(await column(it.book, 'usage')).toEqual({ '2026-01': '3.00', '2026-02': '2.50' });
    expect(await column(it.book, 'usage', 'restated')).toEqual({
      ...{ '2026-01': '3.50', '2026-02': '2.00' },
    });
    expect(await column(it.book, 'deferred')).toEqual({ '2026-01': '7.00', '2026-02': '4.50' });
  });

  it('that is open is read from where the close left off', async () => {
    const it = await januaryClosed();
    await toldLate(it);
    const from = { from: '2026-02' };
    expect(await column(it.book, 'usage', 'asClosed', from)).toEqual({ '2026-02': '2.50' });
    expect(await column(it.book, 'deferred', 'asClosed', from)).toEqual({ '2026-02': '4.50' });
    expect(await it.book.verify()).toEqual({ ok: true, closes: 1, problems: [] });
  });
});

describe('a reopening', () => {
  it('takes back the latest close only, by name and with a reason', async () => {
    const it = await januaryClosed();
    await toldLate(it);
    it.at('2026-03-02T00:00:00Z');
    const first = await it.book.close({ period: '2026-02', by: 'ada' });
    const said = { by: 'ada', reason: 'a sale was missing' };
    await expect(it.book.reopen({ period: '2026-01', ...said })).rejects.toMatchObject({
      code: 'period-closed',
      period: '2026-02',
    });
    await expect(it.book.reopen({ period: '2026-03', ...said })).rejects.toMatchObject({
      code: 'invalid-input',
    });
    const reopening = await it.book.reopen({ period: '2026-02', ...said });
    expect(reopening).toMatchObject({ close: first.hash, since: '2026-02', ...said });
    expect(await it.book.reopen({ period: '2026-02', ...said })).toEqual(reopening);
    await it.ledger.consume({
      ...{ account: 'acme', key: 'd', amount: 100 },
      occurredAt: '2026-02-20T00:00:00Z',
    });
    const second = await it.book.close({ period: '2026-02', by: 'bob' });
    expect(second.previous).toBe(first.hash);
    expect(second.figures).not.toBe(first.figures);
    expect((await it.book.closes()).map(({ period, inForce }) => [period, inForce])).toEqual([
      ['2026-01', true],
      ['2026-02', false],
      ['2026-02', true],
    ]);
    expect(await column(it.book, 'usage')).toMatchObject({ '2026-02': '3.50', '2026-03': '0.00' });
    expect(await it.book.verify()).toEqual({ ok: true, closes: 2, problems: [] });
  });

  it('gives the corrected journal ids of its own, and those of other periods stay', async () => {
    const it = await januaryClosed();
    await it.ledger.consume({ account: 'acme', key: 'c', amount: 200 });
    const ids = async (): Promise<string[]> => {
      const { rows } = await it.book.report('journal', { period: '2026-01', to: '2026-02' });
      const found = new Set<string>();
      for await (const { externalId } of rows) found.add(externalId ?? '');
      return [...found];
    };
    const before = ['main/2026-01/USD/1', 'main/2026-02/USD/1'];
    expect(await ids()).toEqual(before);
    for (const again of ['main/2026-01/USD/1.2', 'main/2026-01/USD/1.3']) {
      await it.book.reopen({ period: '2026-01', by: 'ada', reason: 'a sale was missing' });
      await it.book.close({ period: '2026-01', by: 'ada' });
      expect(await ids()).toEqual([again, 'main/2026-02/USD/1']);
    }
  });
});
