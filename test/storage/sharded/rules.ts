// What an engine that spreads tables over servers by account takes of a statement, as rules over its parse
// tree. They hold whatever the planner might be able to do: a statement passes where one server can answer it.
import { ALL_SHARD_READS } from './all-shard-reads.ts';
import { equalTo, givenOf, type Level, levelsOf } from './levels.ts';
import { isFields, type Node, nodesOf, statementsOf, textOf, within, wordsOf } from './tree.ts';

/** A message as it was sent. */
export interface Sent {
  readonly text: string;
  readonly values: readonly unknown[];
}

const SCHEMA = 'tallystick';
/** On every server, and read by itself. */
const EVERYWHERE = 'migration';
/** Of the rows that may be locked: one at a time, named by all of its key. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  account: ['account'],
  notice: ['account', 'number', 'position'],
};
const PURE: readonly string[] = ['encode', 'decode', 'count', 'min', 'max', 'unnest'];
/** Of this connection's own transaction: on another server they would tell of another one. */
const OF_THE_TRANSACTION: readonly string[] = ['pg_current_xact_id', 'current_setting'];
const LOCAL_SETTINGS: readonly string[] = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
];

/** What is wrong with a message; nothing where a sharded engine takes it. Throws where it doesn't parse. */
export async function problemsOf(sent: Sent): Promise<string[]> {
  const statements = await statementsOf(sent.text);
  return statements.flatMap((statement) => problemsOfStatement(statement, sent));
}

function problemsOfStatement(statement: Node, sent: Sent): string[] {
  const { kind, fields } = statement;
  switch (kind) {
    case 'SelectStmt':
    case 'InsertStmt':
    case 'UpdateStmt':
    case 'DeleteStmt':
      return [
        ...levelsOf(statement).flatMap((level) => [
          ...aboutAccounts(level, sent),
          ...aboutLocks(level),
          ...aboutWriting(level, statement),
        ]),
        ...aboutFunctions(statement),
        ...aboutOneAccount(statement, sent),
        ...aboutParameters(statement),
      ];
    case 'TransactionStmt':
      return aboutTransaction(statement);
    case 'VariableSetStmt':
      return isSetting(fields) ? [] : [`a setting of ${textOf(fields, 'name')}`];
    default:
      return [`a statement of the kind ${kind}`];
  }
}

function ours(level: Level): Level['relations'] {
  return level.relations.filter(({ schema }) => schema === SCHEMA);
}

/** Each table says whose rows are meant. */
function aboutAccounts(level: Level, { text }: Sent): string[] {
  if (ALL_SHARD_READS.includes(plain(text))) {
    const isPlain = level.relations.length === 1 && level.fields['lockingClause'] === undefined;
    return isPlain ? [] : ['a read over all shards of more than one table'];
  }
  return ours(level).flatMap((relation) => {
    if (relation.table === EVERYWHERE) {
      const isAlone = level.kind === 'SelectStmt' && level.relations.length === 1;
      return isAlone ? [] : [`${EVERYWHERE} beside other tables`];
    }
    const isTarget = level.kind === 'InsertStmt' && level.relations[0] === relation;
    if (isTarget || equalTo(level, relation, 'account') !== null) return [];
    return [`${relation.alias} without account = $n: every server is asked`];
  });
}

/** A lock is on one row, and its taking waits for nobody. */
function aboutLocks(level: Level): string[] {
  return nodesOf(level.fields['lockingClause']).flatMap(({ fields }) => {
    const [relation] = level.relations;
    const key = relation === undefined ? undefined : KEYS[relation.table];
    if (relation === undefined || key === undefined || level.relations.length > 1) {
      return ['FOR UPDATE of other than one table'];
    }
    const missing = key.filter((column) => equalTo(level, relation, column) === null);
    if (missing.length > 0) return [`FOR UPDATE of more than one row: ${missing.join()} is open`];
    return fields['waitPolicy'] === 'LockWaitSkip' ? [] : ['FOR UPDATE that waits'];
  });
}

function aboutWriting(level: Level, statement: Node): string[] {
  const { kind, fields } = level;
  if (kind === 'SelectStmt') return [];
  const problems: string[] = [];
  if (fields !== statement.fields)
    problems.push('a WITH that writes: two-phase commit on all servers');
  if (!isFields(fields['returningClause'])) problems.push('rows that nobody counts');
  if (kind === 'UpdateStmt' && targetsOf(fields['targetList']).includes('account')) {
    problems.push('an account that changes');
  }
  if (kind === 'InsertStmt') problems.push(...aboutInsert(level));
  return problems;
}

