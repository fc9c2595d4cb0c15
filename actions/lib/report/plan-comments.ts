import { lossesOf } from '../plan/losses.ts';
import type { Plan } from '../plan/plan.ts';
import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import { fitParts } from './comment-parts.ts';
import { renderSelectionProblem, type SelectionProblem } from './conclusion.ts';
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
import { renderRows } from './rows-report.ts';
import { renderTeardownPlan, teardownConsequence, teardownTotal } from './teardown-report.ts';

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
  /** What must not be missing where there is no room for that. */
  briefly: string;
  plan: Plan | undefined;
  teardown: TeardownPlan | undefined;
  own: string | undefined;
  whole: string;
};

function entryOf(name: string, records: readonly JobRecord[]): Entry {
  const record = records.find(({ deployment }) => deployment === name);
  if (record?.kind === 'plan' && record.value !== undefined) return planEntry(name, record.value);
  if (record?.kind === 'teardown' && record.value !== undefined) {
    const whole = renderTeardownPlan(record.value);
    return {
      name,
      consequence: teardownConsequence(record.value),
      briefly: 'Teardown.',
      plan: undefined,
      teardown: record.value,
      own: whole,
      whole,
    };
  }
  const why = record?.failure;
  const said = [why?.message, why?.hint].flatMap((part) => (part ? [part] : []));
  const sentence = (longest: number): string =>
    why === undefined
      ? 'Its job left no record, so nothing is known of it. Run the plan again.'
      : said.map((part) => text(shortened(part, longest))).join(' ');
  const notPlanned = '❌ **Not planned:**';
  return {
    ...{ name, plan: undefined, teardown: undefined, own: undefined },
    consequence: `${notPlanned} ${sentence(longestReason)}`,
    briefly: `${notPlanned} see the job summary.`,
    whole: paragraphs(`### ${text(name)}`, `${notPlanned} ${sentence(Number.POSITIVE_INFINITY)}`),
  };
}

/** Characters of each sentence about a failure in the overview's table; AWS and programs can say much more. */
const longestReason = 500;

function shortened(value: string, longest: number): string {
  return value.length > longest ? `${value.slice(0, longest)} …` : value;
}

function planEntry(name: string, plan: Plan): Entry {
  const own = needsAttention(plan) ? fitParts(planParts(plan)).markdown : undefined;
  const account = plan.newAccount === undefined ? '' : `New account ${code(plan.accountId)}. `;
  return {
    ...{ name, plan, teardown: undefined, own, whole: renderPlan(plan) },
    consequence: `${account}${planConsequence(plan)}`,
    briefly: `${account}${lossSentence(lossesOf(plan.rows))}`,
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
    ...teardownLead(entries),
  ];
  const openWith = (shown: string): string[] => [
    selected ? '' : `❌ **${text(title)}** ${renderSelectionProblem(problem)}`,
    shown,
    head === '' ? '' : `<sub>commit ${code(head.slice(0, 12))}</sub>`,
  ];
  // Plans with a comment of their own are shown there.
  const folded = entries.flatMap(({ name, own, whole }) =>
    own === undefined ? [{ summary: `The plan of ${name}`, content: whole }] : [],
  );
  for (const shown of [deploymentsTable(entries, 'consequence'), deploymentsTable(entries, 'briefly'), tableLeftOut]) {
    const fitted = fitParts({ lead, open: openWith(shown), folded });
    if (fitted.isWhole) return fitted.markdown;
  }
  return fitParts({ lead: lead.slice(0, leadKept), open: openWith(tableLeftOut), folded: [] }).markdown;
}

/** New accounts, heading, losses and what all teardowns take: always short. */
const leadKept = 4;

/** The overview approves nothing: whether a plan can be is decided by its own comment. */
const tableLeftOut = 'The table of deployments does not fit here; the job summary has all of them.';

function deploymentsTable(entries: readonly Entry[], what: 'consequence' | 'briefly'): string {
  if (entries.length === 0) return '';
  const rows = entries.map(({ name, own, teardown, ...said }) => {
    const words = teardown === undefined ? said[what].replaceAll('\n', ' ') : 'Teardown.';
    return [code(name), `${words}${own === undefined ? '' : ' See its own comment.'}`];
  });
  return table(['Deployment', 'Consequence'], rows);
}

/** What each teardown comes to; of several first what all of them take together, which the first lines have to name. */
function teardownLead(entries: readonly Entry[]): string[] {
  const found = entries.flatMap(({ name, consequence, teardown }) =>
    teardown === undefined ? [] : [{ teardown, words: `${code(name)}: ${consequence}` }],
  );
  const each = found.map(({ words }) => words);
  return found.length < 2 ? ['', ...each] : [teardownTotal(found.map(({ teardown }) => teardown)), ...each];
}

function titleOf(entries: readonly Entry[], selected: boolean): string {
  if (!selected) return 'Nothing could be planned.';
  if (entries.length === 0) return 'No deployment is concerned.';
  const attention = entries.filter(({ own }) => own !== undefined).length;
  const planned = count(entries.length, 'deployment');
  return attention === 0 ? `${planned} planned.` : `${planned} planned; look at ${attention}.`;
}

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
