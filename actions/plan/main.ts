import { type ActionContext, runAction } from '../lib/github/run-action.ts';
import { planOutcome } from '../lib/plan/plan-outcome.ts';
import { type JobRecord, recordJob } from '../lib/report/job-record.ts';
import { findDeployment } from '../lib/verbs/find-deployment.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { plan } from '../lib/verbs/plan.ts';
import { planTeardown } from '../lib/verbs/plan-teardown.ts';

await runAction(async (context) => {
  const name = context.input('deployment', { required: true });
  const record =
    context.input('teardown') === 'true' ? await recordTeardown(context, name) : await recordPlan(context, name);
  return await finishJob(context, record);
});

async function recordPlan(context: ActionContext, name: string): Promise<JobRecord> {
  return await recordJob('plan', name, async () => {
    const surroundings = await jobSurroundings(context);
    const deployment = await findDeployment(surroundings, name);
    const value = await plan(surroundings, deployment, await surroundings.connect(deployment, 'plan'));
    return { outcome: planOutcome(value), value };
  });
}

async function recordTeardown(context: ActionContext, name: string): Promise<JobRecord> {
  return await recordJob('teardown', name, async () => {
    const surroundings = await jobSurroundings(context);
    const deployment = await findDeployment(surroundings, name);
    const connection = await surroundings.connect(deployment, 'plan');
    return { outcome: 'succeeded', value: await planTeardown(surroundings, deployment, connection) };
  });
}
