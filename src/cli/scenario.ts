// `tallystick scenario`: runs scenario files and tells how each went.

import { readFile } from 'node:fs/promises';
import type { Storage } from '../storage/port.ts';
import type { Shown } from '../testing/scenario/exact.ts';
import { NotAScenario, type Problem } from '../testing/scenario/parse.ts';
import { runScenario, type ScenarioFailure } from '../testing/scenario/run.ts';
import { jsonFiles } from './files.ts';
import { FAILED, FINE, type Output, WRONG } from './output.ts';
import { openStorage, type StorageName } from './storages.ts';

/** Stories don't stand among real accounts. */
const SCHEMA = 'tallystick_scenarios';

interface Told {
  readonly file: string;
  /** Title; null where the file has none that could be read. */
  readonly scenario: string | null;
  readonly failures: readonly ScenarioFailure[];
  /** Why the file isn't a scenario; null where it is one. */
  readonly problems: readonly Problem[] | null;
}

/** Runs all files, whatever becomes of the others. Gives the exit code. Throws `CannotRun`. */
export async function scenarioCommand(
  paths: readonly string[],
  options: { readonly storage: StorageName; readonly url?: string; readonly json?: boolean },
  output: Output,
): Promise<number> {
  const files = await jsonFiles(paths);
  const storage = await openStorage(options.storage, { url: options.url, schema: SCHEMA });
  let code = FINE;
  try {
    for (const file of files) {
      const told = await runFile(file, storage);
      if (options.json === true) output.say(asJson(told));
      else for (const line of asLines(told)) output.say(line);
      if (told.problems !== null) code = FAILED;
      else if (told.failures.length > 0 && code === FINE) code = WRONG;
    }
  } finally {
    await storage.close();
  }
  return code;
}

async function runFile(file: string, storage: Storage): Promise<Told> {
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    const message = `not JSON: ${error instanceof Error ? error.message : String(error)}`;
    return { file, scenario: null, failures: [], problems: [{ path: '', message }] };
  }
  try {
    const { scenario, failures } = await runScenario(json, { storage });
    return { file, scenario, failures, problems: null };
  } catch (error) {
    if (!(error instanceof NotAScenario)) throw error;
    return { file, scenario: titleOf(json), failures: [], problems: error.problems };
  }
}

function titleOf(json: unknown): string | null {
  const title: unknown =
    typeof json === 'object' && json !== null && 'scenario' in json ? json.scenario : null;
  return typeof title === 'string' ? title : null;
}

function asJson({ file, scenario, failures, problems }: Told): string {
  const ok = failures.length === 0 && problems === null;
  return JSON.stringify({ file, scenario, ok, failures, ...(problems !== null && { problems }) });
}

function asLines({ file, scenario, failures, problems }: Told): string[] {
  if (problems !== null) {
    return [
      `not a scenario  ${file}`,
      ...problems.map(({ path, message }) => `    ${path === '' ? '' : `${path}: `}${message}`),
    ];
  }
  return [
    `${failures.length === 0 ? 'ok  ' : 'FAIL'}  ${file}: ${scenario ?? ''}`,
    ...failures.map(
      ({ step, path, expected, actual }) =>
        `    step ${step}: ${path}: expected ${shown(expected)}, found ${shown(actual)}`,
    ),
  ];
}

function shown(value: Shown): string {
  if (value === null) return 'none';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
