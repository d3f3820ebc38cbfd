// Text that a terminal shows as it is: how wide it stands there, and nothing in it that moves the
// cursor, colours a line or turns its direction. Names are other people's.

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

const UNSAFE = /[\p{Cc}\p{Zl}\p{Zp}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;
const PLAIN = /^[\x20-\x7E]*$/;
const WIDE =
  /^(?:\p{Extended_Pictographic}|\p{Regional_Indicator}|[\u1100-\u115F\u2E80-\uA4CF\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6]|[\u{20000}-\u{3FFFD}])/u;

/** The text with what isn't to be shown replaced. */
export function printable(text: string): string {
  return PLAIN.test(text) ? text : text.toWellFormed().replaceAll(UNSAFE, '\u{FFFD}');
}

/** How many cells it takes. */
export function widthOf(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += WIDE.test(segment) ? 2 : 1;
  return width;
}

/** The text in so many cells; `…` says that there is more. */
export function shortened(text: string, cells: number): string {
  if (widthOf(text) <= cells) return text;
  let short = '';
  let width = 1;
  for (const { segment } of graphemes.segment(text)) {
    width += WIDE.test(segment) ? 2 : 1;
    if (width > cells) break;
    short += segment;
  }
  return `${short}…`;
}

/** Filled up to so many cells: numbers stand at the right, text at the left. */
export function padded(text: string, cells: number, side: 'left' | 'right'): string {
  const gap = ' '.repeat(Math.max(0, cells - widthOf(text)));
  return side === 'left' ? text + gap : gap + text;
}
