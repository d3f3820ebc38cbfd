// `tallystick policy` and `open-book`: how a book recognises revenue, and since when.

import { createHash } from 'node:crypto';
import { openBook } from '../books/index.ts';
import type { PolicyChange, ReportColumn, ReportRow } from '../revenue/index.ts';
import type { Breakage, PoliciesInput, PolicyKind } from '../terms/policies.ts';
import { POLICY_KINDS } from '../terms/policies.ts';
import { each } from './close.ts';
import { answer } from './finance-answer.ts';
import { type FinanceOptions, withBook, withStorage } from './finance-book.ts';
import { CannotRun, FINE, type Output } from './output.ts';
import { type AnswerFlags, answerOptions } from './report.ts';
import { jsonFrom } from './setup-file.ts';
import type { Place, StorageName } from './storages.ts';

const COLUMNS: readonly ReportColumn[] = [
  { name: 'since', title: 'Since', holds: 'text', isWhole: true },
  { name: 'of', title: 'Of', holds: 'text' },
  { name: 'policy', title: 'Policy', holds: 'text', isWhole: true },
  { name: 'by', title: 'By', holds: 'text' },
  { name: 'reason', title: 'Reason', holds: 'text', isWhole: true },
];

/** Shows the policies that the book was opened with, and every change since. Gives the exit code. Throws `CannotRun`. */
export async function policyShowCommand(
  options: FinanceOptions & AnswerFlags,
  output: Output,
): Promise<number> {
  const answering = await answerOptions(options);
  return withBook(options, 'none', output, async ({ book }) => {
    const { inForce, first, changes } = await book.policies();
    const rows: ReportRow[] = [
      { since: 'the beginning', of: 'book', policy: policyText(first), by: null, reason: null },
      ...changes.map(changeRow),
      { since: 'now', of: 'book', policy: policyText(inForce), by: null, reason: null },
    ];
    const about = ['Policies', `book ${book.definition.name}`, book.definition.timeZone];
    await answer({ name: 'policy', about, columns: COLUMNS, rows: each(rows) }, answering, output);
    return FINE;
  });
}

function changeRow({ at, policies, breakage, account, block, cohort, ...said }: PolicyChange) {
  const narrowed = [
    account === undefined ? [] : [`account ${account}`],
    block === undefined ? [] : [`block ${block}`],
    cohort === undefined ? [] : [`sold in ${cohort}`],
  ].flat();
  return {
    since: new Date(at).toISOString(),
    of: narrowed.join(', ') || 'book',
    policy: policyText({ ...policies, ...(breakage !== undefined && { breakage }) }),
    by: said.by ?? null,
    reason: said.reason ?? null,
  };
}

function policyText(policies: PoliciesInput): string {
  return Object.entries(policies)
    .map(([name, value]) => `${name} ${name === 'breakage' ? breakageText(value) : String(value)}`)
    .join(', ');
}

function breakageText(breakage: NonNullable<PoliciesInput['breakage']> | string): string {
  if (typeof breakage === 'string') return breakage;
  if ('method' in breakage) return oneText(breakage);
  const kinds = Object.entries(breakage).map(([kind, one]) => `${kind}=${oneText(one)}`);
  return kinds.join(' ') || 'at-expiry';
}

function oneText(breakage: Breakage): string {
  if (breakage === 'at-expiry') return breakage;
  return breakage.method === 'proportional'
    ? `proportional:${breakage.expected}`
    : `remote-dormancy:${breakage.after}`;
}

/** A change of policies as it is said on the command line. */
export interface PolicyFlags {
  readonly breakage?: readonly string[];
  readonly promotional?: 'net' | 'gross';
  readonly goodwill?: 'none' | 'deferral';
  readonly bonus?: 'relative-ssp' | 'by-count';
  readonly ratable?: 'daily' | 'even-months';
  readonly account?: string;
  readonly block?: string;
  readonly cohort?: string;
  readonly at?: string;
  readonly by: string;
  readonly reason: string;
  readonly key?: string;
}

