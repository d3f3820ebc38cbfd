// What a general ledger must be told beside the figures: its own accounts, names and tags. Data that
// a person keeps in a file; how it is read is for whoever reads it.

import type { Chart, ChartKey } from '../chart.ts';
import type { JournalLine } from '../journal-line.ts';
import type { LineEnd } from './csv.ts';

/** A tag of a line: the same on all, or by what one column of the journal holds. */
export type Tag =
  | { readonly text: string }
  | {
      readonly from: TagSource;
      /** What is found there → how the other system calls it. Default: as it is found. */
      readonly names?: Readonly<Record<string, string>>;
      /** Where nothing is found. Default: none. */
      readonly otherwise?: string;
    };

/** Columns of the journal that tags can be made of. */
export type TagSource = 'customer' | 'contract' | 'product' | 'cause' | 'originPeriod' | 'period';

/** QuickBooks Online, Settings → Import data → Journal entries. */
export interface QuickBooksSetup {
  /** Column `Class`. Default: no such column. */
  readonly class?: Tag;
  /** Column `Location`. Default: no such column. */
  readonly location?: Tag;
  /** Column `Currency`, for companies that keep several. Default: no such column. */
  readonly currency?: boolean;
  /** Default: all in one file. */
  readonly linesPerFile?: number;
}

/** Xero, Accounting → Manual journals → Import. */
export interface XeroSetup {
  /** Name of the rate that means no tax. Default: `Tax Exempt`. */
  readonly taxRate?: string;
  /** At most two. Default: none. */
  readonly tracking?: readonly { readonly name: string; readonly option: Tag }[];
  /** Default: 300. */
  readonly linesPerFile?: number;
}

/** NetSuite, Setup → Import/Export → Import CSV Records → Journal Entry. */
export interface NetSuiteSetup {
  /** Default: blank, for companies with one. */
  readonly subsidiary?: string;
  /** Currency → rate to the subsidiary's own, decimal text. Default: blank, NetSuite takes its own. */
  readonly exchangeRates?: Readonly<Record<string, string>>;
  /** How accounts are named: `number-and-name` where numbers are turned on. Default: `number`. */
  readonly account?: 'number' | 'number-and-name' | 'name';
  readonly department?: Tag;
  readonly class?: Tag;
  readonly location?: Tag;
  /** The form of dates in the importing user's preferences. Default: `MM/DD/YYYY`. */
  readonly dates?: 'MM/DD/YYYY' | 'DD/MM/YYYY' | 'YYYY-MM-DD';
  /** Header of the line's memo. Default: `Memo`, as the header's. */
  readonly lineMemo?: string;
  /** Default: all in one file. */
  readonly linesPerFile?: number;
}

/** All that a journal's file needs beside its lines; every part has a default (`docs/revenue.md §11`). */
export interface JournalSetup {
  /** Codes and names of accounts. Default: `DEFAULT_CHART`. */
  readonly accounts?: Partial<Chart>;
  /** Account of the ledger → name of the customer there. Default: the account's own name. */
  readonly customers?: Readonly<Record<string, string>>;
  /** Customer of receivable lines that are summed over accounts. Default: such lines are refused. */
  readonly otherCustomer?: string;
  /** Account of the ledger → who sold to it; of commission. Default: nobody is named. */
  readonly sellers?: Readonly<Record<string, string>>;
  /** Accounts whose lines need a customer. Default: `accounts_receivable`. */
  readonly receivables?: readonly ChartKey[];
  /** Default: `lf`. */
  readonly lineEnd?: LineEnd;
  readonly quickbooks?: QuickBooksSetup;
  readonly xero?: XeroSetup;
  readonly netsuite?: NetSuiteSetup;
}

/** What a tag says of a line; empty: nothing. */
export function tagOf(tag: Tag | undefined, line: JournalLine): string {
  if (tag === undefined) return '';
  if ('text' in tag) return tag.text;
  const found = line[tag.from];
  return found === null ? (tag.otherwise ?? '') : (saidOf(tag.names, found) ?? found);
}

/** What is said of a name, whatever the name is. */
export function saidOf(
  said: Readonly<Record<string, string>> | undefined,
  name: string,
): string | undefined {
  return said !== undefined && Object.hasOwn(said, name) ? said[name] : undefined;
}
