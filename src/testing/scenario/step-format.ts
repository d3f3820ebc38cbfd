// The form of a step, the kinds and fields included that a later release acts on.

import { z } from 'zod';
import { parseInstant } from '../../calendar/instant.ts';
import { expectationToday, wholeExpectation } from './expectation-format.ts';
import type { Act, Step } from './scenario.ts';
import { breakage, policies, rollover, termsToday, wholeTerms } from './terms-format.ts';
import { decimal, duration, handedOn, instant, words } from './values.ts';

const said = {
  occurredAt: handedOn.exactOptional(),
  unit: words.exactOptional(),
  key: z.string().exactOptional(),
  by: z.string().exactOptional(),
  reason: z.string().exactOptional(),
};

const blockTerms = {
  block: z.string().exactOptional(),
  effectiveAt: handedOn.exactOptional(),
  expiresAt: handedOn.nullable().exactOptional(),
  priority: z.number().exactOptional(),
  features: z.array(z.string()).exactOptional(),
  rollover: rollover.exactOptional(),
};
const kind = z.enum(['purchased', 'included', 'promotional', 'goodwill']);
const kindOrRolled = z.enum([...kind.options, 'rollover']);
const usage = {
  amount: handedOn.exactOptional(),
  feature: z.string().exactOptional(),
  quantity: handedOn.exactOptional(),
  quantities: z.record(z.string(), handedOn).exactOptional(),
  dimensions: z.record(z.string(), z.string()).exactOptional(),
};
const forBooks = {
  breakage: breakage.exactOptional(),
  listPrice: handedOn.exactOptional(),
  escheatable: z.boolean().exactOptional(),
};
const bonus = {
  amount: handedOn,
  kind: kind.exactOptional(),
  ...blockTerms,
  ...forBooks,
  unitCost: handedOn.exactOptional(),
};

const grant = {
  do: z.literal('grant'),
  amount: handedOn,
  basis: handedOn.exactOptional(),
  kind: kind.exactOptional(),
  ...blockTerms,
  ...forBooks,
  unitCost: handedOn.exactOptional(),
};
const item = { name: words, ssp: handedOn };
const pool = { blocks: z.array(words), concession: handedOn.exactOptional() };
const billing = { every: duration, amount: handedOn, starts: handedOn.exactOptional() };
const purchase = {
  do: z.literal('purchase'),
  amount: handedOn,
  price: handedOn,
  kind: kind.exactOptional(),
  paid: z.boolean().exactOptional(),
  reference: z.string().exactOptional(),
  ...blockTerms,
  ...forBooks,
  with: z.array(z.strictObject(item)).exactOptional(),
  billing: z.strictObject(billing).exactOptional(),
  pool: z.strictObject(pool).exactOptional(),
  fxRate: handedOn.exactOptional(),
};
const consume = {
  do: z.literal('consume'),
  member: z.string().exactOptional(),
  partial: z.boolean().exactOptional(),
  over: z.strictObject({ starts: handedOn.exactOptional(), ends: handedOn }).exactOptional(),
  ...usage,
};
const hold = {
  do: z.literal('hold'),
  hold: z.string().exactOptional(),
  expiresAt: handedOn.exactOptional(),
  member: z.string().exactOptional(),
  ...usage,
};
const capture = {
  do: z.literal('capture'),
  hold: z.string(),
  amount: handedOn.exactOptional(),
  final: z.boolean().exactOptional(),
};
const release = { do: z.literal('release'), hold: z.string() };
const reverse = { do: z.literal('reverse'), of: z.string(), amount: handedOn.exactOptional() };
const refund = {
  do: z.literal('refund'),
  block: z.string().exactOptional(),
  amount: handedOn.exactOptional(),
  used: handedOn.exactOptional(),
  access: z.string().exactOptional(),
  money: handedOn.exactOptional(),
};
const access = {
  do: z.literal('access'),
  access: z.string(),
  price: handedOn,
  starts: handedOn.exactOptional(),
  ends: handedOn,
};
const modify = {
  do: z.literal('modify'),
  access: z.string(),
  price: handedOn.exactOptional(),
  ends: handedOn.exactOptional(),
  method: z.enum(['prospective', 'catch-up']),
};
const cancel = {
  do: z.literal('void'),
  block: z.string(),
  spent: z.enum(['kept', 'owed']).exactOptional(),
};
const adjust = { do: z.literal('adjust'), amount: handedOn, block: z.string().exactOptional() };
const settle = {
  do: z.literal('settle'),
  money: handedOn.exactOptional(),
  amount: handedOn.exactOptional(),
};
const pin = { do: z.literal('pin'), rateCard: z.string(), version: z.number() };
const sweep = { do: z.literal('sweep') };
const seats = { do: z.literal('seats'), members: z.array(z.string()) };
const override = { amount: decimal.exactOptional(), price: decimal.exactOptional() };
const renew = {
  do: z.literal('renew'),
  decision: z.union([z.literal('accept'), z.strictObject({ override: z.strictObject(override) })]),
};
const pay = {
  do: z.literal('pay'),
  request: z.string(),
  outcome: z.enum(['paid', 'failed']),
  reference: z.string().exactOptional(),
};
const answer = {
  do: z.enum(['approve', 'decline']),
  request: z.string(),
  role: z.string().exactOptional(),
};
const plan = {
  do: z.literal('plan'),
  change: z.enum(['upgrade', 'downgrade', 'cancel']),
  blocks: z
    .partialRecord(kindOrRolled, z.enum(['carry', 'convert', 'forfeit', 'freeze']))
    .exactOptional(),
};
const dispute = {
  do: z.literal('dispute'),
  block: z.string(),
  state: z.enum(['open', 'won', 'lost']),
};
const policy = {
  do: z.literal('policy'),
  policies: policies.exactOptional(),
  block: words.exactOptional(),
  breakage: breakage.exactOptional(),
};
const close = { do: z.literal('close'), period: z.string() };
const look = { do: z.literal('look'), asOf: handedOn.exactOptional() };

