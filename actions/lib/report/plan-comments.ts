import { lossesOf } from '../plan/losses.ts';
import type { Plan } from '../plan/plan.ts';
import { fitParts } from './comment-parts.ts';
import type { JobRecord } from './job-record.ts';
import { code, count, paragraphs, table, text } from './markdown.ts';
import {
  lossSentence,
  needsAttention,
  newAccountSentence,
  planConsequence,
  planParts,
  renderPlan,
} from './plan-report.ts';
import { renderSelectionProblem, type SelectionProblem } from './selection-problem.ts';
import { renderTeardownPlan, teardownConsequence } from './teardown-report.ts';

/** What one run of the plans shows on its pull request. */
export type PlanComments = {
  /** Undefined when the pull request concerns no deployment. */
  overview: string | undefined;
  /** Deployments where something is destroyed, replaced or blocked, each with a comment of its own. */
  own: ReadonlyMap<string, string>;
  /** One line for the check. */
  title: string;
  /** Everything, for the job's summary. */
  summary: string;
};

export type ShownPlans = {
  expected: readonly string[];
  records: readonly JobRecord[];
  /** The planned commit. */
  head: string;
  /** Whether the job that chose what to plan succeeded. */
  selected: boolean;
  /** Why it did not, in its own words, and where its log is. */
  problem?: SelectionProblem;
};

/** The overview and the comments of the deployments that need one, from the records of a run's legs. */
export function renderPlanComments(shown: ShownPlans): PlanComments {
  const { expected, head, selected, problem } = shown;
  const entries = expected.map((name) => entryOf(name, shown.records));
  const own = new Map(entries.flatMap(({ name, own: markdown }) => (markdown === undefined ? [] : [[name, markdown]])));
  const title = titleOf(entries, selected);
  const overview =
    selected && entries.length === 0
      ? undefined
      : renderOverview(entries, { head, selected, ...(problem && { problem }), title });
  const summary = [overview ?? title, ...entries.map(({ whole }) => whole)].join('\n\n---\n\n');
  return { overview, own, title, summary };
}

type Entry = {
  name: string;
  /** One or two sentences. */
  consequence: string;
  plan: Plan | undefined;
  own: string | undefined;
  whole: string;
  isTeardown: boolean;
};

function entryOf(name: string, records: readonly JobRecord[]): Entry {
  const record = records.find(({ deployment }) => deployment === name);
  if (record?.kind === 'plan' && record.value !== undefined) return planEntry(name, record.value);
  if (record?.kind === 'teardown' && record.value !== undefined) {
    const whole = renderTeardownPlan(record.value);
    return {
      name,
      consequence: teardownConsequence(record.value),
      plan: undefined,
      own: whole,
      whole,
      isTeardown: true,
    };
  }
  const why = record?.failure;
  const sentence =
    why === undefined
      ? 'Its job left no record, so nothing is known of it. Run the plan again.'
      : [why.message, why.hint]
          .filter(Boolean)
          .map((part) => text(part ?? ''))
          .join(' ');
  const whole = paragraphs(`### ${text(name)}`, `❌ **Not planned:** ${sentence}`);
  return {
    name,
    consequence: `❌ **Not planned:** ${sentence}`,
    plan: undefined,
    own: undefined,
    whole,
    isTeardown: false,
  };
}

function planEntry(name: string, plan: Plan): Entry {
  const own = needsAttention(plan) ? fitParts(planParts(plan)).markdown : undefined;
  const account = plan.newAccount === undefined ? '' : `New account ${code(plan.accountId)}. `;
  return {
    name,
    consequence: `${account}${planConsequence(plan)}`,
    plan,
    own,
    whole: renderPlan(plan),
    isTeardown: false,
  };
}

/** Room for the overview's folded plans; GitHub takes 65,536 characters in all. */
function renderOverview(
  entries: readonly Entry[],
  { head, selected, problem, title }: Pick<ShownPlans, 'head' | 'selected' | 'problem'> & { title: string },
): string {
  const plans = entries.flatMap(({ plan }) => (plan === undefined ? [] : [plan]));
  const lead = [
    newAccountSentence(plans),
    `## What merging does in AWS`,
    lossSentence(lossesOf(plans.flatMap(({ rows }) => rows))),
    ...entries.filter(({ isTeardown }) => isTeardown).map(({ name, consequence }) => `${code(name)}: ${consequence}`),
  ];
  const open = [
    selected ? '' : `❌ **${text(title)}** ${renderSelectionProblem(problem)}`,
    entries.length === 0
      ? ''
      : table(
          ['Deployment', 'Consequence'],
          entries.map(({ name, consequence, own, isTeardown }) => [
            code(name),
            `${isTeardown ? 'Teardown.' : consequence.replaceAll('\n', ' ')}${own === undefined ? '' : ' See its own comment.'}`,
          ]),
        ),
    head === '' ? '' : `<sub>commit ${code(head.slice(0, 12))}</sub>`,
  ];
  // Plans with a comment of their own are shown there.
  const folded = entries.flatMap(({ name, own, whole }) =>
    own === undefined ? [{ summary: `The plan of ${name}`, content: whole }] : [],
  );
  return fitParts({ lead, open, folded }).markdown;
}

function titleOf(entries: readonly Entry[], selected: boolean): string {
  if (!selected) return 'Nothing could be planned.';
  if (entries.length === 0) return 'No deployment is concerned.';
  const attention = entries.filter(({ own }) => own !== undefined).length;
  const planned = count(entries.length, 'deployment');
  return attention === 0 ? `${planned} planned.` : `${planned} planned; look at ${attention}.`;
}
