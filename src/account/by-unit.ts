// Figures by unit, of which nearly every account has one.

/** The figures with this one in the place of the unit's. */
export function withUnit<T>(
  figures: ReadonlyMap<string, T>,
  unit: string,
  figure: T,
): ReadonlyMap<string, T> {
  // To make a map of one costs half of what a copy does, and each write makes some.
  const isOnly = figures.size === 0 || (figures.size === 1 && figures.has(unit));
  return (isOnly ? new Map<string, T>() : new Map(figures)).set(unit, figure);
}
