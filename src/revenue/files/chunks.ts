// Text in pieces of a size that is worth a write.

/** Rows from wherever they come. */
export type Rows<Row> = AsyncIterable<Row> | Iterable<Row>;

const ENOUGH = 32_768;

/** The same text in larger pieces. */
export async function* inChunks(texts: AsyncIterable<string>): AsyncGenerator<string> {
  let chunk = '';
  for await (const text of texts) {
    chunk += text;
    if (chunk.length < ENOUGH) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}
