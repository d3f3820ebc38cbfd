// One line of the year's data file: something that happened between the company and a customer. It
// knows how the file is written and read, and not what any event does.

/** What happens, in the words of the file. */
export const EVENTS = [
  'opens',
  'buys',
  'gives',
  'uses',
  'reserves',
  'captures',
  'returns',
  'refunds',
  'cancels',
  'corrects',
  'disputes',
  'sells access',
  'changes access',
  'settles',
  'policy',
  'closes',
  'reopens',
] as const;

/** One of them. */
export type EventName = (typeof EVENTS)[number];

/** A line; empty text where a column has nothing to say. */
export interface BusinessEvent {
  /** Its number, which is also the idempotency key of the operation that it becomes. */
  readonly id: string;
  /** When the company's systems were told, RFC 3339. */
  readonly told: string;
  /** When it happened, where that was earlier. */
  readonly happened: string;
  readonly event: EventName;
  readonly customer: string;
  /** What it is about: a block, an access, a hold, a period, the event that is undone. */
  readonly name: string;
  readonly credits: string;
  readonly money: string;
  readonly currency: string;
  /** When what is sold or given ends. */
  readonly until: string;
  /** What few events say: `bonus=1000; paid=no`. */
  readonly more: string;
  readonly note: string;
}

const COLUMNS = [
  'id',
  'told',
  'happened',
  'event',
  'customer',
  'name',
  'credits',
  'money',
  'currency',
  'until',
  'more',
  'note',
] as const satisfies readonly (keyof BusinessEvent)[];

/** The file's text. */
export function writeEvents(events: readonly BusinessEvent[]): string {
  const lines = events.map((event) => COLUMNS.map((column) => cell(event[column])).join(','));
  return `${COLUMNS.join(',')}\n${lines.join('\n')}\n`;
}

function cell(text: string): string {
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** The file's lines. Throws for a header or an event that is none. */
export function readEvents(text: string): BusinessEvent[] {
  const [header, ...lines] = readCsv(text);
  if (header?.join(',') !== COLUMNS.join(',')) throw new Error(`the header is ${String(header)}`);
  return lines.map((cells) => {
    const [id = '', told = '', happened = '', name = '', customer = '', ...rest] = cells;
    const [about = '', credits = '', money = '', currency = '', until = '', more = '', note = ''] =
      rest;
    const event = EVENTS.find((one) => one === name);
    if (event === undefined) throw new Error(`${id}: "${name}" is no event`);
    return {
      ...{ id, told, happened, event, customer, name: about, credits },
      ...{ money, currency, until, more, note },
    };
  });
}

/** What `more` says: name → text. */
export function moreOf({ more }: BusinessEvent): ReadonlyMap<string, string> {
  const parts = more === '' ? [] : more.split('; ');
  return new Map(
    parts.map((part) => {
      const at = part.indexOf('=');
      return [part.slice(0, at), part.slice(at + 1)];
    }),
  );
}

/** Cells of a CSV text, line by line; quotes may hold commas, quotes and line ends. */
export function readCsv(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;
  while (cells.lastIndex < text.length) {
    const [, quoted, plain = '', end] = cells.exec(text) ?? [];
    if (end === undefined) throw new Error(`no CSV after ${rows.length} lines`);
    row.push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}
