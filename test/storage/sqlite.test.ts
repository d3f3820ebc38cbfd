import { describe, it } from 'vitest';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { sqliteTarget } from './sqlite-target.ts';

describe('the SQLite storage', () => {
  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, sqliteTarget));
  }
});
