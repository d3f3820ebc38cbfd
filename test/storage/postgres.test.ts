import { describe, it } from 'vitest';
import { runConformanceCase, storageConformance } from '../../src/testing/conformance/index.ts';
import { postgresTarget } from './postgres-target.ts';

describe('the PostgreSQL storage', () => {
  for (const [name, test] of Object.entries(storageConformance)) {
    it(`keeps the promise: ${name}`, () => runConformanceCase(test, () => postgresTarget()));
  }
});
