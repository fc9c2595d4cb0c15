import { textAt } from '../adapters/git/deployment-trees.ts';
import type { GitHubConnection } from '../adapters/github/connection.ts';
import { currentRepository } from '../adapters/github/default-branch.ts';
import { Failure } from '../failure.ts';
import { sha256 } from '../plan/canonical-json.ts';
import { lockHolder } from '../records/lock.ts';
import { showsNames } from '../report/pseudonym.ts';
import type { TeardownPlan } from '../teardown/teardown-plan.ts';
import { pastDeployment } from './find-deployment.ts';
import type { Proposal } from './plan-proposal.ts';
import { planTeardown, sealTeardown } from './plan-teardown.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Plans the teardown of a deployment that a pull request removes, from an inventory of its account, and seals it: merging
 * exactly this commit, labelled, consents to what is listed. Nothing is sealed while a deployment changes the stacks, nor
 * what a comment cannot show, nor for a protected deployment; the refusals say so.
 */
export async function planProposedTeardown(
  surroundings: Surroundings,
  name: string,
  { github, proposal }: { github: GitHubConnection; proposal: Proposal },
): Promise<{ value: TeardownPlan; isSealed: boolean }> {
  const { workspace, clock } = surroundings;
  const text = await textAt(workspace.root, proposal.origin.base, `deployments/${name}/opensarlab.yaml`);
  if (text === undefined) throw notDeclared(name);
  const deployment = await pastDeployment(surroundings, name, text);
  const connection = await surroundings.connect(deployment, 'plan');
  const { isPrivate } = await currentRepository(github);
  const names = showsNames(deployment, isPrivate);
  const { plan, shown } = await planTeardown(surroundings, deployment, connection, { names });
  const { records } = connection.aws;
  const holder = await lockHolder(records, name, clock.now());
  if (holder !== undefined) {
    const reason = `The ${holder.verb} of run ${holder.run} is at work on it; the teardown is planned again when that has ended.`;
    return { value: { ...shown, refusals: [...shown.refusals, reason] }, isSealed: false };
  }
  const decision = sha256(text);
  const sealed = await sealTeardown(records, plan, { origin: proposal.origin, decision, names });
  if (sealed.sealed) return { value: shown, isSealed: true };
  const refusals = shown.refusals.includes(sealed.reason) ? shown.refusals : [...shown.refusals, sealed.reason];
  return { value: { ...shown, refusals }, isSealed: false };
}

function notDeclared(name: string): Failure {
  return new Failure({
    code: 'DeploymentMissing',
    source: 'user',
    message: `The default branch does not declare ${name}, so there is no teardown to plan.`,
    hint: 'It may have been removed meanwhile; look whether another teardown was merged.',
  });
}
