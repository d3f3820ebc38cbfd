// The year on one page that opens by itself: charts, each with the exact figures that it shows. It
// adds nothing up but what it says is a sum, and never over currencies.

import type { Close, ReportRow } from 'tallystick/revenue';
import { negated, total } from './amounts.ts';
import { bridge, escaped, type Series, stacked } from './charts.ts';
import { STYLE } from './style.ts';
import type { Sheets } from './year-files.ts';

/** The page's HTML. */
export function page(sheets: Sheets, closes: readonly Close[]): string {
  const currencies = [...new Set(rowsOf(sheets, '1-deferred').map((row) => row['currency'] ?? ''))];
  const order = ['USD', ...currencies.filter((currency) => currency !== 'USD')];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Credits in 2026: revenue and what is deferred</title>
<style>${STYLE}</style>
</head>
<body>
<header>
<h1>Credits in 2026</h1>
<p>Revenue and deferred revenue of book <b>main</b>, months in UTC, as closed. Each currency is shown by itself.</p>
<nav aria-label="Currencies">${order.map((one) => `<a href="#${one}">${one}</a>`).join(' ')} <a href="#closes">Closes</a></nav>
</header>
<main>
${order.map((currency) => section(sheets, currency)).join('\n')}
${closesOf(closes)}
</main>
</body>
</html>
`;
}

function section(sheets: Sheets, currency: string): string {
  const of = (sheet: string): readonly ReportRow[] =>
    rowsOf(sheets, sheet).filter((row) => row['currency'] === currency);
  return `<section id="${currency}">
<h2>${currency}</h2>
${key(of('1-deferred'), of('2-revenue'), currency)}
${revenue(of('2-revenue'), currency)}
${deferred(of('1-deferred'), currency)}
${ageing(of('7-ageing'), currency)}
${unbilled(of('8-unbilled'), currency)}
${waterfall(of('4-waterfall'), currency)}
</section>`;
}

function key(
  rollForward: readonly ReportRow[],
  earned: readonly ReportRow[],
  currency: string,
): string {
  const tiles = [
    ['Billed', total(column(rollForward, 'billed'))],
    ['Recognised', total(column(earned, 'recognised'))],
    ['Deferred at the end', rollForward.at(-1)?.['closing'] ?? '0'],
  ];
  const tile = ([name, amount]: readonly string[]): string =>
    `<div><dt>${name}</dt><dd><data value="${amount}">${grouped(amount ?? '')}</data> ${currency}</dd></div>`;
  return `<dl class="tiles">${tiles.map(tile).join('')}</dl>`;
}

const CAUSES: readonly (readonly [column: string, name: string, reduces?: true])[] = [
  ['usage', 'Usage'],
  ['ratable', 'Over time'],
  ['breakage', 'Breakage'],
  ['overage', 'Overage'],
  ['promotional', 'Promotional', true],
  ['goodwill', 'Goodwill', true],
  ['refunds', 'Refunds', true],
];

function revenue(rows: readonly ReportRow[], currency: string): string {
  const series = CAUSES.map(([name, title, reduces]): Series => {
    const values = column(rows, name).map(Number);
    return { name: title, values: reduces ? values.map((value) => -value || 0) : values };
  });
  const chart = stacked(months(rows), series, {
    id: `${currency}-revenue`,
    title: `Revenue by month in ${currency}, stacked by cause`,
    says: `${total(column(rows, 'recognised'))} ${currency} in the year. What reduces revenue hangs under the line.`,
  });
  // Usage is so much more than all the rest that the rest is drawn once more by itself.
  const rest = stacked(months(rows), series.slice(1), {
    id: `${currency}-rest`,
    title: `Revenue by month in ${currency}, other than usage`,
    says: CAUSES.slice(1)
      .map(([name, title]) => `${title} ${total(column(rows, name))}`)
      .join(', '),
  });
  const columns = ['period', ...CAUSES.map(([name]) => name), 'recognised'];
  const figures = table('2-revenue', currency, columns, rows, true);
  return titled('Revenue by month', `${chart}<h4>Other than usage</h4>${rest}`, figures);
}

const MOVES: readonly (readonly [column: string, name: string, sign: 1 | -1])[] = [
  ['billed', 'Billed', 1],
  ['goodwill', 'Goodwill', 1],
  ['modification', 'Changed', 1],
  ['usage', 'Used', -1],
  ['settled', 'Settled', -1],
  ['ratable', 'Over time', -1],
  ['breakage', 'Breakage', -1],
  ['refunded', 'Refunded', -1],
  ['voided', 'Voided', -1],
  ['netted', 'Netted', 1],
  ['promotional', 'Gross promo', 1],
];

function deferred(rows: readonly ReportRow[], currency: string): string {
  const moves = MOVES.map(([name, title, sign]) => {
    const amount = total(column(rows, name));
    return { name: title, amount: sign === 1 ? amount : negated(amount) };
  }).filter(({ amount }) => /[1-9]/.test(amount));
  const [opening, closing] = [rows[0]?.['opening'] ?? '0', rows.at(-1)?.['closing'] ?? '0'];
  const steps = [
    { name: 'Opening', value: Number(opening), stands: true },
    ...moves.map(({ name, amount }) => ({ name, value: Number(amount) })),
    { name: 'Closing', value: Number(closing), stands: true },
  ];
  const chart = bridge(steps, {
    id: `${currency}-deferred`,
    title: `Deferred revenue in ${currency}, from ${opening} to ${closing}`,
    says: moves.map(({ name, amount }) => `${name} ${amount}`).join(', '),
  });
  const columns = ['period', 'opening', ...MOVES.map(([name]) => name), 'rolledIn', 'rolledOut'];
  const shown = [...columns, 'closing', 'term', 'late', 'check'];
  return titled('Deferred revenue', chart, table('1-deferred', currency, shown, rows));
}

const BANDS = ['overdue', '0-30', '31-90', '91-180', '181-365', 'over 365', 'never', 'held'];

function ageing(rows: readonly ReportRow[], currency: string): string {
  const found = [...new Set(column(rows, 'band'))];
  const bands = [...BANDS.filter((band) => found.includes(band))];
  bands.push(...found.filter((band) => !bands.includes(band)));
  const inBand = (band: string) => rows.filter((row) => row['band'] === band);
  const values = bands.map((band) => Number(total(column(inBand(band), 'money'))));
  const chart = stacked(bands, [{ name: 'Deferred', values }], {
    id: `${currency}-ageing`,
    title: `Deferred revenue in ${currency} at the end of 2026, by days until its credits end`,
    says: bands.map((band, at) => `${band}: ${values[at]}`).join(', '),
  });
  const columns = ['band', 'age', 'units', 'money', 'current', 'nonCurrent'];
  return titled('Ageing by expiry', chart, table('7-ageing', currency, columns, rows, true));
}

function unbilled(rows: readonly ReportRow[], currency: string): string {
  if (rows.length === 0) return '';
  const values = column(rows, 'closing').map(Number);
  const chart = stacked(months(rows), [{ name: 'Unbilled', values }], {
    id: `${currency}-unbilled`,
    title: `Earned and not invoiced in ${currency}, at each month's end`,
    says: months(rows)
      .map((month, at) => `${month}: ${values[at]}`)
      .join(', '),
  });
  const columns = ['period', 'opening', 'earned', 'netted', 'invoiced', 'settled', 'writtenOff'];
  const shown = [...columns, 'closing', 'oldest'];
  return titled('Earned and not invoiced', chart, table('8-unbilled', currency, shown, rows));
}

