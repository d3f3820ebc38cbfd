import { describe, it } from 'vitest';
import { runConformanceCase } from '../../src/testing/conformance/index.ts';
import { ledgerConformance } from '../../src/testing/conformance/ledger/index.ts';
import { memoryTarget } from './memory-target.ts';

describe('a ledger over the memory storage', () => {
  for (const [name, test] of Object.entries(ledgerConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, memoryTarget));
  }
});
