import { PGlite } from '@electric-sql/pglite';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { runConformanceCase } from '../../src/testing/conformance/index.ts';
import { ledgerConformance } from '../../src/testing/conformance/ledger/index.ts';
import { pgliteTarget } from './pglite-target.ts';

describe('a ledger over the PGlite storage', () => {
  let instance: PGlite;
  beforeAll(async () => {
    instance = await PGlite.create();
  });
  afterAll(() => instance.close());

  for (const [name, test] of Object.entries(ledgerConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, () => pgliteTarget(instance)));
  }
});
