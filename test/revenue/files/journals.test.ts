import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import {
  type FileNote,
  type JournalLine,
  type JournalSetup,
  netSuiteFiles,
  quickBooksFiles,
  xeroFiles,
} from '../../../src/revenue/index.ts';
import { filesOf, JANUARY, journal } from './lines.ts';
import { strictCsv } from './strict-csv.ts';

const SETUP: JournalSetup = {
  accounts: {
    accounts_receivable: { code: '1200', name: 'Accounts Receivable (A/R)' },
    'deferred.credits': { code: '2400', name: 'Deferred Revenue:Prepaid, credits' },
    'revenue.usage': { code: '4000', name: 'Sales:Usage' },
    rounding: { code: '7900', name: 'Rounding' },
  },
  customers: { acme: 'Acme "Rockets", Inc.' },
  quickbooks: {
    class: { from: 'contract', names: { annual: 'Contracts' }, otherwise: 'General' },
    location: { text: 'Berlin' },
    currency: true,
  },
  xero: {
    taxRate: 'No VAT',
    tracking: [
      { name: 'Region', option: { text: 'EMEA' } },
      { name: 'Contract', option: { from: 'contract' } },
    ],
  },
  netsuite: {
    subsidiary: 'Parent : Germany',
    exchangeRates: { USD: '0.92' },
    account: 'number-and-name',
    department: { text: 'Sales' },
    class: { from: 'cause' },
    dates: 'DD/MM/YYYY',
  },
};

const ADAPTERS = { quickbooks: quickBooksFiles, xero: xeroFiles, netsuite: netSuiteFiles };

const systems = Object.entries(ADAPTERS);

async function golden(name: string): Promise<string> {
  return readFile(new URL(`golden/${name}.csv`, import.meta.url), 'utf8');
}

async function exported(
  system: keyof typeof ADAPTERS,
  lines: readonly JournalLine[],
  setup: JournalSetup = {},
) {
  const notes: FileNote[] = [];
  const files = await filesOf(ADAPTERS[system](lines, setup, (note) => notes.push(note)));
  return { files, notes };
}

test.each(systems)('%s: a month of sales and usage, byte for byte', async (system, files) => {
  expect(await filesOf(files(JANUARY, SETUP))).toEqual([await golden(system)]);
});

test.each(systems)('%s: the defaults alone, byte for byte', async (system, files) => {
  expect(await filesOf(files(JANUARY))).toEqual([await golden(`${system}-defaults`)]);
});

test.each(systems)('%s: exporting twice gives the same bytes', async (_, files) => {
  expect(await filesOf(files(JANUARY, SETUP))).toEqual(await filesOf(files(JANUARY, SETUP)));
});

test.each(systems)('%s: a month without a posting is a header', async (_, files) => {
  const [text = '', ...more] = await filesOf(files([]));
  expect(more).toEqual([]);
  expect(strictCsv(text, '\n')).toHaveLength(1);
});

test.each(systems)('%s: lines end as they are told to', async (_, files) => {
  const [text = ''] = await filesOf(files(JANUARY, { lineEnd: 'crlf' }));
  expect(strictCsv(text, '\r\n')).toHaveLength(5);
});

test.each(systems)('%s: names that attack a spreadsheet are text on one line', async (_, files) => {
  const hostile = [
    `=cmd|'/c calc'!A1`,
    '+1+1',
    '-2+3',
    '@SUM(A1)',
    '\tx',
    '\rx',
    'two\nlines',
    'say "hi"',
    'null\0byte',
    '🚀, the rocket',
    'x'.repeat(300),
    'constructor',
    '__proto__',
  ];
  const lines = hostile.flatMap((customer, index) =>
    journal(
      [
        ['accounts_receivable', '1.00', null],
        ['revenue.usage', null, '1.00'],
      ],
      { customer, memo: customer, batch: index + 1 },
    ),
  );
  const [text = ''] = await filesOf(files(lines, { customers: { acme: 'Acme' } }));
  const records = strictCsv(text, '\n');
  expect(records).toHaveLength(1 + 2 * hostile.length);
  const fields = records.flat();
  expect(fields.filter((field) => /^[=+@\t\r]|[\r\n\0]/.test(field))).toEqual([]);
  expect(fields.filter((field) => /^-(?!\d+\.\d\d$)/.test(field))).toEqual([]);
  for (const safe of [
    `'=cmd|'/c calc'!A1`,
    'two lines',
    'say "hi"',
    '🚀, the rocket',
    'constructor',
  ]) {
    expect(fields).toContain(safe);
  }
});

