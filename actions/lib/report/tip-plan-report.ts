import type { JobRecord } from './job-record.ts';
import { code, paragraphs, text } from './markdown.ts';
import { renderPlan } from './plan-report.ts';
import { renderRows } from './rows-report.ts';

/**
 * The plan of a deployment as the default branch's tip declares it, and how a person goes on with it.
 * @param record of the job that planned; undefined when it left none
 */
export function renderTipPlan(deployment: string, record: JobRecord<'plan'> | undefined): string {
  const plan = record?.value;
  if (plan === undefined) {
    const { message, hint } = record?.failure ?? {
      message: 'Its job left no record, so nothing is known of it.',
      hint: 'Run the workflow plan again.',
    };
    const sentence = [message, hint].map((part) => text(part ?? '')).join(' ');
    return paragraphs(`## Plan of the tip`, `❌ ${code(deployment)} **was not planned:** ${sentence.trim()}`);
  }
  const { sealing, rows } = plan;
  const tip = sealing?.tip === undefined ? 'the tip' : code(sealing.tip.slice(0, 12));
  const wayOn =
    sealing?.kind === 'sealed'
      ? `To have exactly this done: run the workflow **deploy** within 24 hours with the deployment ${code(deployment)} and the digest ${code(sealing.digest)}, while ${tip} is the tip. It counts only where the environment ${code('deploy')} has required reviewers; elsewhere a merged pull request approves.`
      : 'Nothing was sealed, so no run can go by this plan.';
  return paragraphs(
    `## Plan of ${code(deployment)} at ${tip}`,
    wayOn,
    renderPlan(plan),
    rows.length === 0
      ? ''
      : `<details><summary>Every row of it (${rows.length})</summary>\n\n${renderRows(rows)}\n\n</details>`,
  );
}
