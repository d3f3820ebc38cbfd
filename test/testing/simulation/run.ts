// Many seeds from the command line: `npm run simulate -- 20000` takes new ones, `npm run simulate -- 1 4711`
// runs one again. Every failing seed is told, with the story of the answer that can't be true.
import { SimulationFailure, simulate } from '../../../src/testing/simulation/index.ts';

const [many = 2_000, from = Math.trunc(Date.now() / 1000) % 1_000_000_000] = process.argv
  .slice(2)
  .map(Number);
const began = performance.now();
const failed: number[] = [];
let operations = 0;
for (let seed = from; seed < from + many; seed += 1) {
  try {
    operations += (await simulate(seed)).operations;
  } catch (error) {
    if (!(error instanceof SimulationFailure)) throw error;
    failed.push(seed);
    console.log(error.message);
  }
}
const seconds = Math.round((performance.now() - began) / 1000);
console.log(
  `${many} seeds from ${from} in ${seconds} s: ${operations} operations, ${failed.length} failed ${failed.join(' ')}`,
);
process.exitCode = failed.length > 0 ? 1 : 0;
