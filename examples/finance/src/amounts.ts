// Sums of money as text, exact, of one currency: what a page adds up for its reader.

/** The sum of amounts that have the same decimal places. */
export function total(amounts: readonly string[]): string {
  const places = Math.max(0, ...amounts.map((amount) => amount.split('.')[1]?.length ?? 0));
  const sum = amounts.reduce((all, amount) => all + minor(amount, places), 0n);
  return major(sum, places);
}

/** The same amount with its sign turned. */
export function negated(amount: string): string {
  const places = amount.split('.')[1]?.length ?? 0;
  return major(-minor(amount, places), places);
}

function minor(amount: string, places: number): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const size = BigInt(whole + fraction.padEnd(places, '0'));
  return amount.startsWith('-') ? -size : size;
}

function major(sum: bigint, places: number): string {
  const digits = String(sum < 0n ? -sum : sum).padStart(places + 1, '0');
  const at = digits.length - places;
  const text = places === 0 ? digits : `${digits.slice(0, at)}.${digits.slice(at)}`;
  return sum < 0n ? `-${text}` : text;
}
