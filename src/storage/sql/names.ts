// Names of the tables. They come from whoever sets the storage up, so they are checked and quoted.

import { InvalidInput } from '../../errors.ts';

const NAME = /^[a-z_][a-z0-9_]{0,62}$/;

/** The tables, quoted and ready to stand in a statement. */
export interface TableNames {
  readonly account: string;
  readonly operation: string;
  readonly metadata: string;
  readonly checkpoint: string;
  readonly part: string;
  readonly due: string;
  readonly notice: string;
  readonly migration: string;
}

/** The name of a table or view, quoted. */
export type NameOf = (table: string) => string;

/** Tables in a schema of their own. Throws `InvalidInput` for a name that isn't plain. */
export function inSchema(schema: string): NameOf {
  checkName('schema', schema);
  return (table) => `"${schema}"."${table}"`;
}

/** Tables with a prefix, where the engine has no schemas. Throws `InvalidInput` for a name that isn't plain. */
export function withPrefix(prefix: string): NameOf {
  checkName('prefix', prefix);
  return (table) => `"${prefix}${table}"`;
}

/** Every table by name. */
export function tableNames(nameOf: NameOf): TableNames {
  return {
    account: nameOf('account'),
    operation: nameOf('operation'),
    metadata: nameOf('metadata'),
    checkpoint: nameOf('checkpoint'),
    part: nameOf('part'),
    due: nameOf('due'),
    notice: nameOf('notice'),
    migration: nameOf('migration'),
  };
}

function checkName(field: string, name: string): void {
  if (!NAME.test(name)) {
    throw new InvalidInput({
      field,
      expected: 'lower-case letters, digits and underscores, at most 63, no digit first',
      found: JSON.stringify(name),
    });
  }
}
