/**
 * The sandbox: AWS, GitHub, CodeCommit and Kubernetes on loopback, for demonstrations and tests. This module is the only way in
 * (README.md); everything else may change.
 */

export { knownAfterApply, resolve, type Scope } from './aws/cloudformation/intrinsic.ts';
export { checkProperties } from './aws/cloudformation/property-check.ts';
export { pseudoParameter } from './aws/cloudformation/pseudo-parameters.ts';
export type { FaultOrder } from './aws/faults.ts';
// AWS: what was done, what fails.
export { AwsError } from './aws/service.ts';
export { specOf } from './aws/service-spec/service-spec.ts';
export { codecommitService } from './aws/services/codecommit/codecommit-service.ts';
// AWS: what stands in the account.
export {
  codecommitState,
  findCodeCommitRepository,
  removeCodeCommitRepository,
} from './aws/services/codecommit/codecommit-state.ts';
export type { UsedPermission } from './aws/services/iam/access-decision.ts';
export { findRole, iam } from './aws/services/iam/iam-state.ts';
// AWS: its rules, for whoever judges templates and policies.
export { readPolicyDocument } from './aws/services/iam/policy-document.ts';
export { evaluatePolicies, type RequestContext } from './aws/services/iam/policy-evaluation.ts';
export { openServiceFixture } from './aws/services/service-fixture.ts';
export { createRoleSession } from './aws/signature/credential-store.ts';
export { type AwsSandbox, startAws } from './aws/start-aws.ts';
export { createVirtualClock, type VirtualClock } from './clock.ts';
export { startCodeCommitGit } from './codecommit-git/codecommit-git.ts';
export { serveGitHttpBackend } from './git-http-backend.ts';
// GitHub, its runner, and people.
export type { GitHubSandbox, NewRepository, RepositoryHandle } from './github/github-sandbox.ts';
export { type ActionsPolicy, refusalOfEvent } from './github/model/actions-policy.ts';
export { unprotectedEnvironment } from './github/model/environment.ts';
export { ACTIONS_APP_ID, type Ruleset } from './github/model/ruleset.ts';
export { type Changes, type MergeMethod, type Person, signIn } from './github/person.ts';
export { startGitHub } from './github/start-github.ts';
export { ANY_EVENT, type GitHubFixture, proposeChange, startFixture } from './github/test/github-fixture.ts';
export type { WorkflowEvent } from './github/workflow-event.ts';
export type { JournalEntry } from './journal.ts';
// Kubernetes.
export type { ClusterFixture } from './kubernetes/cluster-fixture.ts';
export { mergeValues } from './kubernetes/helm/values.ts';
export { jupyterhubChartData } from './kubernetes/jupyterhub/chart-data.ts';
export { hubValues, installHub, openHubCluster } from './kubernetes/jupyterhub-fixture.ts';
export { createCacheStore } from './runner/files/cache-store.ts';
export {
  type Annotation,
  createRunner,
  type Progress,
  type Runner,
  type RunnerOptions,
  type WorkflowRun,
} from './runner/runner.ts';
// A world, whole or in parts.
export { type Sandbox, sandboxAccountId, startSandbox } from './start-sandbox.ts';
