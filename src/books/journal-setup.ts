// What a person's file says of their general ledger, read at the door: accounts, customers and tags.

import { z } from 'zod';
import { read } from '../ledger/door.ts';
import { CHART_KEYS, type JournalSetup, type Tag } from '../revenue/index.ts';

const MOST_LINES = 1_000_000;

/** A name that goes into files unchanged: one that a spreadsheet takes for a formula would get an apostrophe, and be no name there any more. */
const name = z
  .string()
  .min(1, 'a name')
  .max(400)
  .refine((text) => !/^[=+\-@]/.test(text), 'a name that does not begin with = + - @')
  .refine((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text), 'a name on one line');

const tag: z.ZodType<Tag> = z.union(
  [
    z.strictObject({ text: name }),
    z.strictObject({
      from: z.enum(['customer', 'contract', 'product', 'cause', 'originPeriod', 'period']),
      names: z.record(z.string(), name).exactOptional(),
      otherwise: name.exactOptional(),
    }),
  ],
  '{ text }, or { from, names, otherwise } with from one of customer, contract, product, cause, originPeriod, period',
);

const linesPerFile = z.int().min(2).max(MOST_LINES).exactOptional();
const rate = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, 'a rate as decimal text');

const schema: z.ZodType<JournalSetup> = z.strictObject({
  accounts: z
    .partialRecord(z.enum(CHART_KEYS), z.strictObject({ code: name, name }))
    .exactOptional(),
  customers: z.record(z.string(), name).exactOptional(),
  otherCustomer: name.exactOptional(),
  sellers: z.record(z.string(), name).exactOptional(),
  receivables: z.array(z.enum(CHART_KEYS)).exactOptional(),
  lineEnd: z.enum(['lf', 'crlf']).exactOptional(),
  quickbooks: z
    .strictObject({
      class: tag.exactOptional(),
      location: tag.exactOptional(),
      currency: z.boolean().exactOptional(),
      linesPerFile,
    })
    .exactOptional(),
  xero: z
    .strictObject({
      taxRate: name.exactOptional(),
      tracking: z
        .array(z.strictObject({ name, option: tag }))
        .max(2)
        .exactOptional(),
      linesPerFile,
    })
    .exactOptional(),
  netsuite: z
    .strictObject({
      subsidiary: name.exactOptional(),
      exchangeRates: z.record(z.string().regex(/^[A-Z]{3}$/), rate).exactOptional(),
      account: z.enum(['number', 'number-and-name', 'name']).exactOptional(),
      department: tag.exactOptional(),
      class: tag.exactOptional(),
      location: tag.exactOptional(),
      dates: z.enum(['MM/DD/YYYY', 'DD/MM/YYYY', 'YYYY-MM-DD']).exactOptional(),
      lineMemo: name.exactOptional(),
      linesPerFile,
    })
    .exactOptional(),
});

/** A setup out of plain data, of a JSON file for example. Throws `InvalidInput` with the first field that is wrong. */
export function readJournalSetup(input: unknown): JournalSetup {
  return read(schema, input);
}
