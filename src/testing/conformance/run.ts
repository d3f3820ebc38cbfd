// The kit itself: every case by name, and a way to run them all. No options and no skips: a storage
// that passes all of them keeps the port's promises, one that doesn't isn't a storage.

import { ConformanceFailure } from './check.ts';
import { checkpointCases } from './checkpoint-cases.ts';
import { dueCases } from './due-cases.ts';
import { joinCases } from './join-cases.ts';
import { journalCases } from './journal-cases.ts';
import { ledgerConformance } from './ledger/index.ts';
import { noticeCases } from './notice-cases.ts';
import { raceCases } from './race-cases.ts';
import { schemaCases } from './schema-cases.ts';
import type { ConformanceCase, MakeTarget } from './target.ts';
import { undeliveredCases } from './undelivered-cases.ts';
import { valueCases } from './value-cases.ts';

/** A case that takes longer hangs. */
const CASE_DEADLINE_MS = 60_000;

/** What became of one case. */
export type ConformanceResult =
  | { readonly name: string; readonly ok: true; readonly ms: number }
  | { readonly name: string; readonly ok: false; readonly ms: number; readonly error: unknown };

/** Every case of the port by name, for those whose test runner wants one test for each. */
export const storageConformance: Readonly<Record<string, ConformanceCase>> = {
  ...schemaCases,
  ...journalCases,
  ...valueCases,
  ...checkpointCases,
  ...dueCases,
  ...noticeCases,
  ...undeliveredCases,
  ...raceCases,
  ...joinCases,
};

/** Runs one case on an empty database of its own. Throws `ConformanceFailure`, or what the storage threw. */
export async function runConformanceCase(test: ConformanceCase, make: MakeTarget): Promise<void> {
  const target = await make();
  try {
    await beforeDeadline(test(target));
  } finally {
    await target.close();
  }
}

/** Runs every case of the port and of a ledger over it, one after the other, each on an empty database of its own. Never throws. */
export async function runStorageConformance(make: MakeTarget): Promise<ConformanceResult[]> {
  const results: ConformanceResult[] = [];
  const cases = { ...storageConformance, ...ledgerConformance };
  for (const [name, test] of Object.entries(cases)) {
    const started = performance.now();
    const ms = (): number => Math.round(performance.now() - started);
    try {
      await runConformanceCase(test, make);
      results.push({ name, ok: true, ms: ms() });
    } catch (error) {
      results.push({ name, ok: false, ms: ms(), error });
    }
  }
  return results;
}

async function beforeDeadline(work: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new ConformanceFailure(`no end after ${CASE_DEADLINE_MS} ms`)),
      CASE_DEADLINE_MS,
    );
  });
  try {
    await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
