// Writes about what was agreed: seats, offers, renewals, changes of plan, disputes, and answers to requests.

import { z } from 'zod';
import type { EngineCommand } from '../operations/command.ts';
import type { TermsChange } from '../terms/terms.ts';
import { planNamed } from './account-commands.ts';
import type { Reader } from './commands.ts';
import { entries, id, later, read, remark, writeFields } from './door.ts';
import { type Plans, readTerms, statedTerms } from './plans.ts';
import { finish, nested, Statement } from './statement.ts';

const MAX_SEATS = 10_000;

const seatsSchema = z.strictObject({ ...writeFields, members: z.array(id).max(MAX_SEATS) });

const claimSchema = z.strictObject({ ...writeFields, offer: id });

const renewSchema = z.strictObject({
  ...writeFields,
  decision: z.union(
    [
      z.literal('accept'),
      z.strictObject({
        override: z.strictObject({ amount: later.optional(), price: later.optional() }),
      }),
    ],
    '"accept" or { override: { amount, price } }',
  ),
  by: id.optional(),
  reason: remark.optional(),
});

const changePlanSchema = z.strictObject({
  ...writeFields,
  change: z.enum(['upgrade', 'downgrade', 'cancel']),
  plan: id.optional(),
  terms: later.optional(),
  blocks: entries(
    z.enum(['purchased', 'included', 'promotional', 'goodwill', 'rollover']),
    z.enum(['carry', 'convert', 'forfeit', 'freeze']),
  ).optional(),
  reason: remark.optional(),
});

const disputeSchema = z.strictObject({
  ...writeFields,
  block: id,
  state: z.enum(['open', 'won', 'lost']),
  reason: remark.optional(),
});

const paySchema = z.strictObject({
  ...writeFields,
  request: z.string().min(1),
  outcome: z.enum(['paid', 'failed']),
  reference: id.optional(),
  reason: remark.optional(),
});

const answerSchema = z.strictObject({
  ...writeFields,
  request: z.string().min(1),
  by: id,
  role: id.optional(),
  reason: remark.optional(),
});

function readSeats(input: unknown): EngineCommand {
  const given = read(seatsSchema, input);
  const said = new Statement();
  const members = said.names('members', given.members) ?? [];
  return { do: 'seats', members, ...finish(given, said) };
}

function readClaim(input: unknown): EngineCommand {
  const given = read(claimSchema, input);
  const said = new Statement();
  said.plain('offer', given.offer);
  return { do: 'claim', offer: given.offer, ...finish(given, said) };
}

function readRenew(input: unknown): EngineCommand {
  const given = read(renewSchema, input);
  const { decision } = given;
  const said = new Statement();
  let decided: Extract<EngineCommand, { do: 'renew' }>['decision'] = 'accept';
  if (decision === 'accept') said.plain('decision', decision);
  else {
    const inner = new Statement();
    decided = nested('decision.override', () => ({
      amount: inner.amountFrom('amount', decision.override.amount),
      price: inner.amountFrom('price', decision.override.price),
    }));
    said.plain('decision', { override: inner.input });
  }
  said.plain('by', given.by);
  said.plain('reason', given.reason);
  return {
    do: 'renew',
    decision: decided,
    by: given.by ?? null,
    reason: given.reason ?? null,
    ...finish(given, said),
  };
}

function readChangePlan(input: unknown, plans: Plans): EngineCommand {
  const given = read(changePlanSchema, input);
  const said = new Statement();
  said.plain('change', given.change);
  said.plain('plan', given.plan);
  const terms: TermsChange[] = [];
  if (given.plan !== undefined) terms.push(planNamed(given.plan, plans));
  if (given.terms !== undefined) {
    const own = readTerms(given.terms, 'terms');
    said.plain('terms', statedTerms(own));
    terms.push(own);
  }
  const blocks = new Map([...(given.blocks ?? [])].sort());
  if (given.blocks !== undefined) said.plain('blocks', Object.fromEntries(blocks));
  said.plain('reason', given.reason);
  return { do: 'changePlan', change: given.change, terms, blocks, ...finish(given, said) };
}

function readDispute(input: unknown): EngineCommand {
  const given = read(disputeSchema, input);
  const said = new Statement();
  said.plain('block', given.block);
  said.plain('state', given.state);
  said.plain('reason', given.reason);
  return { do: 'dispute', block: given.block, state: given.state, ...finish(given, said) };
}

function readPay(input: unknown): EngineCommand {
  const given = read(paySchema, input);
  const said = new Statement();
  said.plain('request', given.request);
  said.plain('outcome', given.outcome);
  said.plain('reference', given.reference);
  said.plain('reason', given.reason);
  return {
    do: 'pay',
    request: given.request,
    outcome: given.outcome,
    reference: given.reference ?? null,
    ...finish(given, said),
  };
}

function readAnswer(what: 'approve' | 'decline', input: unknown): EngineCommand {
  const given = read(answerSchema, input);
  const said = new Statement();
  said.plain('request', given.request);
  said.plain('by', given.by);
  said.plain('role', given.role);
  said.plain('reason', given.reason);
  return {
    do: what,
    request: given.request,
    by: given.by,
    role: given.role ?? null,
    ...finish(given, said),
  };
}

/** Readers of the writes about what was agreed. */
export const termsCommands: Readonly<
  Record<
    'seats' | 'claim' | 'renew' | 'changePlan' | 'dispute' | 'pay' | 'approve' | 'decline',
    Reader
  >
> = {
  seats: readSeats,
  claim: readClaim,
  renew: readRenew,
  changePlan: readChangePlan,
  dispute: readDispute,
  pay: readPay,
  approve: (input) => readAnswer('approve', input),
  decline: (input) => readAnswer('decline', input),
};
