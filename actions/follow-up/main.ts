import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { readEvent } from '../lib/adapters/github/event.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { allSuperseded } from '../lib/report/job-record.ts';
import { pullRequestsOfRun } from '../lib/verbs/concerned-pull-requests.ts';
import { follow, planOpenPullRequests } from '../lib/verbs/follow-up.ts';
import { jobIdentity } from '../lib/verbs/job-identity.ts';
import { namesInput } from '../lib/verbs/job-inputs.ts';
import { readRecords } from '../lib/verbs/read-records.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const job = jobIdentity(process.env);
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), job.repository);
    const names = namesInput(input('expected', { required: true }));
    const kind = input('kind', { required: true }) === 'destroy' ? 'destroy' : 'deploy';
    const records = await readRecords([kind], input('records', { required: true }), names, reporter);
    if (allSuperseded(names, records)) {
      reporter.info('Everything that this run was for is decided otherwise by now; it did nothing.');
      return 'succeeded';
    }
    const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    const merged = kind === 'destroy' ? await pullRequestsOfRun(github, 'destroy', event) : [];
    const opened = await follow({ github, reporter }, job, records, merged);
    await planOpenPullRequests(github, reporter, opened);
    return 'succeeded';
  });
