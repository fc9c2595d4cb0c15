import { runAction } from '../lib/github/run-action.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { renderMirrorRecords } from '../lib/report/mirror-report.ts';
import { findDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { mirrorInJob } from '../lib/verbs/mirror-in-job.ts';

await runAction(async (context) => {
  const { input, reporter } = context;
  const surroundings = await jobSurroundings(context);
  const name = input('deployment', { required: true });
  const record = await recordJob('mirror', name, async () => {
    const deployment = await findDeployment(surroundings, name);
    const connection = await surroundings.connect(deployment, 'deploy');
    const value = await mirrorInJob(surroundings, deployment, connection, {
      cache: input('cache'),
      divergence: input('divergence'),
      token: input('github-token'),
      repository: process.env.GITHUB_REPOSITORY ?? '',
      apiUrl: process.env.GITHUB_API_URL ?? '',
    });
    reporter.summary(renderMirrorRecords(value));
    return { outcome: 'succeeded', value };
  });
  return await finishJob(context, record);
});
