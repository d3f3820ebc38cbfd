// Which words of a text carry meaning, in the one form that both the search and the answerer compare.

const SILENT = new Set(
  `a about after all also am an and any are as at be become becomes been before but by can could
  did do does else for from get give had happen happens has have having he her here him his how
  i if in into is it its just let like may me mean means might much must my need no nor not of
  off on one only or other our out over own please shall she should so some such support
  supported supports tell than that the their them then there these they thing this those
  through to too under until up us use used using very was way we were what when where whether
  which while who whom whose why will with work works would yes you your`.split(/\s+/),
);

const IRREGULAR = new Map(
  Object.entries({
    bought: 'buy',
    held: 'hold',
    kept: 'keep',
    paid: 'pay',
    sent: 'send',
    spent: 'spend',
  }),
);

const PLURALS: readonly [RegExp, string][] = [
  [/(?:ies|ied)$/, 'y'],
  [/(ss|x|ch|sh)es$/, '$1'],
  [/([^su])s$/, '$1'],
];

/** A word as it is compared: lower case, without its ending, so that `expiry` is `expires`. Null where it carries no meaning. */
export function term(word: string): string | null {
  const lower = word.toLowerCase();
  if (SILENT.has(lower) || lower.length < 2) return null;
  const regular = IRREGULAR.get(lower) ?? lower;
  if (regular.length < 4) return regular;
  const plural = PLURALS.find(([ending]) => ending.test(regular));
  const singular = plural === undefined ? regular : regular.replace(plural[0], plural[1]);
  const stem = singular.replace(/(?:ing|ed|e|y)$/, '');
  return stem.length < 4 ? singular : stem;
}

// What readers call it, and what documents call it.
const SYNONYMS = [
  'twice again retry duplicate repeat double idempotency replayed',
  'database storage',
  'cost price charge',
  'race concurrent parallel simultaneous twin',
  'undo cancel reverse',
  'audit prove verify tamper',
  'buy purchase topup',
  'postgres postgresql',
  'install setup',
].map((group) => group.split(' ').flatMap((word) => term(word) ?? []));

/** A term, and what else it may be called. */
export function names(own: string): string[] {
  return [own, ...SYNONYMS.filter((group) => group.includes(own)).flat()];
}

/** Splits text into words; `withHold` and `with_hold` are found by their parts as well. */
export function words(text: string): string[] {
  // `won't` isn't `won`, and `what's` is `what`.
  const whole = text.replaceAll(/\p{L}+n['’]t\b/gu, ' ').replaceAll(/['’]\p{L}+/gu, '');
  return (whole.match(/[\p{L}\p{N}_]+/gu) ?? []).flatMap((word) => {
    const parts = word.split(/_+|(?<=\p{Ll})(?=\p{Lu})/u).filter((part) => part !== '');
    return parts.length > 1 ? [word, ...parts] : parts;
  });
}

/** The questions that a text asks, one after the other; the text itself where it asks none. */
export function questionsOf(text: string): string[] {
  const asked = text.match(/[^?]*\?+/g)?.filter((part) => /[\p{L}\p{N}]/u.test(part)) ?? [];
  return asked.length === 0 ? [text] : asked.map((part) => part.trim());
}

/** The meaningful words of a text, each once. */
export function terms(text: string): Set<string> {
  return new Set(
    words(text)
      .map(term)
      .filter((each) => each !== null),
  );
}
