import { cancellation } from '../lib/adapters/github/cancellation.ts';
import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { renderMirrorRecords } from '../lib/report/mirror-report.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobIdentity } from '../lib/verbs/job-identity.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';
import { mirrorInJob } from '../lib/verbs/mirror-in-job.ts';

export const main = () =>
  runAction(async (context) => {
    const { input, reporter } = context;
    const signal = cancellation();
    const name = input('deployment', { required: true });
    const job = jobIdentity(process.env);
    reporter.secret(input('github-token'));
    const record = await recordJob('mirror', name, async () => {
      const surroundings = await jobSurroundings(context);
      const github = connectGitHub(input('github-token'), job.repository);
      const [cache, divergence] = [input('cache') || undefined, input('divergence') || 'fail'];
      const value = await mirrorInJob(surroundings, github, { ...job, name, cache, divergence, signal });
      reporter.summary(renderMirrorRecords(value));
      return { outcome: 'succeeded', value };
    });
    return await finishJob(context, record);
  });
