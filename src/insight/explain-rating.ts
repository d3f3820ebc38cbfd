// Why a rated usage cost what it cost: its lines, what rounding and bounds made of them, and what was
// there before it.

import type { RatedUsage, RatingLine } from '../account/operation.ts';
import { formatInstant } from '../calendar/instant.ts';

/** How a rate card priced a usage. Amounts are decimal text. */
export interface Rating {
  readonly rateCard: string;
  readonly version: number;
  readonly feature: string;
  readonly quantity: string;
  /** By kind, where the usage stated them so; else null. */
  readonly quantities: Readonly<Record<string, string>> | null;
  readonly dimensions: Readonly<Record<string, string>>;
  /** What was added up, exactly. */
  readonly lines: readonly RatingLine[];
  /** What rounding, minimum and clamp made of the sum, where they changed it. */
  readonly steps: readonly RatingLine[];
  /** The period over which quantity adds up, and what it had brought before; null where none does. */
  readonly period: { readonly from: Date; readonly until: Date; readonly before: string } | null;
  /** The access that it paid for or that covered it; null where its rate knows none. */
  readonly access: {
    readonly how: 'opened' | 'running' | 'reassigned';
    readonly member: string | null;
    readonly until: Date;
  } | null;
  /** Unit → what it cost. */
  readonly charged: Readonly<Record<string, string>>;
}

/** The rating of a usage. */
export function ratingOf(rated: RatedUsage, charged: Readonly<Record<string, string>>): Rating {
  const { rateCard, version, feature, quantity, dimensions, lines, tally, access } = rated;
  return {
    rateCard,
    version,
    feature,
    quantity,
    quantities: rated.quantities ?? null,
    dimensions,
    lines,
    steps: rated.steps ?? [],
    period:
      tally === undefined
        ? null
        : { from: new Date(tally.from), until: new Date(tally.ends), before: tally.before },
    access:
      access === undefined
        ? null
        : { how: access.how, member: access.member, until: new Date(access.ends) },
    charged,
  };
}

/** The rating in sentences. */
export function ratingSentences(rating: Rating): string[] {
  const { rateCard, version, feature, quantities, period, access, steps } = rating;
  const lines = rating.lines.map(({ what, amount, unit }) => `${what}: ${amount} ${unit}`);
  const much =
    quantities === null
      ? `${rating.quantity} × ${feature}`
      : `${feature} (${Object.entries(quantities)
          .map(([kind, count]) => `${count} ${kind}`)
          .join(', ')})`;
  const sentences = [
    `Rate card "${rateCard}" version ${version} prices ${much} by ${lines.join(', ')}.`,
    ...steps.map(({ what, amount, unit }) => `Then ${what}: ${amount} ${unit}.`),
  ];
  if (period !== null) {
    const span = `${formatInstant(period.from.getTime())} to ${formatInstant(period.until.getTime())}`;
    sentences.push(`The period of ${span} had brought ${period.before} before it.`);
  }
  if (access !== null) {
    const whose = access.member === null ? 'The access' : `The licence of ${access.member}`;
    const until = formatInstant(access.until.getTime());
    const how = {
      opened: 'is paid for by this usage and runs',
      running: 'was paid for before and runs',
      reassigned: 'was taken over from a member who has no seat any more, and runs',
    }[access.how];
    sentences.push(`${whose} ${how} until ${until}.`);
  }
  return sentences;
}
