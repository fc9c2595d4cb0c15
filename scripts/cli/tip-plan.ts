import { connectGitHub } from '../../actions/lib/adapters/github/connection.ts';
import { currentRepository, fileAtTip, tipOf } from '../../actions/lib/adapters/github/default-branch.ts';
import { startPlan } from '../../actions/lib/adapters/github/plan-runs.ts';
import { Failure, toFailure } from '../../actions/lib/failure.ts';
import type { GitHubTarget } from './github-target.ts';

/** A plan of the tip that was started, and where it appears. */
export type StartedPlan = { deployment: string; branch: string; tip: string; url: string };

/**
 * Starts the workflow plan for a deployment as the tip of the default branch declares it: only its role may seal a plan.
 * @throws Failure with the way to start it by hand when GitHub cannot be asked or refuses
 */
export async function startTipPlan(target: GitHubTarget, deployment: string): Promise<StartedPlan> {
  const { owner, name, apiUrl, token } = target;
  if (token === undefined) {
    throw notStarted(deployment, 'GitHub cannot be asked without a token in GITHUB_TOKEN.');
  }
  const github = connectGitHub(token, `${owner}/${name}`, apiUrl);
  try {
    const { defaultBranch: branch, url } = await currentRepository(github);
    const tip = await tipOf(github, branch);
    const declaration = await fileAtTip(github, `deployments/${deployment}/opensarlab.yaml`, branch);
    if (declaration === undefined) throw notDeclared(deployment, branch);
    await startPlan(github, { deployment }, branch);
    return { deployment, branch, tip, url: `${url}/actions/workflows/plan.yml?query=event%3Aworkflow_dispatch` };
  } catch (error) {
    const failure = toFailure(error);
    throw failure.code === 'DeploymentMissing' ? failure : notStarted(deployment, failure.message, failure);
  }
}

function notStarted(deployment: string, why: string, cause?: Failure): Failure {
  return new Failure({
    code: 'PlanNotStarted',
    source: cause?.source ?? 'user',
    message: `The plan of ${deployment} at the tip was not started: ${why}`,
    hint: `On GitHub: Actions › plan › Run workflow, on the default branch, with the deployment ${deployment} and no pull request.`,
    cause,
  });
}

function notDeclared(deployment: string, branch: string): Failure {
  return new Failure({
    code: 'DeploymentMissing',
    source: 'user',
    message: `The tip of ${branch} declares no deployment ${deployment}.`,
    hint: 'Merge the pull request that adds it; its own plan is sealed already.',
  });
}