test('in QuickBooks the other side is blank, and a receivable line names the customer', async () => {
  const { files } = await exported('quickbooks', JANUARY);
  expect(strictCsv(files[0] ?? '', '\n').slice(1, 3)).toEqual([
    [
      'main/2026-01/USD/1',
      '01/31/2026',
      'Accounts Receivable',
      '100.00',
      '',
      'Billed: annual',
      'acme',
    ],
    [
      'main/2026-01/USD/1',
      '01/31/2026',
      'Deferred Revenue:Credits',
      '',
      '100.00',
      'Billed: annual',
      'acme',
    ],
  ]);
});

test.each(['quickbooks', 'netsuite'] as const)(
  '%s: a receivable line that is summed over accounts is refused, unless somebody stands for all',
  async (system) => {
    const lines = journal([
      ['accounts_receivable', '5.00', null],
      ['deferred.credits', null, '5.00'],
    ]);
    await expect(exported(system, lines)).rejects.toMatchObject({
      code: 'invalid-input',
      expected: expect.stringContaining('ask for the journal by account'),
    });
    const { files } = await exported(system, lines, { otherCustomer: 'Sundry' });
    expect(files[0]?.match(/Sundry/g)).toHaveLength(1);
  },
);

test('in Xero debits are above zero and credits below, and a journal adds up to nothing', async () => {
  const { files } = await exported('xero', JANUARY);
  const amounts = strictCsv(files[0] ?? '', '\n').map((record) => record[5]);
  expect(amounts).toEqual(['*Amount', '100.00', '-100.00', '33.33', '-33.33']);
});

test('Xero gets 300 lines a file, and no journal lies in two of them', async () => {
  const pair = (batch: number) =>
    journal(
      [
        ['deferred.credits', '3.00', null],
        ['revenue.usage', null, '1.00'],
        ['revenue.breakage', null, '2.00'],
      ],
      { batch },
    );
  const lines = Array.from({ length: 201 }, (_, index) => pair(index + 1)).flat();
  const { files, notes } = await exported('xero', lines);
  expect(files.map((text) => strictCsv(text, '\n').length - 1)).toEqual([300, 300, 3]);
  expect(notes).toEqual([]);

  const odd = await exported('xero', lines, { xero: { linesPerFile: 200 } });
  expect(odd.files.map((text) => strictCsv(text, '\n').length - 1)).toEqual([198, 198, 198, 9]);
});

test('a journal of more lines than a file may have is told of and stays whole', async () => {
  const { files, notes } = await exported('xero', JANUARY, { xero: { linesPerFile: 2 } });
  expect(files).toHaveLength(1);
  expect(notes).toEqual([
    expect.objectContaining({ about: 'long-journal', externalId: 'main/2026-01/USD/1' }),
  ]);
});

test('a second currency needs a column, and Xero has none for it', async () => {
  const both = [
    ...JANUARY,
    ...journal(
      [
        ['cash', '5', null],
        ['deferred.credits', null, '5'],
      ],
      { currency: 'JPY' },
    ),
  ];
  const refused = { code: 'invalid-input', field: 'currency', found: 'USD and JPY' };
  await expect(exported('xero', both)).rejects.toMatchObject(refused);
  await expect(exported('quickbooks', both)).rejects.toMatchObject(refused);
  const { files } = await exported('quickbooks', both, { quickbooks: { currency: true } });
  expect(
    strictCsv(files[0] ?? '', '\n')
      .at(-1)
      ?.at(-1),
  ).toBe('JPY');
});

