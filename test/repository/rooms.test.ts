// The rooms of src/ and the arrows between them: what a room decides, it decides without what lies above it.
import { expect, test } from 'vitest';
import { imports, type Source, sources } from './sources.ts';

const calculating = ['quantity', 'calendar', 'account', 'operations', 'terms', 'rating'];
const everyRoom = [
  ...[...calculating, 'insight', 'revenue'],
  ...['storage', 'ledger', 'books', 'testing', 'cli'],
];

/**
 * For each room, whose files it may import besides its own and `src/errors.ts`. The surface is what lies directly in
 * src/: it gathers what the package offers.
 */
const mayImport: Record<string, readonly string[]> = {
  quantity: [],
  calendar: [],
  rating: ['quantity', 'calendar'],
  terms: ['quantity', 'calendar'],
  account: ['quantity', 'calendar', 'terms', 'rating'],
  operations: ['quantity', 'calendar', 'terms', 'rating', 'account'],
  insight: calculating,
  revenue: calculating,
  storage: [],
  ledger: everyRoom.filter((room) => !['books', 'testing', 'cli'].includes(room)),
  books: everyRoom.filter((room) => room !== 'testing' && room !== 'cli'),
  testing: [...everyRoom.filter((room) => room !== 'cli'), 'surface'],
  cli: [...everyRoom, 'surface'],
  surface: everyRoom.filter((room) => room !== 'testing' && room !== 'cli'),
};

/** Rooms whose answers are functions of their arguments, and the packages that compute without a world around them. */
const pure = [...calculating, 'insight', 'revenue'];
const pureRoomsMayUse: Record<string, readonly string[]> = {
  'decimal.js': pure,
  dayjs: ['calendar'],
  'temporal-polyfill': ['calendar'],
  // For its digests; its random numbers are refused with the clock, in tidy.test.ts.
  'node:crypto': ['account'],
};

function roomOf(path: string): string {
  const [, room, ...rest] = path.split('/');
  return room === undefined || rest.length === 0 ? 'surface' : room;
}

/** What is wrong with the file's imports, each with its place. */
function wrongArrows(source: Source): string[] {
  const room = roomOf(source.path);
  const allowed = mayImport[room];
  if (allowed === undefined) return [`${source.path}: the room ${room} is not in the table`];
  return imports(source).flatMap(({ specifier, path, place }) => {
    if (path === undefined) {
      const used = /^(@[^/]+\/)?[^/]+/.exec(specifier)?.[0] ?? specifier;
      const fine = !pure.includes(room) || pureRoomsMayUse[used]?.includes(room) === true;
      return fine ? [] : [`${place}: ${room} is pure and may not use ${specifier}`];
    }
    if (!path.startsWith('src/')) return [`${place}: ${specifier} leaves src/`];
    if (!path.endsWith('.ts')) return [`${place}: ${specifier} must end in .ts to run unbuilt`];
    const target = roomOf(path);
    const fine = path === 'src/errors.ts' || target === room || allowed.includes(target);
    return fine ? [] : [`${place}: ${room} may not import ${target}`];
  });
}

test('every import in src/ follows the arrows between the rooms', () => {
  const all = sources(['src'], /\.ts$/);
  expect(all.length).toBeGreaterThan(0);
  expect(all.flatMap(wrongArrows)).toEqual([]);
});

test.each([
  ['src/account/block.ts', `import { append } from '../ledger/queue.ts';`, 'account may not'],
  ['src/account/block.ts', `import type { Port } from '../storage/port.ts';`, 'account may not'],
  ['src/quantity/money.ts', `export { day } from '../calendar/day.ts';`, 'quantity may not'],
  ['src/terms/cap.ts', `type A = import('../account/block.ts').Block;`, 'terms may not'],
  ['src/ledger/queue.ts', `await import('../testing/clock.ts');`, 'ledger may not'],
  ['src/storage/pglite/index.ts', `import { add } from '../../quantity/money.ts';`, 'storage may'],
  ['src/operations/grant.ts', `import { Pool } from 'pg';`, 'is pure'],
  ['src/operations/grant.ts', `import { randomUUID } from 'node:crypto';`, 'is pure'],
  ['src/account/block.ts', `import dayjs from 'dayjs/plugin/utc.js';`, 'is pure'],
  ['src/ledger/queue.ts', `import { createLedger } from '../index.ts';`, 'ledger may not'],
  ['src/ledger/queue.ts', `import { x } from './x.js';`, 'must end in .ts'],
  ['src/ledger/queue.ts', `import { x } from '../../test/x.ts';`, 'leaves src/'],
  ['src/index.ts', `export { run } from './cli/tallystick.ts';`, 'surface may not'],
  ['src/extras/x.ts', '', 'not in the table'],
])('an arrow against the picture is found: %s with %s', (path, text, complaint) => {
  expect(wrongArrows({ path, text })).toEqual([expect.stringContaining(complaint)]);
});

test.each([
  ['src/account/block.ts', `import { add } from '../quantity/money.ts';`],
  ['src/account/block.ts', `import { Refusal } from '../errors.ts';`],
  ['src/calendar/zone.ts', `import utc from 'dayjs/plugin/utc.js';`],
  ['src/storage/postgres/index.ts', `import pg from 'pg';\nimport { Port } from '../port.ts';`],
])('an arrow of the picture passes: %s with %s', (path, text) => {
  expect(wrongArrows({ path, text })).toEqual([]);
});
