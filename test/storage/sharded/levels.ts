// The levels of a statement: each SELECT, INSERT, UPDATE and DELETE in it with the tables that it names
// itself, and what it says of each of their accounts.
import { type Fields, isFields, type Node, nodesOf, textOf, within, wordsOf } from './tree.ts';

/** A table as one level names it. */
export interface Relation {
  readonly schema: string;
  readonly table: string;
  /** What its columns are called by. */
  readonly alias: string;
}

/** One query of a statement. */
export interface Level {
  readonly kind: string;
  readonly fields: Fields;
  readonly relations: readonly Relation[];
  /** Conditions that hold of every row, each with the tables that it holds for (null: all). */
  readonly conditions: readonly { readonly node: Node; readonly of: readonly Relation[] | null }[];
}

const QUERIES: readonly string[] = [
  'SelectStmt',
  'InsertStmt',
  'UpdateStmt',
  'DeleteStmt',
  'MergeStmt',
];

/** Every level of a statement, the outermost first. */
export function levelsOf({ kind, fields }: Node): Level[] {
  const { larg, rarg, ...others } = fields;
  const isUnion = kind === 'SelectStmt' && isFields(larg) && isFields(rarg);
  const nested = within(isUnion ? others : fields, QUERIES, (each) => !QUERIES.includes(each));
  const branches = isUnion
    ? [larg, rarg].flatMap((branch) => levelsOf({ kind, fields: branch }))
    : [];
  return [levelOf(kind, isUnion ? others : fields), ...branches, ...nested.flatMap(levelsOf)];
}

function levelOf(kind: string, fields: Fields): Level {
  const relations: Relation[] = [];
  const conditions: { node: Node; of: readonly Relation[] | null }[] = [];

  function from({ kind, fields }: Node): Relation[] {
    if (kind === 'RangeVar') return [relationOf(fields)];
    if (kind !== 'JoinExpr') return [];
    const left = nodesOf(fields['larg']).flatMap(from);
    const right = nodesOf(fields['rarg']).flatMap(from);
    const type = textOf(fields, 'jointype');
    const of = type === 'JOIN_INNER' ? null : type === 'JOIN_LEFT' ? right : [];
    for (const node of conjunctsOf(fields['quals'])) conditions.push({ node, of });
    return [...left, ...right];
  }

  if (isFields(fields['relation'])) relations.push(relationOf(fields['relation']));
  for (const source of [...nodesOf(fields['fromClause']), ...nodesOf(fields['usingClause'])]) {
    relations.push(...from(source));
  }
  for (const node of conjunctsOf(fields['whereClause'])) conditions.push({ node, of: null });
  return { kind, fields, relations, conditions };
}

function relationOf(fields: Fields): Relation {
  const table = textOf(fields, 'relname');
  const { alias } = fields;
  return {
    schema: textOf(fields, 'schemaname'),
    table,
    alias: isFields(alias) ? textOf(alias, 'aliasname') : table,
  };
}

function conjunctsOf(value: unknown): Node[] {
  return nodesOf(value).flatMap((node) =>
    node.kind === 'BoolExpr' && node.fields['boolop'] === 'AND_EXPR'
      ? conjunctsOf(node.fields['args'])
      : [node],
  );
}

/** What a level says that a column of a table equals: a parameter or a literal; null where it says nothing. */
export function equalTo(level: Level, relation: Relation, column: string): Node | null {
  for (const { node, of } of level.conditions) {
    if (of !== null && !of.includes(relation)) continue;
    if (node.kind !== 'A_Expr' || node.fields['kind'] !== 'AEXPR_OP') continue;
    if (wordsOf(node.fields['name']).join() !== '=') continue;
    const [left] = nodesOf(node.fields['lexpr']);
    const [right] = nodesOf(node.fields['rexpr']);
    if (left?.kind !== 'ColumnRef' || right === undefined) continue;
    const words = wordsOf(left.fields['fields']);
    const isColumn =
      words.join('.') === `${relation.alias}.${column}` ||
      (words.join('.') === column && level.relations.length === 1);
    const value = givenOf(right);
    if (isColumn && value !== null) return value;
  }
  return null;
}

/** The parameter or literal behind its casts; null for anything else. */
export function givenOf(node: Node): Node | null {
  if (node.kind === 'ParamRef' || node.kind === 'A_Const') return node;
  if (node.kind !== 'TypeCast') return null;
  const [inner] = nodesOf(node.fields['arg']);
  return inner === undefined ? null : givenOf(inner);
}
