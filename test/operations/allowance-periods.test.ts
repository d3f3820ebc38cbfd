// Portions over months' ends, leap days and changes of clocks: they abut, none is missing and none
// comes twice (docs/domain.md §2), held against clocks that share no code with the ledger.
import { describe, expect, test } from 'vitest';
import type { BlockOpening } from '../../src/account/block.ts';
import {
  addOracle,
  DAY,
  HOUR,
  localAt,
  transitions,
  transitionsOf,
  ZONES,
} from '../calendar/oracle.ts';
import { brought, opened, portionsIn } from './portions-desk.ts';

const iso = (instant: number): string => new Date(instant).toISOString();

/** Blocks of one allowance from an anchor on, in the order in which they came. */
function portions(zone: string, every: string, anchor: number, until: number): BlockOpening[] {
  const terms = { allowances: [{ name: 'a', amount: 5, every, starts: iso(anchor) }] };
  const { account, operations } = opened(anchor, zone, terms);
  return portionsIn([...operations, ...brought(account, until).operations]);
}

/** The first of them that doesn't begin where the one before ends; null: they abut. */
function gap(blocks: readonly BlockOpening[]): string | null {
  for (const [index, block] of blocks.entries()) {
    const before = blocks[index - 1];
    if (before !== undefined && before.expires !== block.effective) {
      return `${before.name} ends ${before.expires}, ${block.name} begins ${block.effective}`;
    }
    if (block.expires !== null && block.expires <= block.effective) return `${block.name} is empty`;
  }
  return null;
}

test('366 anchors × 60 months: one portion each', () => {
  const zone = 'Europe/Paris';
  for (let day = 0; day < 366; day += 1) {
    const anchor = addOracle(Date.UTC(2024, 0, 1, 9, 30), 0, day, zone);
    // They pile up, which spares the test their ends: where each period ends is a fact of its portion.
    const terms = { allowances: [{ name: 'a', amount: 5, every: 'P1M', accumulate: true }] };
    const { account, operations } = opened(anchor, zone, terms);
    const all = [...operations, ...brought(account, addOracle(anchor, 59, 0, zone)).operations];
    const starts = portionsIn(all).map(({ effective }) => effective);
    expect(starts).toEqual(Array.from({ length: 60 }, (_, n) => addOracle(anchor, n, 0, zone)));
    const done = all.flatMap(({ facts }) => facts.portions ?? []);
    expect(done.map(({ n }) => n)).toEqual(starts.map((_, n) => n));
    expect(done.map(({ until }) => until)).toEqual([
      ...starts.slice(1),
      addOracle(anchor, 60, 0, zone),
    ]);
  }
});

describe.each(ZONES.filter((zone) => transitions(zone).length > 0))('%s', (zone) => {
  test('daily portions across each change of clocks from 2020 to 2035: one for each date', () => {
    for (const { at, before, after } of transitions(zone)) {
      // At the very local time that is skipped or comes twice, around it, and at midnight.
      for (const shift of [0, -30 * 60_000, 30 * 60_000, -((at + before) % DAY)]) {
        const anchor = addOracle(at + shift, 0, -3, zone);
        const blocks = portions(zone, 'P1D', anchor, addOracle(anchor, 0, 6, zone));
        expect(blocks.map(({ effective }) => effective)).toEqual(
          Array.from({ length: 7 }, (_, n) => addOracle(anchor, 0, n, zone)),
        );
        expect(gap(blocks)).toBeNull();
        expect(new Set(blocks.map(({ name }) => name)).size).toBe(7);
        const change = Math.abs(after - before);
        for (const { effective, expires } of blocks) {
          expect([DAY - change, DAY, DAY + change]).toContain((expires ?? 0) - effective);
        }
      }
    }
  });

  test('monthly portions from 2020 to 2035 begin at the same local time', () => {
    const anchor = addOracle(Date.UTC(2020, 0, 31, 2, 30), 0, 0, zone);
    const blocks = portions(zone, 'P1M', anchor, Date.UTC(2035, 11, 30));
    expect(gap(blocks)).toBeNull();
    expect(blocks.map(({ effective }) => effective)).toEqual(
      blocks.map((_, n) => addOracle(anchor, n, 0, zone)),
    );
    const wall = localAt(anchor, zone) % DAY;
    const moved = blocks.filter(({ effective }) => localAt(effective, zone) % DAY !== wall);
    expect(moved.length).toBeLessThan(blocks.length / 4);
  });

  test('hourly portions count exact hours through each change', () => {
    const [first] = transitions(zone);
    if (first === undefined) return;
    const blocks = portions(zone, 'PT6H', first.at - 3 * HOUR, first.at + 2 * DAY);
    expect(gap(blocks)).toBeNull();
    for (const { effective, expires } of blocks) expect((expires ?? 0) - effective).toBe(6 * HOUR);
    // Several begin on one date, and each has a name of its own.
    expect(new Set(blocks.map(({ name }) => name)).size).toBe(blocks.length);
  });
});

test.each([-10, -1, 0, 5])(
  'the date that Samoa left out brings no portion; anchored %i hours from its midnight',
  (hours) => {
    const [change] = transitionsOf('Pacific/Apia', Date.UTC(2011, 11, 25), Date.UTC(2012, 0, 3));
    const at = change?.at ?? 0;
    const anchor = at - 4 * DAY + hours * HOUR;
    const blocks = portions('Pacific/Apia', 'P1D', anchor, at + 4 * DAY);
    expect(gap(blocks)).toBeNull();
    const dates = blocks.map(({ effective }) =>
      iso(localAt(effective, 'Pacific/Apia')).slice(0, 10),
    );
    expect(dates).not.toContain('2011-12-30');
    expect(new Set(dates).size).toBe(dates.length);
    expect(dates.slice(1, 7)).toEqual(
      [
        '2011-12-26',
        '2011-12-27',
        '2011-12-28',
        '2011-12-29',
        '2011-12-31',
        '2012-01-01',
        '2012-01-02',
      ]
        .filter((date) => date > (dates[0] ?? ''))
        .slice(0, 6),
    );
  },
);

test("a short first portion before a start at a month's end belongs to the period before", () => {
  const terms = {
    allowances: [
      {
        name: 'a',
        amount: 100,
        every: 'P1M',
        starts: '2026-03-31T00:00:00Z',
        firstFrom: '2026-03-15T12:00:00Z',
        prorate: true,
      },
    ],
  };
  const { account } = opened(Date.UTC(2026, 2, 1), 'UTC', terms);
  const { operations } = brought(account, Date.UTC(2026, 3, 30));
  const [first, ...later] = portionsIn(operations);
  // 15.5 of the 31 days from 28 February to 31 March.
  expect(operations[0]?.moves[0]?.amount).toBe(5000n);
  expect(first?.portion?.n).toBe(-1);
  expect(later.map(({ name }) => name)).toEqual(['a@2026-03-31', 'a@2026-04-30']);
});

test('an allowance whose periods leave the calendar stops there', () => {
  const terms = { allowances: [{ name: 'a', amount: 1, every: 'P5000Y' }] };
  const { account, operations } = opened(Date.UTC(2026, 0, 1), 'UTC', terms);
  expect(portionsIn(operations).map(({ expires }) => iso(expires ?? 0))).toEqual([
    '7026-01-01T00:00:00.000Z',
  ]);
  expect(portionsIn(brought(account, Date.UTC(9999, 11, 31)).operations)).toEqual([]);
});
