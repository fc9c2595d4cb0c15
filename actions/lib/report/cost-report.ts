import type { CostEstimate, ProfileCost } from '../plan/plan.ts';
import { cellCode, count, paragraphs, table, text, usd } from './markdown.ts';

/** What a deployment costs: the sums in one sentence, what they lack, and every item. */
export function renderCost(estimate: CostEstimate): string {
  return paragraphs(`### Cost: ${costSummary(estimate)}`, costWarnings(estimate), costBody(estimate)).trimEnd();
}

/** The sums in one sentence. */
export function costSummary(estimate: CostEstimate): string {
  const { idleMonthlyUsd, monthlyUsd, maximumMonthlyUsd, activeUserHourUsd, activity } = estimate;
  const hour = activeUserHourUsd === undefined ? [] : [`${hourly(activeUserHourUsd)} for each user and hour`];
  const use = `${count(activity.users, 'user')} for ${count(activity.hoursPerUser, 'hour')} each`;
  const parts = [
    `about ${usd(idleMonthlyUsd)} a month idle`,
    ...hour,
    `${usd(monthlyUsd)} a month with ${use}`,
    `at most ${usd(maximumMonthlyUsd)}`,
  ];
  return `${parts.join(', ')} (prices of ${estimate.pricesFrom})`;
}

/** What a reader must know before believing a sum. */
export function costWarnings(estimate: CostEstimate): string {
  const { region, pricedRegion, unpriced, budget, monthlyUsd } = estimate;
  const lines: string[] = [];
  if (pricedRegion !== region) {
    lines.push(
      `The price table does not have ${text(region)}: these are the prices of ${text(pricedRegion)}, and the real ones differ.`,
    );
  }
  if (unpriced.length > 0) lines.push(`No price is known for ${unpriced.map(text).join(', ')}: the sums lack it.`);
  if (budget !== undefined && monthlyUsd > budget) {
    lines.push(`That is more than the declared budget of ${usd(budget)} a month.`);
  }
  return lines.length === 0 ? '' : `> [!WARNING]\n${lines.map((line) => `> ${line}`).join('\n>\n')}`;
}

export function costBody(estimate: CostEstimate): string {
  const rows = estimate.items.map((item) => [
    text(item.part),
    text(item.title) + (estimate.unconfirmed.includes(item.title) ? ' ¹' : ''),
    usd(item.idleMonthlyUsd),
    usd(item.monthlyUsd),
    usd(item.maximumMonthlyUsd),
    text(item.basis),
  ]);
  const note = estimate.unconfirmed.length === 0 ? '' : '¹ A long-standing list price that was not read again.';
  return paragraphs(
    table(['Part', 'Item', 'Idle', 'Month', 'At most', 'Basis'], rows),
    estimate.profiles.length === 0
      ? ''
      : table(['Profile', 'Machine', 'Users on it', 'User and hour'], profileRows(estimate)),
    note,
    `Not in it: ${estimate.leftOut.map(text).join('; ')}.`,
  ).trimEnd();
}

function profileRows({ profiles }: CostEstimate): string[][] {
  return profiles.map((profile: ProfileCost) => [
    text(profile.name),
    cellCode(profile.machine),
    profile.usersPerMachine === undefined ? '?' : String(profile.usersPerMachine),
    profile.usdPerHour === undefined ? '?' : hourly(profile.usdPerHour),
  ]);
}

/** Fractions of a cent matter in an hour. */
function hourly(amount: number): string {
  return `$${amount.toFixed(3)}`;
}
