// Ledgers in a world of chance: the simulator, for tests and for long runs.

export type { Odds } from './odds.ts';
export {
  type Simulation,
  SimulationFailure,
  type SimulationOptions,
  simulate,
} from './simulate.ts';
