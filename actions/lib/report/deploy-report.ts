import type { DeployRecord } from '../deploy/deploy-record.ts';
import type { StepRecord } from '../engine/step-record.ts';
import { cellCode, code, duration, paragraphs, table, text } from './markdown.ts';

const outcomeWords: Record<StepRecord['outcome'], string> = {
  succeeded: '✅',
  failed: '❌ failed',
  unknown: '❔ unknown',
  skipped: '⏭️ skipped',
};

/** A deployment's run for the job summary. */
export function renderDeployRecord(record: DeployRecord): string {
  return paragraphs(
    `## ${outcomeWords[record.outcome]} ${text(record.deployment)} in ${text(record.region)}`,
    text(record.message),
    renderOutputs(record),
    renderSteps(record.steps),
    record.unchanged ? '' : renderTimeline(record.steps),
    `<sub>${record.calls} requests to AWS · account ${code(record.accountId)}</sub>`,
  );
}

/** Steps with outcome, duration and failure; shared with the receipt. */
export function renderSteps(steps: readonly StepRecord[]): string {
  if (steps.length === 0) return '';
  return table(
    ['Step', '', 'Change', 'Took', ''],
    steps.map((step) => [
      text(step.title),
      outcomeWords[step.outcome],
      text(step.change),
      duration(Date.parse(step.finishedAt) - Date.parse(step.startedAt)),
      [step.failure?.message, step.failure?.hint, step.detail]
        .filter((part) => part !== undefined)
        .map(text)
        .join('<br>'),
    ]),
  );
}

function renderOutputs({ outputs }: DeployRecord): string {
  const rows: string[][] = [];
  if (outputs.url !== undefined) rows.push(['Open', text(outputs.url)]);
  if (outputs.dnsRecord !== undefined) {
    const { name, type, value } = outputs.dnsRecord;
    rows.push(['Create this DNS record', `${cellCode(name)} ${type} ${cellCode(value)}`]);
  } else if (outputs.dnsName !== undefined) rows.push(['Load balancer', cellCode(outputs.dnsName)]);
  if (outputs.certificate !== undefined) {
    const { status, expiresAt } = outputs.certificate;
    rows.push(['Certificate', text(expiresAt === undefined ? status : `${status}, until ${expiresAt.slice(0, 10)}`)]);
  }
  if (outputs.userPoolId !== undefined) rows.push(['User pool', cellCode(outputs.userPoolId)]);
  for (const image of outputs.images) rows.push(['Image', cellCode(`${image.repository}:${image.tag}`)]);
  return rows.length === 0 ? '' : table(['', ''], rows);
}

/** Characters of a step's title in the chart; Mermaid has no wrapping. */
const titleLength = 40;

/**
 * Steps on a time axis as a Mermaid Gantt chart, which GitHub renders. Steps that did nothing are left out.
 */
function renderTimeline(steps: readonly StepRecord[]): string {
  const bars = steps.filter((step) => step.outcome !== 'skipped' && step.finishedAt > step.startedAt);
  if (bars.length === 0) return '';
  const lines = [...bars]
    .sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt))
    .map((step) => {
      const state = step.outcome === 'succeeded' ? 'done, ' : 'crit, ';
      return `  ${chartText(step.title)} :${state}${seconds(step.startedAt)}, ${Math.max(seconds(step.finishedAt), seconds(step.startedAt) + 1)}`;
    });
  return ['```mermaid', 'gantt', '  dateFormat X', '  axisFormat %H:%M', ...lines, '```'].join('\n');
}

const seconds = (time: string): number => Math.floor(Date.parse(time) / 1000);

/** Mermaid ends a task's name at a colon and a statement at a semicolon or `#`. */
function chartText(title: string): string {
  return title
    .replace(/[^\p{L}\p{N} ._/-]+/gu, ' ')
    .slice(0, titleLength)
    .trim();
}
