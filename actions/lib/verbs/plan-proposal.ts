import { usesAccount } from '../adapters/git/declared-places.ts';
import { textAt } from '../adapters/git/deployment-trees.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { estimateCost } from '../cost/cost-estimate.ts';
import type { Deployment } from '../deployment/deployment.ts';
import { readDeployment } from '../deployment/read-deployment.ts';
import { toFailure } from '../failure.ts';
import { type Approval, approvedBy, difference } from '../plan/approval.ts';
import type { CostEstimate, Plan } from '../plan/plan.ts';
import type { DeploySeal, SealOrigin } from '../plan/seal.ts';
import type { Records } from '../ports/records.ts';
import { lockHolder } from '../records/lock.ts';
import { planPrefix } from '../records/record-keys.ts';
import { newestFirst, storedSeal } from '../records/sealed-plans.ts';
import { canBeShown, renderPlan } from '../report/plan-report.ts';
import { findApproval } from './find-approval.ts';
import { plan } from './plan.ts';
import { refuseMove } from './refuse-move.ts';
import { sealPlan } from './seal-plan.ts';
import type { Connection, Surroundings } from './surroundings.ts';

/** A pull request's commit, merged into a commit of the default branch in the checkout; without a number, its tip. */
export type Proposal = {
  origin: Omit<SealOrigin, 'unseen'>;
  defaultBranch: string;
  /** Whether no person started this run: a workflow did, or another app. */
  isAutomatic: boolean;
};

/**
 * Plans one deployment of a pull request and seals the plan, so that merging exactly this commit approves exactly this; or
 * one of the tip, so that its digest names exactly what a run by hand may do. Nothing is sealed while a deployment or
 * teardown changes the stacks, and nothing that a comment cannot show.
 * @throws Failure `PlaceChanged` for a deployment that would move to another account or region
 */
export async function planProposal(
  surroundings: Surroundings,
  deployment: Deployment,
  connection: Connection,
  { github, proposal, signal }: { github: GitHubConnection; proposal: Proposal; signal: AbortSignal },
): Promise<Plan> {
  const { records } = connection.aws;
  const { repositoryId, pullRequest, base, head } = proposal.origin;
  const holder = await lockHolder(records, deployment.name, surroundings.clock.now());
  const question = {
    ...{ deployment: deployment.name, accountId: deployment.aws.account_id, repositoryId },
    ...{ commit: base, defaultBranch: proposal.defaultBranch, folder: surroundings.workspace.root },
  };
  const earlier = await findApproval(question, { github, records });
  const { root: folder } = surroundings.workspace;
  const { commit: since, region } = earlier.baseline;
  await refuseMove(folder, deployment, { since, until: base, region });
  const isNewAccount = !(await usesAccount(folder, base, deployment.aws.account_id));
  const found = await plan(surroundings, deployment, connection, {
    owner: pullRequest === undefined ? 'tip' : `pr-${pullRequest}`,
    signal,
  });
  const isTip = pullRequest === undefined;
  const before = isTip ? undefined : await costAt(surroundings, deployment.name, base);
  const planned: Plan = {
    ...found,
    ...(before === undefined ? {} : { costBefore: before }),
    ...(isNewAccount ? { newAccount: { branch: proposal.defaultBranch } } : {}),
  };
  const tip = isTip ? { tip: head } : {};
  const why =
    holder === undefined
      ? whyNotSealed(planned)
      : `the ${holder.verb} of run ${holder.run} is at work on ${deployment.name}; the plan is made again when it has ended.`;
  const result =
    why === undefined
      ? await seal(surroundings, planned, { proposal, records, earlier: earlier.approval })
      : { ...planned, sealing: { kind: 'not sealed' as const, why, ...tip } };
  surroundings.reporter.summary(renderPlan(result));
  return result;
}

function whyNotSealed(planned: Plan): string | undefined {
  const [busy] = planned.busy;
  if (busy !== undefined) return `CloudFormation is at work on ${busy}; plan again when it has finished.`;
  if (canBeShown(planned)) return undefined;
  return 'it removes or replaces more than a comment can show. Split the change into several pull requests.';
}

/**
 * What was sealed for the same commit before is compared: a plan that has grown meanwhile has to be looked at again. A person
 * who runs it again has seen the newest one; a run that nobody started confirms nothing, and is held against what a person
 * saw last.
 */
async function seal(
  surroundings: Surroundings,
  planned: Plan,
  { proposal: { origin, isAutomatic }, records, earlier }: { proposal: Proposal; records: Records; earlier: Approval },
): Promise<Plan> {
  const { decision = '' } = planned;
  const { pullRequest, head } = origin;
  if (pullRequest === undefined) {
    // A person names the digest of what was read, so an earlier plan of the tip stands for nothing.
    const { digest } = await sealPlan(surroundings, { plan: planned, origin, decision, earlier }, records);
    return { ...planned, sealing: { kind: 'sealed', digest, tip: head } };
  }
  const place = { deployment: planned.deployment, pullRequest, head };
  const last = await lastSeen(records, place, isAutomatic);
  const grown = last === undefined ? [] : difference(planned.rows, approvedBy([], [last]));
  const seen = grown.length === 0 ? {} : { unseen: true as const };
  const request = { plan: planned, origin: { ...origin, ...seen }, decision, earlier };
  const { digest } = await sealPlan(surroundings, request, records);
  return { ...planned, sealing: { kind: 'sealed', digest }, ...(grown.length === 0 ? {} : { grown }) };
}

/** The newest seal; for a run that nobody started the newest one that has not grown unseen. */
async function lastSeen(
  records: Records,
  place: { deployment: string; pullRequest: number; head: string },
  isAutomatic: boolean,
): Promise<DeploySeal | undefined> {
  const entries = await records.list(planPrefix(place));
  let seen: DeploySeal | undefined;
  for (const { key } of newestFirst(entries)) {
    const found = await storedSeal(records, key, place);
    if (found.kind !== 'deploy') continue;
    seen = found;
    if (!isAutomatic || found.origin.unseen !== true) return seen;
  }
  return seen;
}

/** What the deployment costs as the default branch declares it; undefined when it is new or cannot be read. */
async function costAt(
  { workspace, reporter }: Surroundings,
  name: string,
  commit: string,
): Promise<CostEstimate | undefined> {
  try {
    const text = await textAt(workspace.root, commit, `deployments/${name}/opensarlab.yaml`);
    const versions = await textAt(workspace.root, commit, 'cluster/versions.yaml');
    if (text === undefined || versions === undefined) return undefined;
    const file = `deployments/${name}/opensarlab.yaml`;
    const { deployment } = readDeployment({ name, file, text });
    return deployment === undefined ? undefined : estimateCost(deployment, { versions });
  } catch (error) {
    reporter.warning(`What ${name} costs now could not be estimated: ${toFailure(error).message}`);
    return undefined;
  }
}
