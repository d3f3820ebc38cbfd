import { describe, it } from 'vitest';
import { runConformanceCase } from '../../src/testing/conformance/index.ts';
import { ledgerConformance } from '../../src/testing/conformance/ledger/index.ts';
import { sqliteTarget } from './sqlite-target.ts';

describe('a ledger over the SQLite storage', () => {
  for (const [name, test] of Object.entries(ledgerConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, sqliteTarget));
  }
});
