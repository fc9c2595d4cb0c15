import type { BranchRule, RepositorySettings, WantedRule } from '../ports/repository-settings.ts';
import { describeTier, hasReviewers, type RepositoryTier } from './repository-tier.ts';
import { type Finding, onlyByHand, type Setting } from './setting.ts';
import type { Workflows, WorkflowTriggers } from './workflow-triggers.ts';

/** The repository's own ruleset; others count as well, and none is loosened. */
const rulesetName = 'opensarlab';

/** The check that every pull request gets, whatever it touches. */
const gate = 'gate';

type Context = {
  settings: RepositorySettings;
  tier: RepositoryTier;
  branch: string;
  workflows: Workflows;
};

/**
 * What must hold for the branch that everything is deployed from: changes come by pull request, only with a passed gate,
 * and what was merged stays. Rules of all rulesets add up (docs.github.com/en/repositories/…/about-rulesets), so a
 * ruleset beside those that exist loosens nothing.
 */
export function branchRuleSettings(context: Context): Setting[] {
  return [
    pullRequestRule(context),
    gateRule(context),
    plainRule(context, 'non_fast_forward', {
      title: 'no force push',
      risk: 'Who may push can rewrite what was merged. Deploy then finds no merged pull request and refuses, but the history of what was approved is gone.',
      remedy: 'Block force pushes',
    }),
    plainRule(context, 'deletion', {
      title: 'no deletion',
      risk: 'Who may push can delete the branch, and with it what every lab is deployed from.',
      remedy: 'Restrict deletions',
    }),
    queueSetting(context),
  ];
}

function byHand(branch: string, what: string): string {
  return `Settings › Rules › Rulesets: for ${branch}, “${what}”.`;
}

function pullRequestRule({ settings, tier, branch }: Context): Setting {
  const wantedReviews = async (): Promise<number> => ((await settings.writers()).length > 1 ? 1 : 0);
  const alone =
    hasReviewers(tier) === true ? '' : ` Here (${describeTier(tier)}) this review is the only approval there is.`;
  return {
    key: 'branch.pull_request',
    title: `branch ${branch}: pull request`,
    wanted: 'changes by pull request only, reviewed by somebody else where several people may write',
    needed: true,
    risk: `One person alone can change what is deployed. What no merged pull request brought is refused, but nobody else has to agree to a merge.${alone}`,
    remedy: byHand(branch, 'Require a pull request before merging, with one approval where several people may write'),
    async look() {
      const rules = (await settings.branchRules(branch)).filter(({ type }) => type === 'pull_request');
      if (rules.length === 0) return { kind: 'wrong', detail: `Anybody who may write can push to ${branch}.` };
      const wanted = await wantedReviews();
      const reviews = Math.max(...rules.map((rule) => rule.reviews ?? 0));
      if (reviews < wanted) return { kind: 'wrong', detail: 'Several people may write, and no review is required.' };
      const note = reviews === 0 ? 'one person may write, so no review is required' : undefined;
      return await rightFor(settings, rules, note);
    },
    set: async () => await settings.addRule(rulesetName, { type: 'pull_request', reviews: await wantedReviews() }),
  };
}

/** Finds the workflow that reports the gate: without one, requiring it would block every merge. */
function gateProblem(workflows: readonly WorkflowTriggers[], branch: string): string | undefined {
  const found = workflows.filter(
    ({ checks, events }) => checks.includes(gate) && events.some((event) => event.startsWith('pull_request')),
  );
  if (found.length === 0) {
    return `No workflow on ${branch} has a job ${gate} for pull requests: requiring it would block every merge. Push this product’s workflows first.`;
  }
  if (found.some(({ filtered }) => filtered.length === 0)) return undefined;
  return `${found[0]?.path ?? ''} runs for some paths only: on other pull requests ${gate} would be waited for without end.`;
}

