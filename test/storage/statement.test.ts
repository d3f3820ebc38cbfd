import fc from 'fast-check';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { inlined, numbered, questioned, sql, verbatim } from '../../src/storage/sql/statement.ts';

describe('a statement', () => {
  it('keeps its values apart from its text', () => {
    const statement = sql`select ${'a'} from ${verbatim('"t"')} where x = ${null} and y = ${'b'}`;
    expect(statement.values).toEqual(['a', null, 'b']);
    expect(numbered(statement)).toBe(
      'select $1::text from "t" where x = $2::text and y = $3::text',
    );
    expect(questioned(statement)).toBe('select ? from "t" where x = ? and y = ?');
  });
});

describe('a value that is written into a message', () => {
  let client: pg.Client;
  beforeAll(async () => {
    client = new pg.Client({ connectionString: inject('postgres') });
    await client.connect();
  });
  afterAll(() => client.end());

  const piece = fc.oneof(
    fc.constantFrom(
      '$',
      '$$',
      '$t',
      '$t0$',
      "'",
      "''",
      '\\',
      "\\'",
      '"',
      ';',
      '--',
      '/*',
      '\n',
      '?',
    ),
    fc.string({ unit: 'binary', maxLength: 5 }).filter((text) => !text.includes('\0')),
  );
  const hostile = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(''));

  it.each(['on', 'off'])('comes back as it is, with standard_conforming_strings %s', (setting) =>
    fc.assert(
      fc.asyncProperty(hostile, fc.option(hostile), async (first, second) => {
        const statement = sql`select ${first} as first, ${second} as second, ${first} as third`;
        const results: unknown = await client.query(
          `set standard_conforming_strings = ${setting}; ${inlined(statement)}`,
        );
        const last = Array.isArray(results) ? results.at(-1) : results;
        expect(last.rows).toEqual([{ first, second, third: first }]);
      }),
      { numRuns: 300 },
    ),
  );
});
