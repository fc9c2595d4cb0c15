import type { GlobalHandlers, RepositoryHandlers, RepositoryOperation } from '../rest/rest-call.ts';
import { actionsPolicyHandlers } from './actions-policies.ts';
import { artifactHandlers } from './artifacts.ts';
import { branchHandlers } from './branches.ts';
import { checkHandlers } from './checks.ts';
import { commentHandlers } from './comments.ts';
import { commitHandlers } from './commits.ts';
import { contentHandlers } from './contents.ts';
import { environmentHandlers } from './environments.ts';
import { gitObjectHandlers } from './git-objects.ts';
import { gitRefHandlers } from './git-refs.ts';
import { issueEventHandlers } from './issue-events.ts';
import { issueLabelHandlers } from './issue-labels.ts';
import { issueHandlers } from './issues.ts';
import { labelHandlers } from './labels.ts';
import { mergeHandlers } from './merges.ts';
import { pullRequestHandlers } from './pulls.ts';
import { repositorySettingHandlers } from './repository-settings.ts';
import { reviewHandlers } from './reviews.ts';
import { rulesetHandlers } from './rulesets.ts';
import { runControlHandlers } from './run-control.ts';
import { userHandlers } from './users.ts';
import { variableHandlers } from './variables.ts';
import { workflowRunHandlers } from './workflow-runs.ts';

/** Every operation of a repository the sandbox serves. */
export const REPOSITORY_HANDLERS: RepositoryHandlers<RepositoryOperation> = {
  ...repositorySettingHandlers,
  ...branchHandlers,
  ...commitHandlers,
  ...contentHandlers,
  ...gitRefHandlers,
  ...gitObjectHandlers,
  ...pullRequestHandlers,
  ...mergeHandlers,
  ...reviewHandlers,
  ...issueHandlers,
  ...issueEventHandlers,
  ...commentHandlers,
  ...issueLabelHandlers,
  ...labelHandlers,
  ...checkHandlers,
  ...artifactHandlers,
  ...workflowRunHandlers,
  ...runControlHandlers,
  ...variableHandlers,
  ...environmentHandlers,
  ...rulesetHandlers,
  ...actionsPolicyHandlers,
};

/** Every other operation the sandbox serves. */
export const GLOBAL_HANDLERS: GlobalHandlers = userHandlers;
