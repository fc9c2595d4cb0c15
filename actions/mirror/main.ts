import { runAction } from '../lib/github/run-action.ts';
import { renderMirrorRecords } from '../lib/report/deploy-report.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { findDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { mirror } from '../lib/verbs/mirror.ts';

await runAction(async (context) => {
  const surroundings = await jobSurroundings(context);
  const name = context.input('deployment', { required: true });
  const record = await recordJob('mirror', name, async () => {
    const deployment = await findDeployment(surroundings, name);
    const value = await mirror(surroundings, deployment, await surroundings.connect(deployment, 'deploy'), false);
    context.reporter.summary(renderMirrorRecords(value));
    return { outcome: 'succeeded', value };
  });
  return await finishJob(context, record);
});
