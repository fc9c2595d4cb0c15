import { posix } from 'node:path';
import { convertConcurrency } from '@actions/workflow-parser/model/converter/concurrency';
import { convertOn } from '@actions/workflow-parser/model/converter/events';
import { convertJobs } from '@actions/workflow-parser/model/converter/jobs';
import type { EventsConfig, WorkflowJob } from '@actions/workflow-parser/model/workflow-template';
import type { TemplateContext } from '@actions/workflow-parser/templates/template-context';
import { SequenceToken, type TemplateToken } from '@actions/workflow-parser/templates/tokens/index';
import { entriesOf } from '../expressions/token.ts';
import { filterPattern } from './filter-pattern.ts';
import { readTemplateFile, type TemplateIssue, templateIssues } from './template.ts';

/** A step as it stands in the file. */
export type StepDefinition = {
  /** `id:`, or the name GitHub makes up, e.g. `__run_2`; `github.action` of the step. */
  contextName: string;
  /** `id:`; steps without one are not in the `steps` context. */
  id: string | undefined;
  /** The condition, always with a status function in it. */
  condition: string;
  settings: ReadonlyMap<string, TemplateToken>;
};

/** A job as it stands in the file. */
export type JobDefinition = {
  id: string;
  needs: readonly string[];
  /** The condition, always with a status function in it. */
  condition: string;
  steps: readonly StepDefinition[];
  settings: ReadonlyMap<string, TemplateToken>;
};

export type Workflow = {
  /** Path in the repository, e.g. `.github/workflows/deploy.yml`. */
  path: string;
  /** `name:`, or the path. */
  name: string;
  triggers: EventsConfig;
  jobs: readonly JobDefinition[];
  settings: ReadonlyMap<string, TemplateToken>;
};

export type WorkflowFile =
  | { kind: 'workflow'; workflow: Workflow }
  /** `triggers` as far as they could be read: GitHub starts a run that fails at once for a file it cannot use. */
  | { kind: 'invalid'; path: string; name: string; triggers: EventsConfig | undefined; issues: TemplateIssue[] };

/**
 * Reads one workflow file with GitHub's own parser. Never throws: what is wrong with the file is in the result.
 * Syntax: docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
 * @param path the file's path in the repository
 */
export function parseWorkflowFile(path: string, text: string): WorkflowFile {
  const { context, root } = readTemplateFile('workflow', path, text);
  const settings = entriesOf(root);
  const name = settings.get('name')?.toString() || path;
  const on = settings.get('on');
  const triggers = on && readSafely(context, on, () => convertOn(context, on));
  if (triggers && on) checkFilters(context, on, triggers);
  const jobs = context.errors.count === 0 ? readJobs(context, settings) : [];
  if (context.errors.count > 0) {
    return { kind: 'invalid', path, name, triggers, issues: templateIssues(context) };
  }
  return { kind: 'workflow', workflow: { path, name, triggers: triggers ?? {}, jobs, settings } };
}

/** `deploy.yml` of `.github/workflows/deploy.yml`. */
export function workflowFileName(path: string): string {
  return posix.basename(path);
}

function readJobs(context: TemplateContext, settings: ReadonlyMap<string, TemplateToken>): JobDefinition[] {
  const token = settings.get('jobs');
  if (!token) return [];
  const concurrency = settings.get('concurrency');
  if (concurrency) readSafely(context, concurrency, () => convertConcurrency(context, concurrency));
  const converted = readSafely(context, token, () => convertJobs(context, token)) ?? [];
  const jobTokens = entriesOf(token);
  return converted.map((job) => {
    const jobSettings = entriesOf(jobTokens.get(job.id.value));
    reportUnsupported(context, job.id.value, jobSettings);
    if (job.type === 'job' && !jobSettings.has('steps')) context.error(job.id, 'Required property is missing: steps');
    return {
      id: job.id.value,
      needs: (job.needs ?? []).map((need) => need.value),
      condition: job.if.expression,
      steps: readSteps(job, jobSettings.get('steps')),
      settings: jobSettings,
    };
  });
}

function readSteps(job: WorkflowJob, token: TemplateToken | undefined): StepDefinition[] {
  if (job.type !== 'job' || !(token instanceof SequenceToken)) return [];
  const tokens = [...token];
  return job.steps.map((step, index) => {
    const settings = entriesOf(tokens[index]);
    return {
      contextName: step.id,
      id: settings.get('id')?.toString(),
      condition: step.if?.expression ?? 'success()',
      settings,
    };
  });
}

/** "You cannot use both the `branches` and `branches-ignore` filters for the same event" (workflow syntax, `on`). */
function checkFilters(context: TemplateContext, on: TemplateToken, triggers: EventsConfig): void {
  for (const [event, config] of Object.entries(triggers)) {
    if (typeof config !== 'object' || config === null) continue;
    for (const filter of ['branches', 'tags', 'paths']) {
      if (filter in config && `${filter}-ignore` in config) {
        context.error(on, `you may only define one of \`${filter}\` and \`${filter}-ignore\` for the event ${event}`);
      }
      for (const pattern of patternsOf(config, filter)) readSafely(context, on, () => filterPattern(pattern));
    }
  }
}

function patternsOf(config: object, filter: string): string[] {
  return Object.entries(config).flatMap(([key, patterns]) =>
    (key === filter || key === `${filter}-ignore`) && Array.isArray(patterns) ? patterns.map(String) : [],
  );
}

/** The converters report most problems to the context and throw the rest. */
function readSafely<T>(context: TemplateContext, token: TemplateToken, read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    context.error(token, error);
    return undefined;
  }
}

/** Settings of a job that GitHub knows and this runner does not; each makes the workflow invalid, by name. */
const JOB_SETTINGS: Readonly<Record<string, string>> = {
  container: 'job containers (`container`)',
  services: 'service containers (`services`)',
  uses: 'reusable workflows (`uses` of a job)',
  snapshot: 'image snapshots (`snapshot`)',
  'cancel-timeout-minutes': '`cancel-timeout-minutes`',
};

const STEP_SETTINGS = ['background', 'wait', 'wait-all', 'cancel', 'parallel'];

/** Reports every feature of the job that the sandbox cannot run, rather than to run it in another way than GitHub. */
function reportUnsupported(context: TemplateContext, job: string, settings: ReadonlyMap<string, TemplateToken>): void {
  for (const [name, feature] of Object.entries(JOB_SETTINGS)) {
    const token = settings.get(name);
    if (token) context.error(token, `The sandbox does not support ${feature}, which job '${job}' uses.`);
  }
  const steps = settings.get('steps');
  if (!(steps instanceof SequenceToken)) return;
  for (const step of steps) {
    const stepSettings = entriesOf(step);
    for (const name of STEP_SETTINGS) {
      const token = stepSettings.get(name);
      if (token) context.error(token, `The sandbox does not support the step setting \`${name}\` (job '${job}').`);
    }
  }
}
