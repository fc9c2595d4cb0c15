import { connectGitHub } from '../lib/github/connection.ts';
import { runAction } from '../lib/github/run-action.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { deploy } from '../lib/verbs/deploy.ts';
import { findDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { readRecord } from '../lib/verbs/record-file.ts';
import { findReviewedPlan } from '../lib/verbs/reviewed-plan.ts';

await runAction(async (context) => {
  const { input, reporter } = context;
  const surroundings = await jobSurroundings(context);
  const name = input('deployment', { required: true });
  reporter.secret(input('github-token'));
  const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
  const record = await recordJob('deploy', name, async () => {
    const deployment = await findDeployment(surroundings, name);
    const { value: mirrored = [] } = await readRecord('mirror', input('mirror-record', { required: true }));
    const reviewed = await findReviewedPlan(github, process.env.GITHUB_SHA ?? '', name);
    const connection = await surroundings.connect(deployment, 'deploy');
    const value = await deploy(surroundings, deployment, connection, { mirrored, reviewed });
    return { outcome: value.outcome, value };
  });
  return await finishJob(context, record);
});
