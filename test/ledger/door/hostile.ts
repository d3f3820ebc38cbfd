// Values that no door may let through, by what they pretend to be.

import { Decimal } from '../../../src/index.ts';

type Named = readonly [name: string, value: unknown];

/** An object that claims to be what it isn't. */
const pretender = { toString: () => '1', valueOf: () => 1, [Symbol.toPrimitive]: () => 1 };

const things: readonly Named[] = [
  ['null', null],
  ['true', true],
  ['a list', []],
  ['a list of one', ['1']],
  ['an object', {}],
  ['an object that converts', pretender],
  ['a boxed number', new Number(1)],
  ['a boxed text', new String('1')],
  ['a function', () => '1'],
  ['a symbol', Symbol('1')],
  ['a map', new Map()],
];

/** No id of anything. */
export const noIds: readonly Named[] = [
  ...things,
  ['a number', 1],
  ['a bigint', 1n],
  ['nothing between quotes', ''],
  ['NUL', 'a\0b'],
  ['half of a surrogate pair', 'a\ud800b'],
  ['the other half', '\udc00'],
  ['256 bytes', 'x'.repeat(256)],
  ['256 bytes in 128 characters', 'é'.repeat(128)],
  ['a million characters', 'x'.repeat(1_000_000)],
];

/** No amount at any scale. */
export const noAmounts: readonly Named[] = [
  ...things,
  ['empty text', ''],
  ['a blank', ' '],
  ['blanks around', ' 1 '],
  ['a line break behind', '1\n'],
  ['a word', 'ten'],
  ['an exponent', '1e3'],
  ['an exponent in capitals', '1E3'],
  ['1e400 as text', '1e400'],
  ['1e400', Number('1e400')],
  ['minus 1e400', -Number('1e400')],
  ['NaN', Number.NaN],
  ['NaN as text', 'NaN'],
  ['Infinity as text', 'Infinity'],
  ['negative zero', -0],
  ['negative zero as text', '-0'],
  ['negative zero with places', '-0.00'],
  ['a plus sign', '+1'],
  ['two signs', '--1'],
  ['zeros in front', '01'],
  ['no digit before the point', '.5'],
  ['no digit behind the point', '5.'],
  ['two points', '1.2.3'],
  ['a comma', '1,5'],
  ['an underscore', '1_000'],
  ['hexadecimal', '0x10'],
  ['digits of another script', '١٢'],
  ['full-width digits', '１２'],
  ['NUL behind', '1\0'],
  ['a fraction of a number', 0.5],
  ['an unsafe number', 2 ** 53],
  ['39 digits', '1'.repeat(39)],
  ['39 digits around a point', `${'1'.repeat(20)}.${'1'.repeat(19)}`],
  ['39 digits of a bigint', 10n ** 38n],
  ['a million digits', '1'.repeat(1_000_000)],
  ['a Decimal that is NaN', new Decimal(Number.NaN)],
  ['a Decimal without end', new Decimal(Number.POSITIVE_INFINITY)],
  ['a Decimal that is negative zero', new Decimal('-0')],
  ['a Decimal of a million digits', new Decimal('1e1000000')],
  ['a Decimal past all places', new Decimal('1e-1000000')],
];

