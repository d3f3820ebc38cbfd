// Acts a scenario out on a ledger of its own and says what was not as it was to be. The clock is the
// story's; neither the machine's nor the storage's is read.

import { randomUUID } from 'node:crypto';
import { Fault, InvalidInput, InvariantBroken, Refusal } from '../../errors.ts';
import type { Balance, Receipt } from '../../ledger/answers.ts';
import type { Catalogue } from '../../ledger/catalogue.ts';
import { createLedgerWith, INSIDE, type LedgerInside } from '../../ledger/create-ledger.ts';
import type { BalanceInput } from '../../ledger/read-inputs.ts';
import type { Storage } from '../../storage/port.ts';
import { type Clock, createClock } from '../clock.ts';
import { type Setting, type StoryLedger, writeOf } from './commands.ts';
import {
  type Answer,
  compareAlerts,
  compareAnswer,
  compareBalance,
  compareOutcomes,
  compareReceipts,
} from './compare.ts';
import { compareRevenue } from './compare-revenue.ts';
import { compareCommission } from './compare-terms.ts';
import type { Difference } from './exact.ts';
import { NotAScenario, parseScenario } from './parse.ts';
import type { Act, BookAct, Expectations, Look, Several, Step } from './scenario.ts';
import { keptOpen } from './storage.ts';
import { bookFor, hasBook, isOfBook, StoryBook } from './story-book.ts';

/** Something that was to be true after a step and was not. */
export interface ScenarioFailure extends Difference {
  /** Counted from 0. */
  readonly step: number;
}

/** What became of a scenario. */
export interface ScenarioResult {
  /** Its title. */
  readonly scenario: string;
  readonly ok: boolean;
  readonly failures: readonly ScenarioFailure[];
}

/**
 * Runs a scenario (parsed JSON, `docs/scenarios.md`) on a storage, in an account of its own, so that
 * many may share a database. After the last step the account is verified from its journal; what
 * that finds is a failure of the last step. The storage stays open.
 * Throws `NotAScenario`, also for what a later release brings.
 */
export async function runScenario(
  scenario: unknown,
  options: { readonly storage: Storage },
): Promise<ScenarioResult> {
  return runScenarioWith(scenario, options, INSIDE);
}

/** The same in a ledger with other insides. */
export async function runScenarioWith(
  scenario: unknown,
  options: { readonly storage: Storage },
  inside: LedgerInside,
): Promise<ScenarioResult> {
  const story = parseScenario(scenario);
  const clock = createClock(story.steps[0]?.at ?? 0);
  const setting = { scenario: story, account: `scenario:${randomUUID()}` };
  const ledger = await ledgerFor(setting, clock, { ...options, inside });
  try {
    const book = hasBook(story) ? await StoryBook.open(setting, clock, options.storage) : null;
    const stage = { ledger, clock, book, setting };
    await openAccount(stage);
    const failures = await actAll(stage);
    return { scenario: story.scenario, ok: failures.length === 0, failures };
  } finally {
    await ledger.close();
  }
}

interface Stage {
  readonly ledger: StoryLedger;
  readonly clock: Clock;
  /** Null: the story speaks of none. */
  readonly book: StoryBook | null;
  readonly setting: Setting;
}

async function ledgerFor(
  setting: Setting,
  clock: Clock,
  { storage, inside }: { readonly storage: Storage; readonly inside: LedgerInside },
): Promise<StoryLedger> {
  const { units, rateCards } = setting.scenario.account;
  const declared = { storage: keptOpen(storage), units, rateCards, clock: clock.now };
  return unlessInvalid(
    createLedgerWith(
      hasBook(setting.scenario) ? { ...declared, book: bookFor(setting) } : declared,
      // Other stories on this storage have other cards of the same name.
      { ...inside, catalogue: `scenario:${randomUUID()}/catalogue` },
    ),
  );
}

async function openAccount({ ledger, setting }: Stage): Promise<void> {
  const { timeZone, currency, terms } = setting.scenario.account;
  const { account } = setting;
  await unlessInvalid(ledger.open({ account, key: 'scenario:open', timeZone, currency, terms }));
}

/** What the ledger finds wrong with an account's own description is wrong with the file. */
async function unlessInvalid<T>(made: Promise<T>): Promise<T> {
  try {
    return await made;
  } catch (error) {
    if (!(error instanceof InvalidInput)) throw error;
    const { field, expected, found } = error;
    const message = `expected ${expected}, found ${found}`;
    const path = /^book\b/.test(field) ? field : `account.${field}`;
    throw new NotAScenario([{ path, message }]);
  }
}

