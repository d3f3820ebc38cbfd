// Reads PostgreSQL's own parse trees: plain JSON, in which each node is an object under its kind.
import { parse } from 'libpg-query';

/** The fields of a node. */
export type Fields = Readonly<Record<string, unknown>>;

/** A node with its kind. */
export interface Node {
  readonly kind: string;
  readonly fields: Fields;
}

/** The statements of a message. Throws where PostgreSQL would object to its syntax. */
export async function statementsOf(text: string): Promise<Node[]> {
  const { stmts } = await parse(text);
  return nodesOf(stmts);
}

/** True for what has fields. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The nodes right below a value: of a list, of an object under its kind, of a list of bare objects. */
export function nodesOf(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => nodesOf(each));
  if (!isFields(value)) return [];
  const nodes: Node[] = [];
  for (const [kind, fields] of Object.entries(value)) {
    if (isFields(fields) && /^[A-Z]/.test(kind)) nodes.push({ kind, fields });
    else if (kind === 'stmt') nodes.push(...nodesOf(fields));
  }
  return nodes;
}

/** Every node of these kinds in a tree, however deep; `into` says which kinds to look into. */
export function within(
  value: unknown,
  kinds: readonly string[],
  into: (kind: string) => boolean = () => true,
): Node[] {
  if (Array.isArray(value)) return value.flatMap((each: unknown) => within(each, kinds, into));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([kind, fields]) => {
    const own = kinds.includes(kind) && isFields(fields) ? [{ kind, fields }] : [];
    return [...own, ...(into(kind) ? within(fields, kinds, into) : [])];
  });
}

/** A field that is text. */
export function textOf(fields: Fields, name: string): string {
  const value = fields[name];
  return typeof value === 'string' ? value : '';
}

/** The words of a qualified name: `String` nodes. */
export function wordsOf(value: unknown): string[] {
  return nodesOf(value).map(({ fields }) => textOf(fields, 'sval'));
}
