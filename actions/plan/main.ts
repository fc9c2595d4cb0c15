import { mergeProposal } from '../lib/adapters/git/merged-proposal.ts';
import { cancellation } from '../lib/adapters/github/cancellation.ts';
import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { currentRepository } from '../lib/adapters/github/default-branch.ts';
import { type ActionContext, runAction } from '../lib/adapters/github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { planOutcome } from '../lib/plan/plan-outcome.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { findDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { isAutomatic, jobIdentity } from '../lib/verbs/job-identity.ts';
import { pullRequestInput } from '../lib/verbs/job-inputs.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { type Proposal, planProposal } from '../lib/verbs/plan-proposal.ts';
import { planProposedTeardown } from '../lib/verbs/plan-proposed-teardown.ts';

export const main = () =>
  runAction(async (context) => {
    const { input } = context;
    const signal = cancellation();
    const name = input('deployment', { required: true });
    const isTeardown = input('kind') === 'teardown';
    const record = isTeardown
      ? await recordJob('teardown', name, async () => {
          const { surroundings, github, proposal } = await prepare(context);
          const { value, isSealed } = await planProposedTeardown(surroundings, name, { github, proposal });
          return { outcome: isSealed ? 'succeeded' : 'failed', value };
        })
      : await recordJob('plan', name, async () => {
          const { surroundings, github, proposal } = await prepare(context);
          const deployment = await findDeployment(surroundings, name);
          const connection = await surroundings.connect(deployment, 'plan');
          const value = await planProposal(surroundings, deployment, connection, { github, proposal, signal });
          return { outcome: planOutcome(value), value };
        });
    return await finishJob(context, record);
  });

/** The checkout holds the proposal merged into the default branch from here on, or the tip as it is. */
async function prepare(context: ActionContext) {
  const { input, reporter } = context;
  reporter.secret(input('github-token'));
  const { run, attempt, repository, repositoryId } = jobIdentity(process.env);
  const github = connectGitHub(input('github-token'), repository);
  const { defaultBranch } = await currentRepository(github);
  const [base, head] = [commit(input('base')), commit(input('head'))];
  const pullRequest = pullRequestInput(input('pull-request'));
  const surroundings = await jobSurroundings(context);
  // The tip is checked out already; merged into itself it would be the same.
  if (pullRequest !== undefined) await mergeProposal(surroundings.workspace.root, base, head);
  else if (base !== head) throw invalid('A plan of the tip has the same commit as `base` and as `head`.');
  const of = pullRequest === undefined ? {} : { pullRequest };
  const origin = { repositoryId, ...of, head, base, run, attempt };
  const proposal: Proposal = { origin, defaultBranch, isAutomatic: isAutomatic(process.env) };
  return { surroundings, github, proposal };
}

function commit(given: string): string {
  if (/^[0-9a-f]{40}$/.test(given)) return given;
  throw invalid('The inputs `base` and `head` must be commits of 40 hex digits.');
}

function invalid(message: string): Failure {
  return new Failure({ code: 'InputInvalid', source: 'user', message });
}
