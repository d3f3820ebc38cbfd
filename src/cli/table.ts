// A report in a terminal: exact text, numbers at the right, names shortened before anything else; what
// is too wide for a line stands row by row. Rows pass by: only the first ones are waited for.

import { formatMoney, parseMoney } from '../quantity/money.ts';
import type { ReportColumn, ReportRow } from '../revenue/index.ts';
import type { Terminal } from './output.ts';
import { padded, printable, shortened, widthOf } from './printable.ts';

/** Rows that say how wide columns are. */
const LOOKED_AT = 1_000;
const GAP = '  ';
const SHORTEST_NAME = 12;

/** A column as it stands. */
interface Shown {
  readonly column: ReportColumn;
  width: number;
}

/** The lines of a table, with sums of what adds up. Without a terminal lines are as long as they are. */
export async function* tableLines(
  columns: readonly ReportColumn[],
  rows: AsyncIterable<ReportRow>,
  terminal: Terminal | undefined,
): AsyncGenerator<string> {
  const totals = new Totals(columns);
  const bold = (text: string) => (terminal?.isStyled === true ? `\x1b[1m${text}\x1b[22m` : text);
  let waiting: ReportRow[] | null = [];
  let layout: Layout | null = null;
  let hidden: readonly string[] = [];
  for await (const row of rows) {
    totals.add(row);
    if (layout !== null) {
      yield* layout.row(row);
      continue;
    }
    waiting?.push(row);
    if ((waiting?.length ?? 0) < LOOKED_AT) continue;
    layout = layoutOf(columns, waiting ?? [], terminal);
    yield* begun(layout, waiting ?? [], bold);
    waiting = null;
  }
  if (waiting?.length === 0) {
    yield 'no rows';
    return;
  }
  const sums = totals.rows();
  if (layout === null) {
    const all = waiting ?? [];
    const told = columns.filter(({ name }) => all.some((row) => (row[name] ?? null) !== null));
    const some = told.filter((column) => !all.every((row) => isNothing(row, column)));
    const shows = [...all, ...sums];
    const isTooWide = terminal !== undefined && widthOfAll(told, all) > terminal.width;
    let left = isTooWide && some.length > 0 ? some : told;
    if (isTooWide && !fits(left, shows, terminal)) {
      // What is the same in every row can be said once, where that saves the table.
      const varied = left.filter((column) => !isSame(all, column) || column.name === totals.label);
      if (varied.length < left.length && fits(varied, shows, terminal)) {
        const same = left.filter((column) => !varied.includes(column));
        const texts = same.map((column) => `${column.title} ${textOf(all[0] ?? {}, column)}`);
        yield `throughout: ${texts.join(', ')}`;
        yield '';
        left = varied;
      }
    }
    layout = layoutOf(left, shows, terminal);
    yield* begun(layout, all, bold);
    hidden = told.filter((column) => isTooWide && !some.includes(column)).map(({ title }) => title);
  }
  if (sums.length > 0) yield* layout.rule();
  for (const sum of sums) for (const line of layout.row(sum)) yield bold(line);
  if (hidden.length > 0) yield `0 throughout: ${hidden.join(', ')}`;
}

/** Money that isn't there: too narrow a terminal has no room for it. */
function isNothing(row: ReportRow, { name, holds }: ReportColumn): boolean {
  return holds === 'money' && /^[0.]*$/.test(row[name] ?? '');
}

/** Text that every row has. A row alone keeps what it is called by. */
function isSame(rows: readonly ReportRow[], { name, holds }: ReportColumn): boolean {
  const [first] = rows;
  return rows.length > 1 && holds === 'text' && rows.every((row) => row[name] === first?.[name]);
}

function fits(
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
  { width }: Terminal,
): boolean {
  return shrunk(shownOf(columns, rows), width);
}

function widthOfAll(columns: readonly ReportColumn[], rows: readonly ReportRow[]): number {
  return lineWidth(shownOf(columns, rows));
}

function shownOf(columns: readonly ReportColumn[], rows: readonly ReportRow[]): Shown[] {
  return columns.map((column) => {
    const widths = rows.map((row) => widthOf(textOf(row, column)));
    return { column, width: Math.max(widthOf(column.title), ...widths) };
  });
}

function lineWidth(shown: readonly Shown[]): number {
  return shown.reduce((sum, { width }) => sum + width + GAP.length, -GAP.length);
}

function* begun(
  layout: Layout,
  rows: readonly ReportRow[],
  bold: (text: string) => string,
): Generator<string> {
  for (const line of layout.header()) yield bold(line);
  yield* layout.rule();
  for (const row of rows) yield* layout.row(row);
}

/** How rows stand. */
interface Layout {
  readonly header: () => Iterable<string>;
  readonly rule: () => Iterable<string>;
  readonly row: (row: ReportRow) => Iterable<string>;
}

