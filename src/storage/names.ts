// The order of accounts' names: that of their UTF-8 bytes, as the databases have it.

/** Where the second half of UTF-16 is out of order: surrogates stand for what comes after all else. */
const SURROGATES = 0xd800;
const AFTER_SURROGATES = 0xe000;

/** Below zero where the first name comes first, as its bytes do. */
export function compareNames(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let index = 0; index < length; index += 1) {
    const [x, y] = [a.charCodeAt(index), b.charCodeAt(index)];
    if (x !== y) return rank(x) - rank(y);
  }
  return a.length - b.length;
}

function rank(unit: number): number {
  if (unit < SURROGATES) return unit;
  return unit >= AFTER_SURROGATES ? unit - 0x800 : unit + 0x2000;
}
