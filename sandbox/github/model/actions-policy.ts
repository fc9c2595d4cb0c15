import { matchesRefPattern } from './ref-pattern.ts';
import type { Repository } from './repository.ts';
import type { Enforcement } from './ruleset.ts';

/** Which events may start the workflows that the policy targets; every other one fails the run. */
export type EventRule = { type: 'restrict_action_events'; parameters: { allowed_events: string[] } };

/** Who may start them. Kept and shown; the sandbox's runner does not ask for the actor. */
export type ActorRule = {
  type: 'restrict_actions_actors';
  parameters: { allowed_actors: { id: number; type: string }[] };
};

/**
 * A policy on what may start workflows (docs.github.com/en/rest/actions/policies, generally available since 2026-09-17;
 * not in GitHub's OpenAPI description 23.0.2). Several policies may target a workflow: each one that is active and has an
 * event rule must allow the event.
 */
export type ActionsPolicy = {
  id: number;
  name: string;
  source: { type: 'Repository' | 'Organization' | 'Enterprise'; name: string };
  enforcement: Enforcement;
  /** Undefined: every workflow. Paths from the root of the repository, patterns, or `~ALL`. */
  workflowPath: { include: string[]; exclude: string[] } | undefined;
  rules: (EventRule | ActorRule)[];
  /** Of an organization: which of its repositories. Shown, not evaluated: the policy stands in each it applies to. */
  repositoryConditions: Readonly<Record<string, unknown>>;
  createdAt: Date;
  updatedAt: Date;
};

/** `allowed_events` of a rule: the events the API knows (docs.github.com/en/rest/actions/policies). */
export const policyEvents: readonly string[] =
  'branch_protection_rule check_run check_suite create delete deployment deployment_status discussion discussion_comment fork gollum image_version issue_comment issues label merge_group milestone page_build project project_card project_column public pull_request pull_request_review pull_request_review_comment pull_request_target push registry_package release repository_dispatch schedule status watch workflow_call workflow_dispatch workflow_run'.split(
    ' ',
  );

/**
 * What GitHub puts on a run that no policy allows; undefined when the event may start the workflow.
 *
 * The default: since 2 November 2026 `pull_request_target` is blocked in public repositories unless an event policy of
 * their own applies (docs.github.com/en/actions/reference/security/securely-using-pull_request_target, "Default policy").
 * Whether a policy for another workflow counts as one is not documented; here it does not, the stricter reading.
 * @param workflow path from the root of the repository, e.g. `.github/workflows/plan.yml`
 */
export function refusalOfEvent(
  repository: Pick<Repository, 'actionsPolicies' | 'private'>,
  workflow: string,
  event: string,
): string | undefined {
  const lists = [...repository.actionsPolicies.values()]
    .filter((policy) => policy.enforcement === 'active' && targetsWorkflow(policy, workflow))
    .flatMap(({ rules }) =>
      rules.flatMap((rule) => (rule.type === 'restrict_action_events' ? [rule.parameters.allowed_events] : [])),
    );
  const blockedByDefault = lists.length === 0 && event === 'pull_request_target' && !repository.private;
  if (!blockedByDefault && lists.every((allowed) => allowed.includes(event))) return undefined;
  return `Event '${event}' is not allowed to trigger Actions workflows. Workflow file: '${workflow}'.`;
}

/** Whether a policy is about this workflow. */
function targetsWorkflow({ workflowPath }: Pick<ActionsPolicy, 'workflowPath'>, workflow: string): boolean {
  if (workflowPath === undefined) return true;
  const { include, exclude } = workflowPath;
  const matches = (pattern: string): boolean => pattern === '~ALL' || matchesRefPattern(pattern, workflow);
  return (include.length === 0 || include.some(matches)) && !exclude.some(matches);
}
