/**
 * The sandbox: AWS, GitHub, CodeCommit and Kubernetes on loopback, for demonstrations and tests. This module is the only way in
 * (README.md); what it exports stays as it is, everything behind it may change.
 */

// A world, whole or in parts.
export { type Sandbox, sandboxAccountId, startSandbox } from './start-sandbox.ts';
export { type AwsSandbox, startAws } from './aws/start-aws.ts';
export { startGitHub } from './github/start-github.ts';
export { type CodeCommit, startCodeCommit } from './codecommit-git/start-codecommit.ts';
export { serveGitHttpBackend } from './git-http-backend.ts';
export { createVirtualClock, type VirtualClock } from './clock.ts';
export type { JournalEntry } from './journal.ts';

// AWS: what stands there, what fails, what was used.
export type { SessionKeys } from './aws/account-view.ts';
export type { FaultOrder } from './aws/faults.ts';
export { AwsError } from './aws/service.ts';
export type { UsedPermission } from './aws/services/iam/access-decision.ts';

// AWS: its rules, for whoever judges templates and policies.
export { evaluatePolicies, type RequestContext } from './aws/services/iam/policy-evaluation.ts';
export { readPolicyDocument } from './aws/services/iam/policy-document.ts';
export { knownAfterApply, resolve, type Scope } from './aws/cloudformation/intrinsic.ts';
export { checkProperties } from './aws/cloudformation/property-check.ts';
export { pseudoParameter } from './aws/cloudformation/pseudo-parameters.ts';
export { specOf } from './aws/service-spec/service-spec.ts';

// GitHub: the site, people, and the runner.
export type { GitHubSandbox, NewRepository, RepositoryHandle } from './github/github-sandbox.ts';
export { type Changes, type MergeMethod, type Person, signIn } from './github/person.ts';
export { type ActionsPolicy, refusalOfEvent } from './github/model/actions-policy.ts';
export { unprotectedEnvironment } from './github/model/environment.ts';
export { ACTIONS_APP_ID, type Ruleset } from './github/model/ruleset.ts';
export type { WorkflowEvent } from './github/workflow-event.ts';
export { ANY_EVENT, type GitHubFixture, proposeChange, startFixture } from './github/test/github-fixture.ts';
export {
  type Annotation,
  createRunner,
  type Progress,
  type Runner,
  type RunnerOptions,
  type WorkflowRun,
} from './runner/runner.ts';
export { createCacheStore } from './runner/files/cache-store.ts';

// Kubernetes: a cluster with a hub in it, and the chart.
export type { ClusterFixture } from './kubernetes/cluster-fixture.ts';
export { hubValues, installAutoscaler, installHub, openHubCluster } from './kubernetes/jupyterhub-fixture.ts';
export { jupyterhubChartData } from './kubernetes/jupyterhub/chart-data.ts';
export { mergeValues } from './kubernetes/helm/values.ts';

// Kubernetes: objects with one mistake each, for whoever asks another API server about them.
export { type BrokenManifest, brokenManifests, soundObjects } from './kubernetes/validation/broken-manifests.ts';
