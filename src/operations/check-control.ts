// Whether the figures of alerts, caps, top-up and approvals make sense: what only an account's units
// and its currency can tell.

import { InvalidInput } from '../errors.ts';
import { parseMoney } from '../quantity/money.ts';
import { parseParts } from '../quantity/quantity.ts';
import { mainUnit, scaleOf, type Units } from '../quantity/units.ts';
import type { Alerts, Approvals, Cap, TopUp } from '../terms/control.ts';
import type { TermsChange } from '../terms/terms.ts';

/** Refuses figures that can't be kept. Throws `InvalidInput` and `Unknown`. */
export function checkControl(given: TermsChange, currency: string, units: Units): void {
  const { alerts, caps, topUp, approvals } = given;
  if (alerts != null) checkAlerts(alerts, units);
  for (const [index, cap] of (caps ?? []).entries()) checkCap(cap, `terms.caps.${index}`, units);
  if (topUp != null) checkTopUp(topUp, currency, units);
  if (approvals != null) checkApprovals(approvals, currency, units);
}

function checkAlerts({ unit, consumed, below }: Alerts, units: Units): void {
  const name = unit ?? mainUnit(units);
  for (const [index, share] of consumed.entries()) {
    if (share === '0' || share.startsWith('-')) {
      throw few(`terms.alerts.consumed.${index}`, 'a share above 0', share);
    }
  }
  for (const [index, text] of below.entries()) {
    amountOf(text, name, units, `terms.alerts.below.${index}`);
  }
  scaleOf(units, name);
}

function checkCap({ unit, amount }: Cap, field: string, units: Units): void {
  amountOf(amount, unit ?? mainUnit(units), units, `${field}.amount`);
}

function checkTopUp(topUp: TopUp, currency: string, units: Units): void {
  const unit = topUp.unit ?? mainUnit(units);
  const field = 'terms.topUp';
  const below = amountOf(topUp.below, unit, units, `${field}.below`);
  if (topUp.add !== null && amountOf(topUp.add, unit, units, `${field}.add`) === 0n) {
    throw few(`${field}.add`, 'more than 0', topUp.add);
  }
  if (topUp.fillTo !== null) {
    const fillTo = amountOf(topUp.fillTo, unit, units, `${field}.fillTo`);
    if (fillTo === 0n || fillTo < below) {
      throw few(
        `${field}.fillTo`,
        `more than 0, and at least ${topUp.below}, below which it begins`,
        topUp.fillTo,
      );
    }
  }
  moneyOf(topUp.price, currency, `${field}.price`);
  const money = topUp.atMost?.money ?? null;
  if (money !== null) moneyOf(money, currency, `${field}.atMost.money`);
}

function checkApprovals({ purchase, overage }: Approvals, currency: string, units: Units): void {
  if (purchase !== null) moneyOf(purchase.above, currency, 'terms.approvals.purchase.above');
  if (overage !== null) {
    amountOf(overage.above, mainUnit(units), units, 'terms.approvals.overage.above');
  }
}

function amountOf(text: string, unit: string, units: Units, field: string): bigint {
  const amount = parseParts(text, scaleOf(units, unit), field);
  if (amount < 0n) throw few(field, '0 or more', text);
  return amount;
}

function moneyOf(text: string, currency: string, field: string): void {
  if (parseMoney(text, currency, field) < 0n) throw few(field, '0 or more', text);
}

function few(field: string, expected: string, found: string): InvalidInput {
  return new InvalidInput({ field, expected, found });
}