/** Changes policies from an instant on. Gives the exit code. Throws `CannotRun`, `PeriodClosed`, `InvalidInput`. */
export async function policyChangeCommand(
  options: FinanceOptions & PolicyFlags,
  output: Output,
): Promise<number> {
  const { account, block, cohort, at, by, reason } = options;
  const breakage = readBreakageFlags(options.breakage ?? []);
  const isNarrow = account !== undefined || cohort !== undefined;
  const said = {
    ...(account !== undefined && { account }),
    ...(block !== undefined && { block }),
    ...(cohort !== undefined && { cohort }),
    ...(at !== undefined && { at }),
    ...(isNarrow ? narrowBreakage(breakage) : { policies: policiesOf(options, breakage) }),
    ...{ by, reason },
  };
  const key = options.key ?? keyOf(said);
  return withBook(options, 'none', output, async ({ book }) => {
    const change = await book.changePolicy({ ...said, key });
    const { since, of, policy } = changeRow(change);
    output.say(`since ${since}, ${of}: ${policy} (key ${key})`);
    return FINE;
  });
}

/** The same change on the same day is the same change, so that a command may be tried again. */
function keyOf(said: object): string {
  const digest = createHash('sha256').update(JSON.stringify(said)).digest('hex').slice(0, 16);
  return `command:${new Date().toISOString().slice(0, 10)}:${digest}`;
}

type ByKind = Partial<Record<PolicyKind, Breakage>>;

/** What `--breakage` says: one for all, or `kind=…` once for each. Throws `CannotRun`. */
function readBreakageFlags(flags: readonly string[]): Breakage | ByKind | undefined {
  if (flags.length === 0) return undefined;
  const [first = ''] = flags;
  if (flags.length === 1 && !first.includes('=')) return readBreakageFlag(first);
  const kinds: ByKind = {};
  for (const flag of flags) {
    const [name, text = ''] = flag.split('=');
    const kind = POLICY_KINDS.find((one) => one === name);
    if (kind === undefined) {
      throw new CannotRun(
        `--breakage ${flag}: one policy for all, or one for each kind: ${POLICY_KINDS.join(', ')}; purchased=proportional:0.2 for example`,
      );
    }
    kinds[kind] = readBreakageFlag(text);
  }
  return kinds;
}

function readBreakageFlag(text: string): Breakage {
  const [method, value] = text.split(':');
  if (text === 'at-expiry') return text;
  if (method === 'proportional' && value !== undefined) return { method, expected: value };
  if (method === 'remote-dormancy' && value !== undefined) return { method, after: value };
  throw new CannotRun(
    `--breakage ${text}: at-expiry, proportional:SHARE (0.2 is 20 %) or remote-dormancy:DURATION (P24M)`,
  );
}

function narrowBreakage(breakage: Breakage | ByKind | undefined): { readonly breakage: Breakage } {
  const isOne = breakage === 'at-expiry' || (breakage !== undefined && 'method' in breakage);
  if (isOne) return { breakage };
  throw new CannotRun(
    'of an account, a block or a cohort only breakage can be said, one policy for all kinds: --breakage proportional:0.2 for example',
  );
}

function policiesOf(
  { promotional, goodwill, bonus, ratable }: PolicyFlags,
  breakage: Breakage | ByKind | undefined,
): PoliciesInput {
  const policies = {
    ...(breakage !== undefined && { breakage }),
    ...(promotional !== undefined && { promotional }),
    ...(goodwill !== undefined && { goodwill }),
    ...(bonus !== undefined && { bonus }),
    ...(ratable !== undefined && { ratable }),
  };
  if (Object.keys(policies).length > 0) return policies;
  throw new CannotRun(
    'nothing changes: say --breakage, --promotional, --goodwill, --bonus or --ratable',
  );
}

/** Opens a book. Gives the exit code. Throws `CannotRun`, and `InvalidInput` where it was opened otherwise. */
export async function openBookCommand(
  options: Place & {
    readonly storage: StorageName;
    readonly book: string;
    readonly definition?: string;
    readonly timeZone?: string;
    readonly currency?: string;
  },
  output: Output,
): Promise<number> {
  const { book: name, definition, timeZone, currency } = options;
  const said = definition === undefined ? {} : await jsonFrom(definition);
  if (typeof said !== 'object' || said === null || Array.isArray(said)) {
    throw new CannotRun(`${definition}: an object with what is said of the book`);
  }
  return withStorage(options, async (storage) => {
    const input = {
      ...{ name, ...said },
      ...(timeZone !== undefined && { timeZone }),
      ...(currency !== undefined && { currency }),
    };
    const opened = await openBook({
      storage,
      units: { none: { scale: 0 } },
      book: input,
      migrate: false,
    });
    const { definition: kept } = opened;
    output.say(
      `book ${kept.name} is open: ${kept.timeZone}, ${kept.currency ?? 'each account in its own currency'}, ${kept.rounding}`,
    );
    return FINE;
  });
}
