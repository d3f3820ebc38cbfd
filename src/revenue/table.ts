// What a report looks like from outside: named columns and rows of text, so that a terminal, a CSV
// file and a program read the same. Amounts are decimal text in major units; nothing computes after here.

/** One column. */
export interface ReportColumn {
  /** Field of each row, and header of a CSV file: `rolledIn`. */
  readonly name: string;
  /** Header in a terminal: `Rolled in`. */
  readonly title: string;
  /** Money has its currency's places, units their unit's; dates are `2026-01-31`, shares `0.25`. */
  readonly holds: 'text' | 'money' | 'units' | 'date' | 'count' | 'share';
  /** Of money: whether rows of one period and currency add up, which a price doesn't. Default: true. */
  readonly adds?: boolean;
  /** Of text: whether a narrow terminal gets all of it, as of a reference that is to be copied. Default: false, it is shortened. */
  readonly isWhole?: boolean;
}

/** One row: a text for each column, null where it has none. */
export type ReportRow = Readonly<Record<string, string | null>>;
