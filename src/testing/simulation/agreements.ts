// What the accounts of a simulation have agreed: terms of every kind, so small that a short history
// meets all of them.

import type { TermsInput } from '../../terms/terms.ts';
import type { Random } from './random.ts';

type Part<N extends keyof TermsInput> = readonly (TermsInput[N] | null)[];

const PARTS: { readonly [N in keyof TermsInput]?: Part<N> } = {
  overage: [
    null,
    { limit: { credits: '12' } },
    { limit: 'unlimited', rate: { price: '0.10' }, settle: 'immediately' },
    { limit: { credits: '20' }, rate: { price: '0.10' }, settle: 'immediately', grace: 'PT1S' },
    { limit: { credits: '9' }, rate: { price: '0.10' }, settle: 'period' },
  ],
  rollover: [null, { times: 2, poolCap: '15' }, { share: '0.5', burn: 'first', lasts: 'P1D' }],
  allowances: [
    [],
    [{ name: 'monthly', amount: '6', every: 'P1M' }],
    [
      { name: 'full', fillTo: '9', every: 'P1M' },
      { name: 'seat', amount: '2', every: 'P1M', per: 'seat', prorate: true },
    ],
  ],
  alerts: [null, { consumed: ['0.5', '0.9'], below: ['10', '3'], beforeExpiry: ['PT1S', 'P1D'] }],
  caps: [[], [{ each: 'member', amount: '20', every: 'P1D' }]],
  topUp: [
    null,
    { below: '5', add: '10', price: '1.00', retryAfter: 'PT1S', attempts: 3 },
    { below: '4', fillTo: '12', price: '1.00', atMost: { times: 2, every: 'P1M' } },
  ],
  approvals: [null, null, { overage: { above: '6', role: 'lead' }, expires: 'PT2S' }],
};

const CONTRACTS: readonly [TermsInput, ...TermsInput[]] = [
  {},
  {},
  { commitment: { amount: '30', price: '3.00', renewal: { rule: 'transposed', floor: '5' } } },
  { commitment: { amount: '20', price: '2.00', renewal: { rule: 'same', accept: 'manual' } } },
];

/** The terms of a new account; often none. */
export function drawTerms(random: Random, opened: number): TermsInput {
  if (random.chance(0.3)) return {};
  const contract = random.pick(CONTRACTS);
  const parts = Object.keys(PARTS).map((name) => drawPart(random, name as keyof TermsInput));
  return {
    ...Object.assign({}, ...parts),
    ...contract,
    ...(contract.commitment !== undefined && { term: { starts: opened, every: 'P1M' } }),
  };
}

/** One part of terms, as a change of them states it. */
export function drawChange(random: Random): TermsInput {
  const name = random.pick(Object.keys(PARTS) as [keyof TermsInput, ...(keyof TermsInput)[]]);
  return drawPart(random, name);
}

function drawPart(random: Random, name: keyof TermsInput): TermsInput {
  const [first = null, ...rest] = PARTS[name] ?? [];
  return { [name]: random.pick<unknown>([first, ...rest]) };
}