/** No instant. */
export const noInstants: readonly Named[] = [
  ...things,
  ['empty text', ''],
  ['a word', 'yesterday'],
  ['a bigint', 1n],
  ['no offset', '2026-01-01T00:00:00'],
  ['a date alone', '2026-01-01'],
  ['a blank for the T', '2026-01-01 00:00:00Z'],
  ['no seconds', '2026-01-01T00:00Z'],
  ['30 February', '2026-02-30T00:00:00Z'],
  ['29 February of a common year', '2027-02-29T00:00:00Z'],
  ['month 13', '2026-13-01T00:00:00Z'],
  ['month 0', '2026-00-01T00:00:00Z'],
  ['day 0', '2026-01-00T00:00:00Z'],
  ['31 April', '2026-04-31T00:00:00Z'],
  ['24 o’clock', '2026-01-01T24:00:00Z'],
  ['minute 60', '2026-01-01T00:60:00Z'],
  ['a leap second', '2016-12-31T23:59:60Z'],
  ['an offset of 24 hours', '2026-01-01T00:00:00+24:00'],
  ['microseconds', '2026-01-01T00:00:00.000001Z'],
  ['before 1970', '1969-12-31T23:59:59.999Z'],
  ['year 10000', '+010000-01-01T00:00:00Z'],
  ['NaN', Number.NaN],
  ['1e400', Number('1e400')],
  ['half a millisecond', 0.5],
  ['a negative number', -1],
  ['past the year 9999', 253_402_300_800_000],
  ['an invalid Date', new Date(Number.NaN)],
  ['a line break behind', '2026-01-01T00:00:00Z\n'],
];

/** No duration. */
export const noDurations: readonly Named[] = [
  ...things,
  ['a number', 5],
  ['empty text', ''],
  ['no length', 'P'],
  ['a time of no length', 'P1DT'],
  ['nothing', 'P0D'],
  ['a sign', '-P1D'],
  ['a fraction', 'P1.5D'],
  ['a fraction with a comma', 'PT0,5S'],
  ['small letters', 'p1d'],
  ['words', '5 minutes'],
  ['out of order', 'P1D1M'],
  ['hours without T', 'P5H'],
  ['10,000 years', 'P10000Y'],
  ['a thousand digits', `P${'9'.repeat(1_000)}D`],
];

/** No JSON that may stand beside an operation. */
export const noMetadata: readonly Named[] = [
  ['null', null],
  ['text', 'note'],
  ['a list', []],
  ['a map', new Map()],
  ['a Date', new Date(0)],
  ['an instance', new (class Note {})()],
  ['undefined in a list', { a: [undefined] }],
  ['NaN inside', { a: Number.NaN }],
  ['1e400 inside', { a: Number('1e400') }],
  ['a bigint inside', { a: 1n }],
  ['a function inside', { a: () => 1 }],
  ['a symbol inside', { a: Symbol('a') }],
  ['a Date inside', { a: new Date(0) }],
  ['a Decimal inside', { a: new Decimal(1) }],
  ['NUL inside', { a: 'x\0' }],
  ['half of a surrogate pair inside', { a: '\ud800' }],
  ['NUL in a name', { 'a\0': 1 }],
  ['half of a surrogate pair in a name', { '\udfff': 1 }],
  ['17 deep', deep(17)],
  ['10,000 deep', deep(10_000)],
  ['a circle', circle()],
  ['many circles', circles()],
  ['more than 16 KiB', { a: 'x'.repeat(16_384) }],
  ['more than 16 KiB in UTF-8', { a: '€'.repeat(6_000) }],
];

/** No input at all. */
export const noInputs: readonly Named[] = [
  ['nothing', undefined],
  ['null', null],
  ['true', true],
  ['a list', []],
  ['a function', () => ({ account: 'acme' })],
  ['a symbol', Symbol('1')],
  ['text', 'acme'],
  ['a number', 5],
];

/** Objects that name no account. */
export const noFields: readonly Named[] = [
  ['an empty one', {}],
  ['one without a prototype', Object.create(null)],
  ['a map', new Map([['account', 'acme']])],
  ['a Date', new Date(0)],
  ['a boxed text', new String('acme')],
];

/** No yes or no. */
export const noBooleans: readonly Named[] = [
  ['null', null],
  ['text', 'true'],
  ['1', 1],
  ['0', 0],
  ['a list', []],
  ['a boxed false', new Boolean(false)],
];