async function actAll(stage: Stage): Promise<ScenarioFailure[]> {
  const { steps } = stage.setting.scenario;
  const failures: ScenarioFailure[] = [];
  for (const [index, step] of steps.entries()) {
    stage.clock.set(step.at);
    const { differences, stopped } = await actStep(stage, step, index);
    failures.push(...differences.map((difference) => ({ step: index, ...difference })));
    if (stopped) return failures;
  }
  const verified = await stage.ledger.verify({ account: stage.setting.account });
  if (!verified.ok) {
    const actual = `operation ${verified.number}: ${verified.problem}`;
    failures.push({ step: steps.length - 1, path: 'verify', expected: 'ok', actual });
  }
  const problem = (await stage.book?.problem()) ?? null;
  if (problem !== null) {
    failures.push({ step: steps.length - 1, path: 'close', expected: 'ok', actual: problem });
  }
  return failures;
}

interface Acted {
  readonly differences: readonly Difference[];
  /** True where the storage failed or the engine broke: what came after would only repeat it. */
  readonly stopped: boolean;
}

async function actStep(stage: Stage, step: Step, index: number): Promise<Acted> {
  // No file would call a key so by chance: what it names and what it leaves out never meet.
  const key = `scenario:step-${index}`;
  try {
    const acted = await actOf(stage, step, key);
    const told = await commissions(stage, step.expect);
    return { differences: [...acted, ...told, ...(await shownBy(stage, step))], stopped: false };
  } catch (error) {
    if (!(error instanceof Fault || error instanceof InvariantBroken)) throw error;
    const actual = error instanceof Fault ? `${error.code}: ${error.message}` : error.message;
    return { differences: [{ path: 'do', expected: 'an answer', actual }], stopped: true };
  }
}

async function actOf(stage: Stage, step: Step, key: string): Promise<Difference[]> {
  if (step.do === 'look') return look(stage, step);
  if (isOfBook(step)) return actOnBook(stage, step, key);
  return 'steps' in step ? several(stage, step, key) : single(stage, step, key);
}

/** What the books show after a step, against what they were to show. */
async function shownBy({ book }: Stage, { expect }: Step): Promise<Difference[]> {
  if (book === null || expect === undefined) return [];
  const answer = await answerOf(compareRevenue(expect, book));
  if (answer.ok) return [...answer.value];
  const actual = `${answer.code}: ${answer.message}`;
  return [{ path: 'revenue', expected: 'figures', actual }];
}

async function actOnBook(stage: Stage, act: BookAct, key: string): Promise<Difference[]> {
  const { book, ledger, setting } = stage;
  const answer = await answerOf(book?.act(act, key, ledger) ?? Promise.resolve());
  const differences = compareAnswer(act.expect, answer);
  if (act.expect === undefined) return differences;
  const balance = await ledger.balance({ account: setting.account, blocks: 'all' });
  return [...differences, ...standing(act.expect, balance, unitOf(stage, act.unit))];
}

async function single(stage: Stage, act: Act, key: string): Promise<Difference[]> {
  if (act.do === 'sweep') return sweep(stage, act);
  const { ledger, setting } = stage;
  const answer = await answerOf(writeOf(act, key, setting).perform(ledger));
  const differences = compareAnswer(act.expect, answer);
  if (act.expect === undefined) return differences;
  const unit = unitOf(stage, act.unit);
  const balance = await ledger.balance({ account: setting.account, blocks: 'all' });
  const asExpected = answer.ok || differences.length === 0;
  const stands = compareBalance(act.expect, balance, unit);
  const receipts = receiptsOf(answer);
  const told = asExpected ? compareReceipts(act.expect, receipts, balance, unit) : [];
  // What the receipt and the look agree on is said once.
  const apart = told.filter(
    ({ path, actual }) =>
      !stands.some((other) => path === `receipt.${other.path}` && actual === other.actual),
  );
  return [...differences, ...apart, ...stands, ...compareAlerts(act.expect, alertsOf(receipts))];
}

/** A statement reads the whole journal: it is asked for where a step says what it is to be. */
async function commissions(
  { ledger, setting }: Stage,
  expect: Expectations | undefined,
): Promise<Difference[]> {
  if (expect?.commission === undefined) return [];
  return compareCommission(
    expect.commission,
    await ledger.commission({ account: setting.account }),
  );
}

/** What time has brought is true before it is recorded: a sweep changes nothing that can be seen. */
async function sweep(stage: Stage, act: Act): Promise<Difference[]> {
  const { ledger, setting } = stage;
  const { account } = setting;
  const before = await ledger.balance({ account, blocks: 'all' });
  const answer = await answerOf(ledger.sweep({ account }));
  const after = await ledger.balance({ account, blocks: 'all' });
  const shown = [before, after].map((balance) => JSON.stringify({ ...balance, number: 0 }));
  return [
    ...compareAnswer(act.expect, answer),
    ...(shown[0] === shown[1]
      ? []
      : [{ path: 'sweep', expected: shown[0] ?? null, actual: shown[1] ?? null }]),
    ...(act.expect === undefined ? [] : standing(act.expect, after, unitOf(stage, act.unit))),
    ...(act.expect === undefined ? [] : compareAlerts(act.expect, sweptAlerts(answer))),
  ];
}

