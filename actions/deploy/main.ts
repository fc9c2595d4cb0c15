import { cancellation } from '../lib/adapters/github/cancellation.ts';
import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { recordJob } from '../lib/report/job-record.ts';
import { deployInJob } from '../lib/verbs/deploy-in-job.ts';
import { finishJob } from '../lib/verbs/finish-job.ts';
import { jobIdentity } from '../lib/verbs/job-identity.ts';
import { jobSurroundings } from '../lib/verbs/job-surroundings.ts';

export const main = () =>
  runAction(async (context) => {
    const { input, reporter } = context;
    const signal = cancellation();
    const name = input('deployment', { required: true });
    const job = jobIdentity(process.env);
    reporter.secret(input('github-token'));
    const record = await recordJob('deploy', name, async () => {
      const surroundings = await jobSurroundings(context);
      const github = connectGitHub(input('github-token'), job.repository);
      const [cache, reviewed] = [input('cache') || undefined, input('reviewed') || undefined];
      if (reviewed !== undefined && !/^[0-9a-f]{64}$/.test(reviewed)) throw invalid(reviewed);
      const nightly = process.env.GITHUB_EVENT_NAME === 'schedule';
      return await deployInJob(surroundings, github, { ...job, name, cache, reviewed, nightly, signal });
    });
    context.output('url', record.value?.outputs.url ?? '');
    return await finishJob(context, record);
  });

function invalid(given: string): Failure {
  const message = `The input \`reviewed\` is ${JSON.stringify(given)}, which is no digest of a plan.`;
  return new Failure({
    code: 'InputInvalid',
    source: 'user',
    message,
    hint: 'Give the 64 hex digits that the plan of the tip shows.',
  });
}
