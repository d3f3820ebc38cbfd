// What the format knows and this release doesn't act on. One list: whoever brings a feature deletes
// its lines here. A file that uses one is refused, because a rule that is skipped looks like a rule
// that holds.

/** Where something stands that is not acted on yet. */
export interface NotYet {
  /** Path in the file, `steps[3].rollover`. */
  readonly path: string;
  /** What a later release brings. */
  readonly feature: string;
}

type Place = 'file' | 'account' | 'terms' | 'kind of step' | 'step' | 'expect';

/** Place, field, what it needs, and which of its values say nothing and are fine today. */
const LATER: readonly (readonly [Place, string, string, ((value: unknown) => boolean)?])[] = [
  ['expect', 'forecast', 'forecasts'],
];

/** Finds what a well-formed scenario asks for and this release doesn't act on, in the file's order. */
export function findNotYet(scenario: unknown): NotYet[] {
  const account = fieldOf(scenario, 'account');
  return [
    ...laterFields('file', scenario, ''),
    ...laterFields('account', account, 'account'),
    ...laterFields('terms', fieldOf(account, 'terms'), 'account.terms'),
    ...laterSteps(fieldOf(scenario, 'steps'), 'steps'),
  ];
}

function laterSteps(steps: unknown, path: string): NotYet[] {
  if (!Array.isArray(steps)) return [];
  return steps.flatMap((step: unknown, index) => {
    const here = `${path}[${index}]`;
    const kind = fieldOf(step, 'do');
    const line = LATER.find(([place, name]) => place === 'kind of step' && name === kind);
    if (line !== undefined) return [{ path: `${here}.do`, feature: line[2] }];
    return [
      ...laterFields('step', step, here),
      ...laterFields('step', fieldOf(step, 'bonus'), `${here}.bonus`),
      ...laterFields('terms', fieldOf(step, 'terms'), `${here}.terms`),
      ...laterFields('expect', fieldOf(step, 'expect'), `${here}.expect`),
      ...laterSteps(fieldOf(step, 'steps'), `${here}.steps`),
    ];
  });
}

function laterFields(place: Place, object: unknown, path: string): NotYet[] {
  return LATER.flatMap(([where, name, feature, isFine = never]) => {
    const value = where === place ? fieldOf(object, name) : undefined;
    return value === undefined || isFine(value)
      ? []
      : [{ path: path === '' ? name : `${path}.${name}`, feature }];
  });
}

function fieldOf(object: unknown, name: string): unknown {
  return isRecord(object) && Object.hasOwn(object, name) ? object[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function never(): boolean {
  return false;
}
