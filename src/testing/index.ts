// What tests of applications, and of storages, may use.

export { type Clock, createClock } from './clock.ts';
export {
  type CallerTransaction,
  type ConformanceCase,
  ConformanceFailure,
  type ConformanceResult,
  type ConformanceTarget,
  ledgerConformance,
  type MakeTarget,
  type RawRows,
  runConformanceCase,
  runStorageConformance,
  storageConformance,
  type Tampering,
} from './conformance/index.ts';
export { NotAScenario, type Problem } from './scenario/parse.ts';
export { runScenario, type ScenarioFailure, type ScenarioResult } from './scenario/run.ts';
export {
  type Odds,
  type Simulation,
  SimulationFailure,
  type SimulationOptions,
  simulate,
} from './simulation/index.ts';
