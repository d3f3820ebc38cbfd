// SQL text with its values kept apart until a driver is known: one source for numbered parameters,
// question marks and literals. Every value is text or null; the statement casts it.

import { randomBytes } from 'node:crypto';

/** A value that crosses to the database. */
export type SqlValue = string | null;

/** A row as it comes back: every column is selected as text. */
export type Row = Readonly<Record<string, unknown>>;

/** A statement: `parts` around `values`, one more of the former. */
export interface Statement {
  readonly parts: readonly string[];
  readonly values: readonly SqlValue[];
}

class Verbatim {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Text of our own that goes into a statement as it is: a table's name, an expression. Never a caller's. */
export function verbatim(text: string): Verbatim {
  return new Verbatim(text);
}

/** A statement from a template: what is interpolated is a value, unless it is `verbatim` or a piece of a statement. */
export function sql(
  strings: TemplateStringsArray,
  ...inserted: readonly (SqlValue | Verbatim | Statement)[]
): Statement {
  const parts: string[] = [strings[0] ?? ''];
  const values: SqlValue[] = [];
  inserted.forEach((each, index) => {
    const next = strings[index + 1] ?? '';
    if (each instanceof Verbatim) {
      parts[parts.length - 1] += each.text + next;
    } else if (each !== null && typeof each === 'object') {
      parts[parts.length - 1] += each.parts[0] ?? '';
      parts.push(...each.parts.slice(1));
      parts[parts.length - 1] += next;
      values.push(...each.values);
    } else {
      values.push(each);
      parts.push(next);
    }
  });
  return { parts, values };
}

/** One statement out of pieces, in their order. */
export function together(...pieces: readonly Statement[]): Statement {
  const parts: string[] = [''];
  const values: SqlValue[] = [];
  for (const piece of pieces) {
    parts[parts.length - 1] += piece.parts[0] ?? '';
    parts.push(...piece.parts.slice(1));
    values.push(...piece.values);
  }
  return { parts, values };
}

/** Pieces with commas between them. */
export function listed(pieces: readonly Statement[]): Statement {
  return together(...pieces.flatMap((piece, index) => (index === 0 ? [piece] : [COMMA, piece])));
}

const COMMA: Statement = { parts: [', '], values: [] };

/** PostgreSQL's `$1`, each declared as text, so that no driver guesses at a type. */
export function numbered({ parts }: Statement): string {
  return parts.reduce((text, part, index) => `${text}$${index}::text${part}`);
}

/** SQLite's `?`, in order. */
export function questioned({ parts }: Statement): string {
  return parts.join('?');
}

/**
 * The statement with its values as dollar-quoted literals, for a message that carries several
 * statements and so can't carry parameters. Nothing inside such a literal is an escape, whatever
 * `standard_conforming_strings` says; only its own tag ends it, and that is drawn anew for each
 * value, so that nobody can write one that contains it.
 */
export function inlined({ parts, values }: Statement): string {
  return parts.reduce((text, part, index) => text + literal(values[index - 1] ?? null) + part);
}

function literal(value: SqlValue): string {
  if (value === null) return 'null::text';
  for (;;) {
    const tag = `$t${randomBytes(8).toString('hex')}$`;
    // Asked with the closing tag behind it: a value that ends like a tag begins would close early.
    if (`${value}${tag}`.indexOf(tag) === value.length) return `${tag}${value}${tag}::text`;
  }
}
