import { Decimal as OtherDecimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { InvalidInput } from '../../src/errors.ts';
import { Decimal } from '../../src/quantity/decimal.ts';
import {
  amountText,
  formatParts,
  MAX_PARTS,
  parseParts,
  toDecimal,
  withinBound,
} from '../../src/quantity/quantity.ts';

const SCALES = Array.from({ length: 13 }, (_, scale) => scale);
const nines = '9'.repeat(38);

describe('the text of an amount', () => {
  test.each([
    ['5', '5'],
    ['0', '0'],
    ['0.0', '0'],
    ['1.0', '1'],
    ['1.50', '1.5'],
    ['0.10', '0.1'],
    ['100', '100'],
    ['100.00', '100'],
    ['-5', '-5'],
    ['-0.50', '-0.5'],
    ['0.000000000001', '0.000000000001'],
    [nines, nines],
    [`0.${nines}`, `0.${nines}`],
    [`${nines}.000`, nines],
    [`0.${'0'.repeat(40)}1`, `0.${'0'.repeat(40)}1`],
    [5, '5'],
    [0, '0'],
    [-7, '-7'],
    [Number.MAX_SAFE_INTEGER, '9007199254740991'],
    [5n, '5'],
    [-5n, '-5'],
    [MAX_PARTS, nines],
    [new Decimal('1.50'), '1.5'],
    [new Decimal('1e-12'), '0.000000000001'],
    [new Decimal('1e21'), `1${'0'.repeat(21)}`],
    [new OtherDecimal('1e21'), `1${'0'.repeat(21)}`],
  ])('of %s is %s', (input, text) => {
    expect(amountText(input, 'amount')).toBe(text);
  });

  test.each([
    ['an empty string', ''],
    ['a space before', ' 1'],
    ['a space behind', '1 '],
    ['a line behind', '1\n'],
    ['a NUL', '1\0'],
    ['an exponent', '1e400'],
    ['a small exponent', '1E2'],
    ['a plus', '+1'],
    ['nothing before the point', '.5'],
    ['nothing behind the point', '1.'],
    ['a point alone', '.'],
    ['a minus alone', '-'],
    ['a minus and a point', '-.5'],
    ['two minuses', '--1'],
    ['a minus behind', '1-'],
    ['two points', '1.2.3'],
    ['a comma', '1,5'],
    ['thousands', '1_000'],
    ['leading zeros', '007'],
    ['two zeros', '00'],
    ['leading zeros behind a minus', '-01'],
    ['leading zeros before a point', '00.5'],
    ['negative zero', '-0'],
    ['negative zero with places', '-0.00'],
    ['NaN in words', 'NaN'],
    ['Infinity in words', 'Infinity'],
    ['hexadecimal', '0x10'],
    ['digits of another script', '١٢'],
    ['full-width digits', '１２'],
    ['a lone surrogate', '\ud800'],
    ['39 digits', `1${'0'.repeat(38)}`],
    ['39 digits with places', `${nines}.9`],
    ['39 places', `0.1${'0'.repeat(37)}1`],
    ['a very long text', '1'.repeat(1_000_000)],
    ['many zeros behind', `1.${'0'.repeat(200)}`],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['minus Infinity', Number.NEGATIVE_INFINITY],
    ['negative zero as a number', -0],
    ['a fraction as a number', 0.5],
    ['an unsafe number', 2 ** 53],
    ['a huge number', 1e300],
    ['a bigint past the bound', MAX_PARTS + 1n],
    ['a Decimal that is NaN', new Decimal(Number.NaN)],
    ['a Decimal without end', new Decimal(Number.POSITIVE_INFINITY)],
    ['a Decimal that is negative zero', new Decimal('-0')],
    ['a Decimal with an exponent past writing', new Decimal('1e9000000000000000')],
    ['a Decimal as small as that', new Decimal('1e-9000000000000000')],
    ['a Decimal of 39 digits', new Decimal(`${nines}.1`)],
    ['null', null],
    ['nothing', undefined],
    ['a truth value', true],
    ['an object that reads as a number', { valueOf: () => 5, toString: () => '5' }],
    ['an object with the mark of a Decimal', { toStringTag: '[object Decimal]' }],
    ['a list', ['5']],
    ['a symbol', Symbol('5')],
  ])('is refused for %s', (_, input) => {
    expect(() => amountText(input, 'price.amount')).toThrow(InvalidInput);
    expect(() => amountText(input, 'price.amount')).toThrow(/^price\.amount: expected/);
  });

  test('says how to write a fraction, and which digits were too many', () => {
    expect(() => amountText(0.1, 'amount')).toThrow('write any other amount as a string');
    expect(() => amountText(`${nines}0`, 'amount')).toThrow('at most 38 significant digits');
  });
});

describe('parts', () => {
  test.each([
    ['1.5', 2, 150n],
    ['1.50', 2, 150n],
    ['1.500', 2, 150n],
    ['1.0', 0, 1n],
    ['0', 12, 0n],
    ['-0.01', 2, -1n],
    ['12345678901234567890.123456789', 9, 12345678901234567890123456789n],
  ])('of %s at scale %i are %s', (text, scale, parts) => {
    expect(parseParts(text, scale, 'amount')).toBe(parts);
  });

  test('more places than the scale are refused, never rounded', () => {
    expect(() => parseParts('1.005', 2, 'amount')).toThrow('at most 2 decimal places');
    expect(() => parseParts('0.5', 0, 'amount')).toThrow('a whole amount');
    expect(() => parseParts('0.0000000000001', 12, 'amount')).toThrow(InvalidInput);
  });

  test.each(['', ' ', '0x10', '1e5', '-', '-0', '1.'])('%j is refused', (text) => {
    expect(() => parseParts(text, 2, 'amount')).toThrow(InvalidInput);
  });

  test.each(SCALES)('38 digits pass at scale %i, and one part more does not', (scale) => {
    const most = formatParts(MAX_PARTS, scale);
    expect(parseParts(amountText(most, 'amount'), scale, 'amount')).toBe(MAX_PARTS);
    expect(parseParts(`-${most}`, scale, 'amount')).toBe(-MAX_PARTS);
    const more = formatParts(MAX_PARTS + 1n, scale);
    expect(() => parseParts(more, scale, 'amount')).toThrow(InvalidInput);
    expect(() => parseParts(`-${more}`, scale, 'amount')).toThrow(InvalidInput);
  });

  test('a sum is bounded like an amount', () => {
    expect(withinBound(MAX_PARTS, 'balance')).toBe(MAX_PARTS);
    expect(withinBound(-MAX_PARTS, 'balance')).toBe(-MAX_PARTS);
    expect(() => withinBound(MAX_PARTS + 1n, 'balance')).toThrow(InvalidInput);
    expect(() => withinBound(-MAX_PARTS - 1n, 'balance')).toThrow(InvalidInput);
  });
});

const parts = fc.bigInt({ min: -MAX_PARTS, max: MAX_PARTS });
const scales = fc.constantFrom(...SCALES);

test('what is written is read again, whole and as a decimal', () => {
  fc.assert(
    fc.property(parts, scales, (amount, scale) => {
      const text = formatParts(amount, scale);
      expect(parseParts(text, scale, 'amount')).toBe(amount);
      expect(amountText(text, 'amount')).toBe(text);
      expect(toDecimal(amount, scale).toFixed()).toBe(text);
      expect(amountText(toDecimal(amount, scale), 'amount')).toBe(text);
    }),
    { numRuns: 2000 },
  );
});

test('a decimal is made as it would be out of text, whichever way it takes', () => {
  const word = 10n ** 7n;
  const edges = [
    0n,
    1n,
    word - 1n,
    word,
    word + 1n,
    word ** 2n,
    2n ** 53n - 1n,
    2n ** 53n,
    word * 3n,
  ];
  const near = fc
    .tuple(fc.constantFrom(...edges), fc.bigInt({ min: -99n, max: 99n }))
    .map(([edge, by]) => edge + by);
  const round = fc
    .tuple(fc.integer({ min: -9999, max: 9999 }), fc.nat(12))
    .map(([figure, zeros]) => BigInt(figure) * 10n ** BigInt(zeros));
  fc.assert(
    fc.property(fc.oneof(near, round, parts), scales, (amount, scale) => {
      const { s, e, d } = toDecimal(amount, scale);
      const text = new Decimal(formatParts(amount, scale));
      expect({ s, e, d }).toEqual({ s: text.s, e: text.e, d: text.d });
      expect(toDecimal(amount, scale)).toEqual(text);
      expect(parseParts(formatParts(amount, scale), scale, 'amount')).toBe(amount);
    }),
    { numRuns: 5000 },
  );
});

test('an amount has one text, however many zeros stand behind', () => {
  fc.assert(
    fc.property(parts, scales, fc.nat(10), (amount, scale, zeros) => {
      const text = formatParts(amount, scale);
      const longer = `${text}${text.includes('.') ? '' : '.0'}${'0'.repeat(zeros)}`;
      expect(amountText(longer, 'amount')).toBe(text);
      expect(parseParts(longer, scale, 'amount')).toBe(amount);
    }),
  );
});

test('no text at all does anything but give an amount or be refused', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.string({ unit: fc.constantFrom('-', '.', '0', '1', '9', 'e', '+', ' ') }),
  );
  fc.assert(
    fc.property(hostile, (text) => {
      let read: string;
      try {
        read = amountText(text, 'amount');
      } catch (error) {
        expect(error).toBeInstanceOf(InvalidInput);
        return;
      }
      expect(text).toMatch(/^-?(0|[1-9][0-9]*)(\.[0-9]+)?$/);
      expect(new Decimal(read).eq(text)).toBe(true);
    }),
    { numRuns: 3000 },
  );
});