function aboutInsert(level: Level): string[] {
  const [select] = nodesOf(level.fields['selectStmt']);
  const problems: string[] = [];
  const isJoin =
    select !== undefined &&
    levelsOf(select).some((each) => each.relations.some(({ table }) => table === 'account'));
  if (select?.fields['valuesLists'] === undefined && !isJoin) {
    problems.push('an INSERT of neither VALUES nor the account: through the coordinator');
  }
  if (within(level.fields, ['SubLink']).length > 0) problems.push('a sub-select in an INSERT');
  const conflict = level.fields['onConflictClause'];
  if (!isFields(conflict)) return [...problems, 'an INSERT that may clash'];
  if (targetsOf(conflict['targetList']).includes('account')) {
    problems.push('an account that changes');
  }
  return problems;
}

function targetsOf(value: unknown): string[] {
  return nodesOf(value).map(({ fields }) => textOf(fields, 'name'));
}

/** Only functions that give the same on every server, now and later. */
function aboutFunctions(statement: Node): string[] {
  const hasTable = levelsOf(statement).some((level) => ours(level).length > 0);
  const allowed = hasTable ? PURE : [...PURE, ...OF_THE_TRANSACTION];
  const called = within(statement.fields, ['FuncCall']).map(
    ({ fields }) => wordsOf(fields['funcname']).at(-1) ?? '',
  );
  const told = within(statement.fields, ['SQLValueFunction']).map(({ fields }) =>
    textOf(fields, 'op'),
  );
  return [...called.filter((name) => !allowed.includes(name)), ...told].map(
    (name) => `the function ${name}`,
  );
}

/** All of a statement's accounts are the same one. */
function aboutOneAccount(statement: Node, { values }: Sent): string[] {
  const accounts = levelsOf(statement).flatMap((level) => {
    const given = ours(level).flatMap((relation) => equalTo(level, relation, 'account') ?? []);
    return [...given, ...insertedAccounts(level)];
  });
  const named = new Set(accounts.map((node) => spelledOut(node, values)));
  return named.size > 1 ? ['more than one account in a statement'] : [];
}

function insertedAccounts(level: Level): Node[] {
  if (level.kind !== 'InsertStmt') return [];
  const place = targetsOf(level.fields['cols']).indexOf('account');
  const [select] = nodesOf(level.fields['selectStmt']);
  return nodesOf(select?.fields['valuesLists']).flatMap(({ fields }) => {
    const item = nodesOf(fields['items'])[place];
    const given = item === undefined ? null : givenOf(item);
    return given ?? [{ kind: 'no value of the caller', fields: {} }];
  });
}

function spelledOut(node: Node, values: readonly unknown[]): string {
  if (node.kind === 'ParamRef') return JSON.stringify(values[Number(node.fields['number']) - 1]);
  const { sval } = node.fields;
  return JSON.stringify(isFields(sval) ? textOf(sval, 'sval') : node);
}

/** Every value crosses as text, so that no driver's and no server's types have a say. */
function aboutParameters(statement: Node): string[] {
  const all = within(statement.fields, ['ParamRef']).length;
  const asText = within(statement.fields, ['TypeCast']).filter(
    ({ fields }) =>
      nodesOf(fields['arg'])[0]?.kind === 'ParamRef' &&
      isFields(fields['typeName']) &&
      wordsOf(fields['typeName']['names']).join() === 'text',
  ).length;
  return all === asText ? [] : ['a value that does not cross as text'];
}

function aboutTransaction({ fields }: Node): string[] {
  const kind = textOf(fields, 'kind');
  if (kind === 'TRANS_STMT_COMMIT' || kind === 'TRANS_STMT_ROLLBACK') return [];
  if (kind !== 'TRANS_STMT_BEGIN') return [`${kind}: retries begin anew`];
  const options = within(fields['options'], ['DefElem']).map(({ fields: { defname, arg } }) => {
    const [value] = nodesOf(arg);
    const { sval } = value?.fields ?? {};
    return `${String(defname)}=${isFields(sval) ? textOf(sval, 'sval') : '?'}`;
  });
  return options.join() === 'transaction_isolation=read committed'
    ? []
    : ['BEGIN at another isolation than READ COMMITTED'];
}

function isSetting(fields: Node['fields']): boolean {
  return fields['is_local'] === true && LOCAL_SETTINGS.includes(textOf(fields, 'name'));
}

function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
