// A CSV reader that forgives nothing: RFC 4180 to the letter, so that what it reads, anybody reads.

/** Records of a file whose lines all end as they are said to. Throws for whatever isn't allowed. */
export function strictCsv(text: string, end: '\n' | '\r\n'): string[][] {
  const records: string[][] = [];
  let at = 0;
  while (at < text.length) {
    const record: string[] = [];
    for (;;) {
      const [field, after] = text[at] === '"' ? quoted(text, at) : plain(text, at);
      record.push(field);
      at = after;
      if (text[at] === ',') at += 1;
      else break;
    }
    if (!text.startsWith(end, at)) {
      throw new Error(
        `record ${records.length + 1} ends wrong: ${JSON.stringify(text.slice(at, at + 20))}`,
      );
    }
    at += end.length;
    records.push(record);
  }
  const width = records[0]?.length;
  for (const [index, record] of records.entries()) {
    if (record.length !== width) throw new Error(`record ${index + 1} has ${record.length} fields`);
  }
  return records;
}

function quoted(text: string, from: number): [string, number] {
  let field = '';
  for (let at = from + 1; at < text.length; at += 1) {
    if (text[at] !== '"') field += text[at];
    else if (text[at + 1] === '"') {
      field += '"';
      at += 1;
    } else return [field, at + 1];
  }
  throw new Error('a quote is never closed');
}

function plain(text: string, from: number): [string, number] {
  let at = from;
  while (at < text.length && !/[,\r\n]/.test(text[at] ?? '')) {
    if (text[at] === '"') throw new Error(`a quote inside a field: ${text.slice(from, at + 20)}`);
    at += 1;
  }
  return [text.slice(from, at), at];
}