test('QuickBooks would cut a long journal number, and says so before', async () => {
  const lines = JANUARY.map((line) => ({ ...line, externalId: 'a-long-book/2026-01/USD/1' }));
  expect((await exported('quickbooks', lines)).notes).toEqual([
    expect.objectContaining({ about: 'long-number', externalId: 'a-long-book/2026-01/USD/1' }),
  ]);
});

test('dinars have three decimals and NetSuite two: a line of rounding keeps the journal balanced', async () => {
  const lines = journal(
    [
      ['deferred.credits', '1.014', null],
      ['revenue.usage', null, '0.507'],
      ['revenue.breakage', null, '0.507'],
    ],
    { currency: 'KWD' },
  );
  const { files, notes } = await exported('netsuite', lines);
  const sides = strictCsv(files[0] ?? '', '\n').map((record) => record.slice(6, 9));
  expect(sides).toEqual([
    ['Account', 'Debit', 'Credit'],
    ['2400', '1.01', ''],
    ['4000', '', '0.51'],
    ['4030', '', '0.51'],
    ['7900', '0.01', ''],
  ]);
  expect(notes).toEqual([
    {
      about: 'rounding',
      externalId: 'main/2026-01/KWD/1',
      message:
        'KWD has more than two decimals: a line of 0.01 on 7900 Rounding (debit) keeps it balanced',
    },
  ]);
  expect((await exported('quickbooks', lines)).files[0]).toContain('1.014');
});

test('fils that two decimals lose are no zero lines; where nothing is left, the journal is left out', async () => {
  const dinars = { currency: 'KWD' };
  const some = journal(
    [
      ['deferred.credits', '5.004', null],
      ['revenue.usage', null, '5.000'],
      ['revenue.breakage', null, '0.004'],
    ],
    dinars,
  );
  const none = journal(
    [
      ['deferred.credits', '0.004', null],
      ['revenue.usage', null, '0.004'],
    ],
    dinars,
  );
  const kept = await exported('netsuite', some);
  expect(
    strictCsv(kept.files[0] ?? '', '\n')
      .slice(1)
      .map((record) => record.slice(6, 9)),
  ).toEqual([
    ['2400', '5.00', ''],
    ['4000', '', '5.00'],
  ]);
  const lost = await exported('netsuite', none);
  expect(strictCsv(lost.files[0] ?? '', '\n')).toHaveLength(1);
  expect(lost.notes).toEqual([expect.objectContaining({ about: 'left-out' })]);
});

test('NetSuite takes ten digits before the point', async () => {
  const of = (amount: string) =>
    exported(
      'netsuite',
      journal([
        ['deferred.credits', amount, null],
        ['revenue.usage', null, amount],
      ]),
    );
  expect((await of('9999999999.99')).files[0]).toContain('9999999999.99');
  await expect(of('10000000000.00')).rejects.toMatchObject({ code: 'invalid-input' });
});

test.each([
  [
    'that does not balance',
    journal([
      ['deferred.credits', '1.00', null],
      ['revenue.usage', null, '0.99'],
    ]),
  ],
  ['with a line of both sides', journal([['deferred.credits', '1.00', '1.00']])],
  ['with a line of no side', journal([['deferred.credits', null, null]])],
  [
    'that is cut in two by another',
    [
      ...JANUARY,
      ...journal(
        [
          ['cash', '1.00', null],
          ['deferred.credits', null, '1.00'],
        ],
        { batch: 2 },
      ),
      ...JANUARY,
    ],
  ],
])('a journal %s goes nowhere', async (_, lines) => {
  for (const [, files] of systems) {
    await expect(filesOf(files(lines))).rejects.toThrow('main/2026-01/USD/1');
  }
});