function waterfall(rows: readonly ReportRow[], currency: string): string {
  const columns = Object.keys(rows[0] ?? {}).filter((name) => name !== 'currency');
  return titled(
    'Waterfall: when each month’s sales were earned',
    '',
    table('4-waterfall', currency, columns, rows, true).replace('<details>', '<details open>'),
  );
}

function titled(title: string, chart: string, below: string): string {
  return `<article><h3>${title}</h3>${chart}${below}</article>`;
}

const SUMMED =
  /^(usage|ratable|breakage|overage|promotional|goodwill|refunds|recognised|money|current|nonCurrent|booked|transferred|returned|before|remaining|\d{4}-\d{2})$/;

/** The figures of a chart as the sheet has them, with a sum where that means something. */
function table(
  sheet: string,
  currency: string,
  columns: readonly string[],
  rows: readonly ReportRow[],
  isSummed = false,
): string {
  const head = columns.map((name) => `<th scope="col">${escaped(name)}</th>`).join('');
  const cells = (row: ReportRow): string =>
    columns
      .map((name, at) => {
        const text = escaped(row[name] ?? '');
        return at === 0 ? `<th scope="row">${text}</th>` : `<td>${text}</td>`;
      })
      .join('');
  const body = rows.map((row) => `<tr>${cells(row)}</tr>`).join('\n');
  const sums = columns.map((name, at) => {
    if (at === 0) return '<th scope="row">Total</th>';
    return `<td>${SUMMED.test(name) ? total(column(rows, name)) : ''}</td>`;
  });
  const foot = isSummed ? `<tfoot><tr>${sums.join('')}</tr></tfoot>` : '';
  return `<details><summary>Figures in ${currency} (${sheet}.csv)</summary><div class="scroll" tabindex="0" role="region" aria-label="${sheet} ${currency}"><table data-sheet="${sheet}" data-currency="${currency}"><thead><tr>${head}</tr></thead><tbody>
${body}
</tbody>${foot}</table></div></details>`;
}

function closesOf(closes: readonly Close[]): string {
  const rows = closes.map(({ period, closedBy, closedAt, hash, inForce }) => {
    const at = new Date(closedAt).toISOString().slice(0, 16).replace('T', ' ');
    const state = inForce ? 'closed' : 'opened again';
    return `<tr><th scope="row">${period}</th><td>${at}</td><td>${escaped(closedBy)}</td><td>${state}</td><td><code>${hash.slice(0, 16)}</code></td></tr>`;
  });
  const head = ['Period', 'Closed', 'By', 'State', 'Hash'].map(
    (name) => `<th scope="col">${name}</th>`,
  );
  return `<section id="closes"><h2>Closes</h2><div class="scroll"><table><thead><tr>${head.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div></section>`;
}

function rowsOf(sheets: Sheets, sheet: string): readonly ReportRow[] {
  return sheets.get(sheet) ?? [];
}

function column(rows: readonly ReportRow[], name: string): string[] {
  return rows.map((row) => row[name] ?? '0');
}

function months(rows: readonly ReportRow[]): string[] {
  const names = [
    'Jan',
    'Feb',
    'Mar',
    'Apr',
    'May',
    'Jun',
    'Jul',
    'Aug',
    'Sep',
    'Oct',
    'Nov',
    'Dec',
  ];
  return column(rows, 'period').map((period) => names[Number(period.slice(5)) - 1] ?? period);
}

/** An amount with commas, to read. */
function grouped(amount: string): string {
  return amount.replace(/\B(?=(\d{3})+(?!\d))(?<!\.\d*)/g, ',');
}
