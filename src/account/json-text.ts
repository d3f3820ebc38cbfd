// JSON of a single text, for forms that are written field by field. What a text means is not its business.

// Nothing that JSON would write in another way: no quote, no backslash, no control character, and
// nothing beyond ASCII, where half of a surrogate pair may hide.
const PLAIN = /^[ !#-[\]-~]*$/;

/** The text as `JSON.stringify` writes it; most are keys and names, which stand there as they are. */
export function quoted(text: string): string {
  return PLAIN.test(text) ? `"${text}"` : JSON.stringify(text);
}