const saidToday = { ...said, expect: expectationToday.exactOptional() };

const actToday: z.ZodType<Act> = z.discriminatedUnion('do', [
  z.object({ ...grant, ...saidToday }),
  z.object({ ...purchase, bonus: z.object(bonus).exactOptional(), ...saidToday }),
  z.object({ ...consume, ...saidToday }),
  z.object({ ...hold, ...saidToday }),
  z.object({ ...capture, ...saidToday }),
  z.object({ ...release, ...saidToday }),
  z.object({ ...reverse, ...saidToday }),
  z.object({ ...refund, ...saidToday }),
  z.object({ ...access, ...saidToday }),
  z.object({ ...modify, ...saidToday }),
  z.object({ ...cancel, ...saidToday }),
  z.object({ ...adjust, ...saidToday }),
  z.object({ ...settle, ...saidToday }),
  z.object({ ...pin, ...saidToday }),
  z.object({ do: z.literal('terms'), terms: termsToday, ...saidToday }),
  z.object({ ...seats, ...saidToday }),
  z.object({ ...renew, ...saidToday }),
  z.object({ ...pay, ...saidToday }),
  z.object({ ...answer, ...saidToday }),
  z.object({ ...plan, terms: termsToday.exactOptional(), ...saidToday }),
  z.object({ ...dispute, ...saidToday }),
  z.object({ ...sweep, ...saidToday }),
]);

/** A step with the fields that the ledger acts on, and nothing else. */
export const stepToday: z.ZodType<Step> = z.intersection(
  z.object({ at: instant }),
  z.union([
    actToday,
    z.object({ ...look, ...saidToday }),
    z.object({ ...policy, ...saidToday }),
    z.object({ ...close, ...saidToday }),
    z.object({
      do: z.enum(['together', 'batch']),
      steps: z.array(actToday),
      ...saidToday,
    }),
  ]),
);

/** All acts in their whole vocabulary. Within `together` and `batch` the instant is that of the step around them. */
const wholeActs = (when: z.ZodType) => {
  const common = { at: when, ...said, expect: wholeExpectation.optional() };
  return [
    z.strictObject({
      ...grant,
      ...common,
    }),
    z.strictObject({
      ...purchase,
      bonus: z.strictObject(bonus).optional(),
      ...common,
    }),
    z.strictObject({ ...consume, ...common }),
    z.strictObject({ ...hold, ...common }),
    z.strictObject({ ...capture, ...common }),
    z.strictObject({ ...release, ...common }),
    z.strictObject({ ...reverse, ...common }),
    z.strictObject({ ...refund, ...common }),
    z.strictObject({ ...cancel, ...common }),
    z.strictObject({ ...adjust, ...common }),
    z.strictObject({ ...settle, ...common }),
    z.strictObject({ ...pin, ...common }),
    z.strictObject({ do: z.literal('terms'), terms: wholeTerms, ...common }),
    z.strictObject({ ...sweep, ...common }),
    z.strictObject({ ...seats, ...common }),
    z.strictObject({ ...renew, ...common }),
    z.strictObject({ ...pay, ...common }),
    z.strictObject({ ...answer, ...common }),
    z.strictObject({ ...plan, terms: wholeTerms.optional(), ...common }),
    z.strictObject({ ...dispute, ...common }),
    z.strictObject({ ...access, ...common }),
    z.strictObject({ ...modify, ...common }),
  ] as const;
};

const severalWhole = (kind: 'together' | 'batch') =>
  z
    .strictObject({
      do: z.literal(kind),
      steps: z.array(z.discriminatedUnion('do', wholeActs(instant.optional()))).min(1),
      at: instant,
      ...said,
      expect: wholeExpectation.optional(),
    })
    .superRefine(({ at, steps }, context) => {
      for (const [index, inner] of steps.entries()) {
        if (kind === 'batch' && inner.do === 'sweep') {
          context.addIssue({
            code: 'custom',
            path: ['steps', index, 'do'],
            message: 'a batch is of writes',
          });
        }
        if (
          typeof inner.at === 'string' &&
          parseInstant(inner.at, 'at') !== parseInstant(at, 'at')
        ) {
          context.addIssue({
            code: 'custom',
            path: ['steps', index, 'at'],
            message: 'another instant than that of the step around it',
          });
        }
      }
    });

/** The whole vocabulary of a step; a kind or field that isn't in it is refused. */
export const wholeStep: z.ZodType = z.discriminatedUnion('do', [
  ...wholeActs(instant),
  z.strictObject({
    ...look,
    at: instant,
    ...said,
    by: z.enum(['recorded', 'occurred']).optional(),
    expect: wholeExpectation.optional(),
  }),
  // Of books, not of the account: never within others.
  z.strictObject({ ...policy, at: instant, ...said, expect: wholeExpectation.optional() }),
  z.strictObject({ ...close, at: instant, ...said, expect: wholeExpectation.optional() }),
  severalWhole('together'),
  severalWhole('batch'),
]);
