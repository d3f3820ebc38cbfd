// The long run: `npm run revenue:check -- --histories 10000 [--seed 7] [--everyday]` folds so many random
// histories and recomputes each from scratch. The first that differs is told, made as short as it can be.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { differences } from './histories/compared.ts';
import { everyday, histories, Told } from './histories/histories.ts';
import { broken } from './model/rules.ts';

const { values } = parseArgs({
  options: {
    histories: { type: 'string', default: '10000' },
    everyday: { type: 'boolean', default: false },
    seed: { type: 'string', default: String(Math.trunc(Date.now() / 1000)) },
  },
});
const seed = Number(values.seed);
const began = performance.now();
let operations = 0;
const { failed, numRuns, counterexample, errorInstance } = fc.check(
  fc.property(values.everyday ? everyday : histories, (history) => {
    const told = new Told(history);
    operations += told.till.operations.length;
    const wrong = [...broken(told.journal(), told.till.now), ...differences(told)];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  }),
  { numRuns: Number(values.histories), seed },
);
const seconds = Math.round((performance.now() - began) / 1000);
console.log(`${numRuns} histories from seed ${seed} in ${seconds} s: ${operations} operations`);
if (failed) {
  for (const history of counterexample ?? []) console.log(JSON.stringify(history, null, 1));
  console.log(errorInstance);
  process.exitCode = 1;
}
