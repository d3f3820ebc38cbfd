import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

// The tests read the source under the names that users import, so no build is needed and none can be stale.
const alias = [
  { find: /^tallystick$/, replacement: source('index.ts') },
  { find: /^tallystick\/revenue$/, replacement: source('books/index.ts') },
  { find: /^tallystick\/testing$/, replacement: source('testing/index.ts') },
  {
    find: /^tallystick\/(postgres|pglite|sqlite)$/,
    replacement: `${source('storage')}/$1/index.ts`,
  },
];

// What needs a database, and with it a server that is brought up once for the run.
const storage = [
  'test/storage/**/*.test.ts',
  'test/scenarios/**/*.test.ts',
  'test/postgres/**/*.test.ts',
  'test/**/*.postgres.test.ts',
];
// What packs, installs or spawns, and so takes seconds.
const packaged = ['test/package/**/*.test.ts'];

// Each project counts its own. More would help the unit tests alone, and slow the database that they share.
const maxWorkers = 2;

export default defineConfig({
  test: {
    passWithNoTests: false,
    reporters: process.env['CI'] === undefined ? ['default'] : ['default', 'json'],
    outputFile: { json: 'node_modules/.cache/vitest.json' },
    coverage: { provider: 'v8', include: ['src/**/*.ts'] },
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          maxWorkers,
          // Properties over thousands of histories take their time on a busy machine.
          testTimeout: 60_000,
          include: ['test/**/*.test.ts', 'examples/*/test/**/*.test.ts'],
          exclude: [...storage, ...packaged],
          typecheck: {
            enabled: true,
            include: ['test/**/*.test-d.ts'],
            tsconfig: './tsconfig.test.json',
          },
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'storage',
          maxWorkers,
          include: storage,
          globalSetup: ['test/postgres/server.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'package',
          maxWorkers,
          include: packaged,
          globalSetup: ['test/postgres/server.ts'],
          testTimeout: 180_000,
          hookTimeout: 180_000,
          // After all the others, which would lose their time to installs.
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
