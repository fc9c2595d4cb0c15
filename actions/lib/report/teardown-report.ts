import type { Receipt } from '../teardown/receipt.ts';
import type { TeardownItem, TeardownPlan } from '../teardown/teardown-plan.ts';
import { renderSteps } from './deploy-report.ts';
import { cellCode, code, count, details, paragraphs, table, text, usd } from './markdown.ts';

/** The teardown plan, for the body of the teardown pull request and for its inventory comment. */
export function renderTeardownPlan(plan: TeardownPlan): string {
  const basis =
    plan.basis === 'inventory'
      ? `Seen in account ${code(plan.accountId)}, ${text(plan.region)}.`
      : 'Derived from the declaration; the inventory of what is really there follows as a comment.';
  return paragraphs(
    `### Teardown of ${text(plan.deployment)}`,
    plan.refusals.length > 0
      ? `> [!CAUTION]\n> **It would be refused:**\n${plan.refusals.map((reason) => `> - ${text(reason)}`).join('\n')}`
      : '',
    basis,
    plan.steps.map((step, index) => `${index + 1}. **${text(step.title)}** – ${text(step.detail)}`).join('\n'),
    `**Goes (${plan.goes.length})**`,
    plan.goes.length === 0
      ? 'Nothing.'
      : table(
          ['What', 'Type', ''],
          plan.goes.map((item) => [text(item.title), cellCode(item.type), amount(item)]),
        ),
    `**Stays (${plan.stays.length})**`,
    plan.stays.length === 0
      ? 'Nothing.'
      : table(
          ['What', 'Why', 'Rule', 'A month'],
          plan.stays.map((item) => [
            text(item.title),
            text(item.reason),
            cellCode(item.rule),
            item.monthlyUsd === undefined ? '?' : usd(item.monthlyUsd),
          ]),
        ),
  );
}

function amount(item: TeardownItem): string {
  const parts = [
    item.count === undefined ? '' : `${item.count}×`,
    item.sizeGib === undefined ? '' : `${item.sizeGib} GiB`,
  ];
  return parts.filter(Boolean).join(' ');
}

const verdicts: Record<Receipt['outcome'], string> = {
  succeeded: '✅ Proven gone',
  failed: '❌ Not gone',
  unknown: '❔ Not proven',
};

/** Who said that a resource is gone; its own service unless noted. */
const confirmations: Record<Receipt['gone'][number]['confirmedBy'], string> = {
  service: '',
  stack: ' (by CloudFormation’s word)',
};

/** The receipt, for the teardown pull request and the job summary. */
export function renderReceipt(receipt: Receipt): string {
  const retainedCost = receipt.retained.reduce((sum, item) => sum + (item.monthlyUsd ?? 0), 0);
  return paragraphs(
    `### ${verdicts[receipt.outcome]}: ${text(receipt.deployment)}`,
    text(receipt.message),
    `**${receipt.gone.length} gone · ${receipt.retained.length} retained (${usd(retainedCost)} a month) · ${receipt.leftover.length} left over**`,
    renderLeftovers(receipt),
    receipt.retained.length === 0
      ? ''
      : table(
          ['Retained', 'Why', 'Rule', 'A month'],
          receipt.retained.map((item) => [
            cellCode(item.arn),
            text(item.reason),
            cellCode(item.rule),
            item.monthlyUsd === undefined ? '?' : usd(item.monthlyUsd),
          ]),
        ),
    details(
      `${count(receipt.gone.length, 'resource')} gone`,
      receipt.gone.map((item) => `- ${code(item.arn)}${confirmations[item.confirmedBy]}`).join('\n'),
    ),
    details('Steps', renderSteps(receipt.steps)),
    `<sub>${receipt.calls} requests to AWS · account ${code(receipt.accountId)}, ${text(receipt.region)}</sub>`,
  );
}

function renderLeftovers(receipt: Receipt): string {
  const rows = [
    ...receipt.leftover.map((item) => [cellCode(item.arn), text(item.reason), text(item.hint)]),
    ...receipt.unverified.map((item) => [
      cellCode(item.arn),
      text(item.failure.message),
      text(item.failure.hint ?? ''),
    ]),
  ];
  return rows.length === 0 ? '' : table(['Left over or not verified', 'Why', 'What to do'], rows);
}