async function look(stage: Stage, step: Look): Promise<Difference[]> {
  const { asOf, by, expect } = step;
  const input: BalanceInput = {
    account: stage.setting.account,
    blocks: 'all',
    ...(asOf !== undefined && { asOf }),
    ...((by === 'occurred' || by === 'recorded') && { by }),
  };
  const answer = await answerOf(stage.ledger.balance(input));
  const differences = compareAnswer(expect, answer);
  if (expect === undefined || !answer.ok) return differences;
  // A look sets off nothing, whatever time has brought.
  const stands = standing(expect, answer.value, unitOf(stage, step.unit));
  return [...differences, ...stands, ...compareAlerts(expect, [])];
}

/** What a step that writes nothing is compared with: it charges nothing and replays nothing. */
function standing(expect: Expectations, balance: Balance<Catalogue>, unit: string): Difference[] {
  return [...compareReceipts(expect, [], balance, unit), ...compareBalance(expect, balance, unit)];
}

async function several(stage: Stage, step: Several, key: string): Promise<Difference[]> {
  const { expect, steps } = step;
  const answers =
    step.do === 'batch' ? await inOneCall(stage, steps, key) : await atOnce(stage, steps, key);
  const balance = await stage.ledger.balance({ account: stage.setting.account, blocks: 'all' });
  // Where the step says as a whole how its parts end, a part may be silent about itself.
  const counted = (expect?.outcomes ?? expect?.succeeded ?? expect?.refusals) !== undefined;
  const inner = steps.flatMap((act, index) => {
    const answer = answers[index];
    if (answer === undefined || (counted && act.expect === undefined)) return [];
    return within(stage, act, answer, balance).map((difference) => ({
      ...difference,
      path: `steps[${index}].${difference.path}`,
    }));
  });
  if (expect === undefined) return inner;
  const unit = unitOf(stage, step.unit);
  const receipts = answers.flatMap(receiptsOf);
  return [
    ...inner,
    ...compareOutcomes(expect, answers),
    ...compareReceipts(expect, receipts, balance, unit),
    ...compareBalance(expect, balance, unit),
    ...compareAlerts(expect, alertsOf(receipts)),
  ];
}

function atOnce({ ledger, setting }: Stage, acts: readonly Act[], key: string): Promise<Answer[]> {
  return Promise.all(
    acts.map((act, index) =>
      answerOf(
        act.do === 'sweep'
          ? ledger.sweep({ account: setting.account }).then(() => null)
          : writeOf(act, `${key}-${index}`, setting).perform(ledger),
      ),
    ),
  );
}

async function inOneCall(
  { ledger, setting }: Stage,
  acts: readonly Act[],
  key: string,
): Promise<Answer[]> {
  const commands = acts.flatMap((act, index) =>
    act.do === 'sweep' ? [] : [writeOf(act, `${key}-${index}`, setting).command],
  );
  const outcomes = await ledger.batch(commands);
  return outcomes.map((outcome) =>
    outcome.ok ? { ok: true, value: outcome.receipt } : refusalOf(outcome.error),
  );
}

/** A part of `together` or `batch`: its balance is its receipt's, all else is as it stands after the whole step. */
function within(stage: Stage, act: Act, answer: Answer, balance: Balance<Catalogue>): Difference[] {
  const differences = compareAnswer(act.expect, answer);
  if (act.expect === undefined || differences.length > 0) return differences;
  const unit = unitOf(stage, act.unit);
  const receipts = receiptsOf(answer);
  const { balance: _, held: __, ...rest } = act.expect;
  return [
    ...compareReceipts(act.expect, receipts, balance, unit),
    ...compareBalance(receipts.length === 0 ? act.expect : rest, balance, unit),
    ...compareAlerts(act.expect, alertsOf(receipts)),
  ];
}

function unitOf({ setting }: Stage, named: string | undefined): string {
  return named ?? Object.keys(setting.scenario.account.units)[0] ?? '';
}

function sweptAlerts(answer: Answer<object>): readonly string[] {
  if (!answer.ok || !('alerts' in answer.value)) return [];
  const { alerts } = answer.value;
  return Array.isArray(alerts) ? alerts : [];
}

function alertsOf(receipts: readonly Receipt[]): string[] {
  return receipts.flatMap((receipt) => receipt.alerts);
}

function receiptsOf(answer: Answer): Receipt[] {
  return answer.ok && answer.value !== null ? [answer.value] : [];
}

async function answerOf<T>(call: Promise<T>): Promise<Answer<T>> {
  try {
    return { ok: true, value: await call };
  } catch (error) {
    if (error instanceof Refusal) return refusalOf(error);
    throw error;
  }
}

function refusalOf(error: Refusal | Fault): Answer<never> {
  const facts = error instanceof Refusal ? error.facts : {};
  return { ok: false, code: error.code, message: error.message, facts };
}