function layoutOf(
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
  terminal: Terminal | undefined,
): Layout {
  const shown = shownOf(columns, rows);
  const limit = terminal?.width ?? Number.POSITIVE_INFINITY;
  if (!shrunk(shown, limit)) return blocks(columns, rows, limit);
  return lines(shown, limit !== Number.POSITIVE_INFINITY);
}

/** Shortens names, the longest first, until a line fits; false: it can't. */
function shrunk(shown: readonly Shown[], limit: number): boolean {
  let over = lineWidth(shown) - limit;
  const names = shown.filter(({ column }) => column.holds === 'text');
  const spare = names.reduce((sum, name) => sum + Math.max(0, name.width - least(name)), 0);
  if (over > spare) return false;
  while (over > 0) {
    const longest = names
      .filter((name) => name.width > least(name))
      .reduce((a, b) => (b.width > a.width ? b : a));
    longest.width -= 1;
    over -= 1;
  }
  return true;
}

function least({ column, width }: Shown): number {
  if (column.isWhole === true) return width;
  return Math.max(SHORTEST_NAME, widthOf(column.title));
}

function lines(shown: readonly Shown[], isLimited: boolean): Layout {
  const line = (text: (column: ReportColumn) => string) =>
    shown
      .map(({ column, width }) => {
        // A figure is never cut, however long it is: half of one is another one.
        const isCut = isLimited && column.holds === 'text';
        const whole = text(column);
        return padded(isCut ? shortened(whole, width) : whole, width, sideOf(column));
      })
      .join(GAP)
      .trimEnd();
  const width = lineWidth(shown);
  return {
    header: () => [line(({ title }) => title)],
    rule: () => ['─'.repeat(Math.max(1, width))],
    row: (row) => [line((column) => textOf(row, column))],
  };
}

/** Each row as lines of its own, a column a line. */
function blocks(
  columns: readonly ReportColumn[],
  rows: readonly ReportRow[],
  limit: number,
): Layout {
  const titles = Math.max(...columns.map(({ title }) => widthOf(title)));
  const values = Math.max(SHORTEST_NAME, limit - titles - GAP.length);
  const numbers = columns.filter(({ holds }) => holds !== 'text');
  const figures = rows
    .flatMap((row) => numbers.map((column) => widthOf(textOf(row, column))))
    .reduce((most, width) => Math.max(most, width), 0);
  return {
    header: () => [],
    rule: () => ['─'.repeat(titles + GAP.length + figures)],
    row: (row) => [
      ...columns.flatMap((column) => {
        const text = textOf(row, column);
        if (text === '') return [];
        const isName = column.holds === 'text';
        const isCut = isName && column.isWhole !== true;
        const figure = isName ? text : padded(text, figures, 'right');
        const value = isCut ? shortened(text, values) : figure;
        return [padded(column.title, titles, 'left') + GAP + value];
      }),
      '',
    ],
  };
}

function textOf(row: ReportRow, { name }: ReportColumn): string {
  return printable(row[name] ?? '');
}

function sideOf({ holds }: ReportColumn): 'left' | 'right' {
  return holds === 'text' || holds === 'date' ? 'left' : 'right';
}

/** Sums of money by period and currency. */
class Totals {
  readonly #columns: readonly ReportColumn[];
  readonly #label: string | undefined;
  readonly #groups = new Map<string, { rows: number; row: ReportRow; sums: Map<string, bigint> }>();

  constructor(columns: readonly ReportColumn[]) {
    this.#columns = columns.filter(({ holds, adds = true }) => holds === 'money' && adds);
    const names = columns.filter(({ holds }) => holds === 'text').map(({ name }) => name);
    this.#label = names.find((name) => name !== 'period' && name !== 'currency');
  }

  /** The column that says 'Total'. */
  get label(): string | undefined {
    return this.#label;
  }

  add(row: ReportRow): void {
    const currency = row['currency'] ?? null;
    if (currency === null || this.#columns.length === 0) return;
    const key = `${row['period'] ?? ''} ${currency}`;
    let group = this.#groups.get(key);
    if (group === undefined) {
      group = { rows: 0, row, sums: new Map() };
      this.#groups.set(key, group);
    }
    group.rows += 1;
    for (const { name } of this.#columns) {
      const text = row[name] ?? null;
      if (text === null) continue;
      group.sums.set(name, (group.sums.get(name) ?? 0n) + parseMoney(text, currency, name));
    }
  }

  /** None where each row stands alone. */
  rows(): ReportRow[] {
    const label = this.#label;
    if (label === undefined) return [];
    const groups = [...this.#groups.values()];
    if (groups.every(({ rows }) => rows === 1)) return [];
    return groups.map(({ row, sums }) => {
      const currency = row['currency'] ?? '';
      const amounts = [...sums].map(([name, sum]) => [name, formatMoney(sum, currency)]);
      return {
        ...{ period: row['period'] ?? null, currency, [label]: 'Total' },
        ...Object.fromEntries(amounts),
      };
    });
  }
}