function gateRule({ settings, branch, workflows }: Context): Setting {
  const required = async (): Promise<{ rules: BranchRule[]; byApp: boolean }> => {
    const app = await settings.actionsApp();
    const rules = (await settings.branchRules(branch)).filter(({ checks = [] }) =>
      checks.some(({ context }) => context === gate),
    );
    const byApp = rules.filter(({ checks = [] }) =>
      checks.some((check) => check.context === gate && check.app === app),
    );
    return { rules: byApp.length > 0 ? byApp : rules, byApp: byApp.length > 0 };
  };
  return {
    key: 'branch.gate',
    title: `branch ${branch}: check ${gate}`,
    wanted: `required, reported by GitHub Actions`,
    needed: true,
    risk: 'A pull request can be merged while its checks fail or run. Deploy and destroy still refuse what no sealed plan shows, but the refusal comes after the merge.',
    remedy: byHand(branch, `Require status checks to pass, with ${gate} from GitHub Actions`),
    async look() {
      const { rules, byApp } = await required();
      const problem = gateProblem(await workflows(), branch);
      if (rules.length === 0) return { kind: 'wrong', detail: problem ?? `${gate} is not required.` };
      if (problem !== undefined) return { kind: 'differs', detail: problem };
      if (!byApp) return { kind: 'wrong', detail: `Anybody who may write can report ${gate}: no app is named for it.` };
      return await rightFor(settings, rules, undefined);
    },
    async set() {
      const problem = gateProblem(await workflows(), branch);
      if (problem !== undefined) throw onlyByHand(problem);
      const app = await settings.actionsApp();
      await settings.addRule(rulesetName, { type: 'required_status_checks', context: gate, app });
    },
  };
}

function plainRule(
  { settings, branch }: Context,
  type: (WantedRule & { type: 'deletion' | 'non_fast_forward' })['type'],
  { title, risk, remedy }: { title: string; risk: string; remedy: string },
): Setting {
  return {
    key: `branch.${type}`,
    title: `branch ${branch}: ${title}`,
    wanted: 'for everybody',
    needed: true,
    risk,
    remedy: byHand(branch, remedy),
    async look() {
      const rules = (await settings.branchRules(branch)).filter((rule) => rule.type === type);
      if (rules.length === 0) return { kind: 'wrong', detail: 'No rule says so.' };
      return await rightFor(settings, rules, undefined);
    },
    set: async () => await settings.addRule(rulesetName, { type }),
  };
}

/** Right, and who may act against it. Of several rulesets the strictest counts: one without exceptions suffices. */
async function rightFor(
  settings: RepositorySettings,
  rules: readonly BranchRule[],
  note: string | undefined,
): Promise<Finding> {
  let bypassers: string[] | undefined;
  for (const { ruleset } of rules) {
    const found = await settings.bypassersOf(ruleset);
    if (bypassers === undefined || found.length < bypassers.length) bypassers = found;
  }
  const passed = bypassers?.length ? `may be passed by ${bypassers.join(', ')}` : undefined;
  const notes = [note, passed].filter((part) => part !== undefined).join('; ');
  return { kind: 'right', ...(notes === '' ? {} : { note: notes }) };
}

/** Only told: the workflow is the repository's, and a queue that waits for a check forever is seen at the first merge. */
function queueSetting({ settings, branch, workflows }: Context): Setting {
  return {
    key: 'branch.merge_queue',
    title: `branch ${branch}: merge queue`,
    wanted: `none, or ${gate} runs in it`,
    needed: true,
    risk: `The queue waits for ${gate} without end: nothing is merged. Nothing becomes unsafe.`,
    remedy: `Add the event merge_group to the workflow with the job ${gate}.`,
    async look() {
      const queued = (await settings.branchRules(branch)).some(({ type }) => type === 'merge_queue');
      if (!queued) return { kind: 'right', note: 'no queue' };
      const runs = (await workflows()).some(
        ({ checks, events }) => checks.includes(gate) && events.includes('merge_group'),
      );
      if (runs) return { kind: 'right' };
      return { kind: 'differs', detail: `There is a queue, and no workflow with the job ${gate} runs on merge_group.` };
    },
  };
}
