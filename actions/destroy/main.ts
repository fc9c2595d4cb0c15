import { cancellation } from '../lib/adapters/github/cancellation.ts';
import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { destroyInJob } from '../lib/verbs/destroy-in-job.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobIdentity } from '../lib/verbs/job-identity.ts';
import { pullRequestInput } from '../lib/verbs/job-inputs.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';

export const main = () =>
  runAction(async (context) => {
    const { input, reporter } = context;
    const signal = cancellation();
    const name = input('deployment', { required: true });
    const job = jobIdentity(process.env);
    reporter.secret(input('github-token'));
    const record = await recordJob('destroy', name, async () => {
      const pullRequest = pullRequestInput(input('pull-request'));
      const surroundings = await jobSurroundings(context);
      const github = connectGitHub(input('github-token'), job.repository);
      const declaredAt = input('declared-at', { required: true });
      return await destroyInJob(surroundings, github, { ...job, name, declaredAt, pullRequest, signal });
    });
    return await finishJob(context, record);
  });
