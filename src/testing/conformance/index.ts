// The conformance kit for storages.

export { ConformanceFailure } from './check.ts';
export { ledgerConformance } from './ledger/index.ts';
export {
  type ConformanceResult,
  runConformanceCase,
  runStorageConformance,
  storageConformance,
} from './run.ts';
export type {
  CallerTransaction,
  ConformanceCase,
  ConformanceTarget,
  MakeTarget,
  RawRows,
  Tampering,
} from './target.ts';
