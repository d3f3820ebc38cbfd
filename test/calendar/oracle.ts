// What the clocks of a zone show, read from Intl.DateTimeFormat alone, and the rule of docs/domain.md §10
// worked out on it by the book. It shares no code and no library with src/calendar.
// A local time is written as the instant at which UTC shows the same.

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A dozen zones and more, each for something: half an hour of summer time, midnight transitions, Ramadan, none at all. */
export const ZONES = [
  'UTC',
  'Europe/Paris',
  'America/New_York',
  'America/St_Johns',
  'America/Sao_Paulo',
  'America/Havana',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Tehran',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Australia/Sydney',
  'Pacific/Apia',
  'Antarctica/Troll',
] as const;

/** From here on the clocks show `after` ms more than UTC, and `before` until here. */
export interface Transition {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The local time in a zone at an instant. */
export function localAt(instant: number, zone: string): number {
  let format = formats.get(zone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
    });
    formats.set(zone, format);
  }
  const [month, day, year, hour, minute, second] = (format.format(instant).match(/\d+/g) ?? []).map(
    Number,
  ) as [number, number, number, number, number, number];
  const ms = ((instant % 1000) + 1000) % 1000;
  return Date.UTC(year, month - 1, day, hour, minute, second) + ms;
}

const found = new Map<string, readonly Transition[]>();

/** Every transition of a zone in [from, to), found by looking every six hours and halving. */
export function transitionsOf(zone: string, from: number, to: number): readonly Transition[] {
  const key = `${zone} ${from} ${to}`;
  const known = found.get(key);
  if (known !== undefined) return known;
  const offset = (instant: number): number => localAt(instant, zone) - instant;
  const transitions: Transition[] = [];
  let before = offset(from);
  for (let at = from; at < to; at += DAY / 4) {
    const after = offset(at + DAY / 4);
    if (after === before) continue;
    let [low, high] = [at, at + DAY / 4];
    while (high - low > 1000) {
      const middle = low + Math.floor((high - low) / 2000) * 1000;
      if (offset(middle) === before) low = middle;
      else high = middle;
    }
    transitions.push({ at: high, before, after });
    before = after;
  }
  found.set(key, transitions);
  return transitions;
}

/** Every transition near enough to be met by the arithmetic under test: 2010 to 2041. */
export function surroundings(zone: string): readonly Transition[] {
  return transitionsOf(zone, Date.UTC(2010, 0), Date.UTC(2042, 0));
}

/** The transitions of 2020 to 2035, which the libraries are judged by. */
export function transitions(zone: string): readonly Transition[] {
  const [from, to] = [Date.UTC(2020, 0), Date.UTC(2036, 0)];
  return surroundings(zone).filter(({ at }) => at >= from && at < to);
}

/**
 * The instant of a local time: the first of two, and what doesn't exist moves on by the length of the
 * gap, that is, it is read with the offset from before.
 */
export function instantOf(local: number, zone: string, around = surroundings(zone)): number {
  const offsets = [
    around[0]?.before ?? localAt(local, zone) - local,
    ...around.map((transition) => transition.after),
  ];
  const starts = [-Infinity, ...around.map((transition) => transition.at)];
  const ends = [...around.map((transition) => transition.at), Infinity];
  for (const [at, offset] of offsets.entries()) {
    const instant = local - offset;
    const start = starts[at] ?? -Infinity;
    // Before the stretch begins, and after the one before it has ended: in the gap between them.
    if (instant < start) return local - (offsets[at - 1] ?? offset);
    if (instant < (ends[at] ?? Infinity)) return instant;
  }
  throw new Error(`no stretch of ${zone} holds ${new Date(local).toISOString()}`);
}

/** Months and then days later by the calendar, the day clamped to the month's last. */
export function addCivil(local: number, months: number, days: number): number {
  const date = new Date(local);
  const month = date.getUTCFullYear() * 12 + date.getUTCMonth() + months;
  const year = Math.floor(month / 12);
  const lengths = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
  const day = Math.min(date.getUTCDate(), lengths[month - year * 12] ?? 0);
  const timeOfDay = local - Math.floor(local / DAY) * DAY;
  return Date.UTC(year, month - year * 12, day) + timeOfDay + days * DAY;
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** Calendar time after an instant in a zone, by the book. */
export function addOracle(instant: number, months: number, days: number, zone: string): number {
  if (months === 0 && days === 0) return instant;
  return instantOf(addCivil(localAt(instant, zone), months, days), zone);
}