/** No whole number. */
export const noIntegers: readonly Named[] = [
  ...things,
  ['text', '1'],
  ['a bigint', 1n],
  ['a fraction', 1.5],
  ['NaN', Number.NaN],
  ['1e400', Number('1e400')],
  ['an unsafe number', 2 ** 53],
];

/** Names that JavaScript's objects have already. */
export const ownNames: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'hasOwnProperty',
  'toString',
  'valueOf',
  'then',
];

/** No list of features. */
export const noFeatureLists: readonly Named[] = [
  ['null', null],
  ['text', 'search'],
  ['an object like a list', { 0: 'search', length: 1 }],
  ['none', []],
  ['a number among them', ['search', 1]],
  ['nothing among them', ['']],
  ['a gap among them', ['search', undefined, 'answer']],
  ['NUL among them', ['a\0']],
  ['101 of them', Array.from({ length: 101 }, (_, index) => `f${index}`)],
];

/** None of a few words. */
export const noChoices: readonly Named[] = [
  ['null', null],
  ['empty text', ''],
  ['another case', 'Kept'],
  ['a kind that time alone gives', 'rollover'],
  ['a name of every object', 'constructor'],
  ['a number', 1],
  ['a list', ['goodwill']],
];

/** No money in any currency. */
export const noMoney: readonly Named[] = [
  ['null', null],
  ['text', '5.00 USD'],
  ['a number', 5],
  ['a list', ['5.00', 'USD']],
  ['without an amount', { currency: 'USD' }],
  ['without a currency', { amount: '5.00' }],
  ['with something else', { amount: '5.00', currency: 'USD', tax: '1.00' }],
];

/** No code of a currency. */
export const noCurrencies: readonly Named[] = [
  ['null', null],
  ['empty text', ''],
  ['small letters', 'usd'],
  ['two letters', 'US'],
  ['a word', 'DOLLAR'],
  ['one that was never given out', 'ZZZ'],
  ['a blank behind', 'USD '],
  ['a sign', '€'],
  ['a number', 978],
  ['a name of every object', 'constructor'],
];

/** No remark of a person's. */
export const noRemarks: readonly Named[] = [
  ['null', null],
  ['a number', 1],
  ['empty', ''],
  ['with NUL', 'a\0'],
  ['with half of a surrogate pair', '\ud800'],
  ['of 2,001 bytes', 'x'.repeat(2_001)],
];

/** No time zone that has its own rules. */
export const noTimeZones: readonly Named[] = [
  ['null', null],
  ['empty text', ''],
  ['a city', 'Paris'],
  ['a place that isn’t', 'Europe/Atlantis'],
  ['an offset', '+02:00'],
  ['UTC and an offset', 'UTC+2'],
  ['an abbreviation with an offset', 'GMT+0200'],
  ['NUL behind', 'Europe/Paris\0'],
  ['a path', '../etc/passwd'],
  ['a name of every object', 'constructor'],
  ['10,000 characters', 'x'.repeat(10_000)],
  ['a number', 1],
];

/** No dimensions of a usage. */
export const noDimensions: readonly Named[] = [
  ['null', null],
  ['a list', ['large']],
  ['text', 'large'],
  ['a map', new Map([['model', 'large']])],
  ['a number inside', { model: 1 }],
  ['nothing inside', { model: '' }],
  ['NUL inside', { model: 'a\0' }],
  ['NUL in a name', { model: 'large', 'a\0': 'large' }],
  ['a long name', { model: 'large', ['x'.repeat(256)]: 'large' }],
];

function deep(levels: number): object {
  let value: unknown = 1;
  for (let level = 1; level < levels; level += 1) value = { a: value };
  return { a: value };
}

function circle(): object {
  const value: Record<string, unknown> = {};
  value['a'] = value;
  return value;
}

/** Walked without a bound it has more ends than there are atoms. */
function circles(): object {
  const lists: unknown[][] = Array.from({ length: 10 }, () => []);
  for (const list of lists) list.push(...lists);
  return { a: lists };
}
