// Talks through the application's own Kysely, past its plugins, so that a CamelCasePlugin can't
// rename our columns. Kysely is an optional peer: it is loaded only where an instance was given.

import type { Row, SqlValue } from './sql/statement.ts';

/** A statement as Kysely hands it to its driver. */
export interface CompiledText {
  readonly sql: string;
  readonly parameters: readonly unknown[];
  readonly query: object;
  readonly queryId: object;
}

/** What is needed of a `Kysely` instance or transaction. */
export interface KyselyLike {
  readonly isTransaction: boolean;
  withoutPlugins(): KyselyLike;
  executeQuery(
    query: CompiledText | { compile(): CompiledText },
  ): Promise<{ readonly rows: readonly unknown[] }>;
}

/** Sends one statement. */
export type TextQuery = (text: string, values: readonly SqlValue[]) => Promise<readonly Row[]>;

/** True for a Kysely instance, in a transaction or not. */
export function isKysely(handle: unknown): handle is KyselyLike {
  return (
    typeof handle === 'object' &&
    handle !== null &&
    'isTransaction' in handle &&
    typeof handle.isTransaction === 'boolean' &&
    'executeQuery' in handle &&
    'withoutPlugins' in handle
  );
}

/** True for a Kysely transaction. */
export function isKyselyTransaction(handle: unknown): handle is KyselyLike {
  return isKysely(handle) && handle.isTransaction;
}

/** Sends statements through this instance or transaction. */
export async function queryKysely(kysely: KyselyLike): Promise<TextQuery> {
  const { CompiledQuery } = await import('kysely');
  const plain = kysely.withoutPlugins();
  return async (text, values) => {
    const { rows } = await plain.executeQuery(CompiledQuery.raw(text, [...values]));
    return rows.map((row) => (typeof row === 'object' && row !== null ? { ...row } : {}));
  };
}
