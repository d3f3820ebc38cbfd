// The form of an expectation, the parts included that a later release fills.

import { z } from 'zod';
import type { RefusalCode } from '../../errors.ts';
import { COMMISSION_FIGURES, type Expectations, REVENUE_FIGURES, TOTALS } from './scenario.ts';
import { decimal, words } from './values.ts';

const CODES: Readonly<Record<RefusalCode, true>> = {
  'invalid-input': true,
  'idempotency-conflict': true,
  'unknown-account': true,
  'unknown-block': true,
  'unknown-hold': true,
  'unknown-operation': true,
  'unknown-feature': true,
  'unknown-rate-card': true,
  'unknown-request': true,
  'unknown-unit': true,
  'account-exists': true,
  'too-late': true,
  'hold-ended': true,
  'block-ended': true,
  'block-frozen': true,
  'already-decided': true,
  'not-due': true,
  'period-closed': true,
  'over-reversal': true,
  'not-refundable': true,
  'cap-exceeded': true,
  'approval-required': true,
  'insufficient-credits': true,
  'lease-ended': true,
  'lease-spent': true,
};

const code = z.custom<RefusalCode>(
  (value) => typeof value === 'string' && Object.hasOwn(CODES, value),
  { error: 'no refusal has this code' },
);

/** Fields of refusals; they stand beside `refused`, and mean nothing without it. */
const FACTS = [
  'required',
  'available',
  'overageLeft',
  'shortfall',
  'unit',
  'field',
  'expected',
  'found',
  'name',
  'key',
  'account',
  'occurredAt',
  'oldest',
  'hold',
  'block',
  'ended',
  'of',
  'requested',
  'left',
  'cap',
  'member',
  'limit',
  'used',
  'request',
  'role',
  'decided',
  'by',
  'state',
  'reason',
  'offer',
] as const;

const count = z.int().min(0);
const byName = z.record(z.string(), decimal);

const invoiceLine = z.strictObject({
  type: words.exactOptional(),
  units: decimal.exactOptional(),
  unitPrice: decimal.exactOptional(),
  amount: decimal.exactOptional(),
});

const byMonth = z.record(
  z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/),
  z.partialRecord(z.enum(REVENUE_FIGURES), decimal),
);

const today = {
  refused: code.exactOptional(),
  replayed: z.boolean().exactOptional(),
  outcomes: z.array(z.union([z.literal('ok'), code])).exactOptional(),
  succeeded: count.exactOptional(),
  refusals: z.partialRecord(code, count).exactOptional(),
  charged: decimal.exactOptional(),
  overage: decimal.exactOptional(),
  waived: decimal.exactOptional(),
  balance: decimal.exactOptional(),
  held: decimal.exactOptional(),
  owed: decimal.exactOptional(),
  owedMoney: decimal.exactOptional(),
  due: decimal.exactOptional(),
  totals: z.record(z.string(), z.partialRecord(z.enum(TOTALS), decimal)).exactOptional(),
  blocks: byName.exactOptional(),
  split: byName.exactOptional(),
  alerts: z.array(words).exactOptional(),
  requests: z
    .array(
      z.strictObject({
        request: words.exactOptional(),
        kind: words.exactOptional(),
        amount: decimal.exactOptional(),
      }),
    )
    .exactOptional(),
  commission: z.partialRecord(z.enum(COMMISSION_FIGURES), decimal).exactOptional(),
  renewal: z
    .strictObject({
      committed: decimal.exactOptional(),
      used: decimal.exactOptional(),
      rolledIn: decimal.exactOptional(),
      rolledOut: decimal.exactOptional(),
      expired: decimal.exactOptional(),
      overage: decimal.exactOptional(),
      nextCommitment: decimal.exactOptional(),
      invoice: z.union([decimal, z.array(invoiceLine)]).exactOptional(),
    })
    .exactOptional(),
  revenue: byMonth.exactOptional(),
  restated: byMonth.exactOptional(),
};

const later = {
  forecast: z
    .strictObject({
      runsOutOn: words.nullable().optional(),
      shortfall: decimal.nullable().optional(),
      shortfallPrice: decimal.nullable().optional(),
    })
    .optional(),
};

const facts = Object.fromEntries(
  FACTS.map((name) => [name, z.union([z.string(), z.array(z.string())]).optional()]),
);

/** The whole vocabulary of `expect`. A refusal's fields are only known beside `refused`. */
export const wholeExpectation: z.ZodType = z
  .strictObject({ ...today, ...later, ...facts })
  .superRefine((said, context) => {
    if (said.refused !== undefined) return;
    const keys = Object.keys(said).filter((key) => Object.hasOwn(facts, key));
    if (keys.length > 0) context.addIssue({ code: 'unrecognized_keys', keys });
  });

/** The expectations that can be compared today, the refusal's fields gathered in `facts`. */
export const expectationToday: z.ZodType<Expectations> = z
  .looseObject(today)
  .transform((said): Expectations => {
    const known = z.object(today).parse(said);
    return {
      ...known,
      facts: Object.fromEntries(
        FACTS.flatMap((name) => {
          const fact = z.union([z.string(), z.array(z.string())]).safeParse(said[name]);
          return known.refused !== undefined && fact.success ? [[name, fact.data]] : [];
        }),
      ),
    };
  });
