// What a sharded engine takes of a schema: each key leads with the account, and nothing is counted, checked
// or set off across servers.
import { type Fields, isFields, nodesOf, statementsOf, textOf, wordsOf } from './tree.ts';

/** Tables that aren't spread. */
const EVERYWHERE: readonly string[] = ['migration'];
const REFUSED: Readonly<Record<string, string>> = {
  CONSTR_FOREIGN: 'a foreign key',
  CONSTR_EXCLUSION: 'an exclusion',
  CONSTR_IDENTITY: 'a number that the database gives',
  CONSTR_ATTR_DEFERRABLE: 'a deferred constraint',
};
const FINE: readonly string[] = ['CreateSchemaStmt', 'ViewStmt', 'CommentStmt'];

/** What is wrong with a statement of a migration; nothing where a sharded engine takes it. Throws where it doesn't parse. */
export async function problemsOfSchema(text: string): Promise<string[]> {
  return (await statementsOf(text)).flatMap(({ kind, fields }) => {
    if (FINE.includes(kind)) return [];
    if (kind === 'CreateStmt') return aboutTable(fields);
    if (kind === 'IndexStmt') return aboutIndex(fields);
    if (kind === 'AlterTableStmt') return aboutChange(fields);
    // Emptied on every server; which rows go isn't asked of other tables.
    if (kind === 'DeleteStmt' && fields['whereClause'] === undefined) return [];
    return [`a statement of the kind ${kind}`];
  });
}

function aboutTable(fields: Fields): string[] {
  const name = isFields(fields['relation']) ? textOf(fields['relation'], 'relname') : '';
  const problems: string[] = [];
  let keys = 0;

  function aboutKey(columns: readonly string[]): void {
    keys += 1;
    if (columns[0] === 'account' || EVERYWHERE.includes(name)) return;
    problems.push(`a key of ${name} that does not begin with the account: ${columns.join()}`);
  }
  function aboutConstraint(constraint: Fields, columns: readonly string[]): void {
    const type = textOf(constraint, 'contype');
    const refused = REFUSED[type];
    if (refused !== undefined) problems.push(`${refused} of ${name}`);
    if (constraint['deferrable'] === true) problems.push(`a deferred constraint of ${name}`);
    if (type === 'CONSTR_PRIMARY' || type === 'CONSTR_UNIQUE') aboutKey(columns);
  }

  for (const { kind, fields: element } of nodesOf(fields['tableElts'])) {
    if (kind === 'Constraint') aboutConstraint(element, wordsOf(element['keys']));
    if (kind !== 'ColumnDef') continue;
    const { typeName } = element;
    const type = isFields(typeName) ? wordsOf(typeName['names']).at(-1) : '';
    if (type?.endsWith('serial')) problems.push(`a number that the database gives of ${name}`);
    for (const { fields: constraint } of nodesOf(element['constraints'])) {
      aboutConstraint(constraint, [textOf(element, 'colname')]);
    }
  }
  return keys === 0 ? [...problems, `no key of ${name}`] : problems;
}

function aboutChange(fields: Fields): string[] {
  return nodesOf(fields['cmds']).flatMap(({ fields: change }) => {
    const what = textOf(change, 'subtype');
    return what === 'AT_AddColumn' ? [] : [`a change of a table by ${what}`];
  });
}

function aboutIndex(fields: Fields): string[] {
  if (fields['unique'] !== true) return [];
  const [first] = nodesOf(fields['indexParams']);
  if (first !== undefined && textOf(first.fields, 'name') === 'account') return [];
  return [`a unique index that does not begin with the account: ${textOf(fields, 'idxname')}`];
}
