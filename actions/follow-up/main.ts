import { Failure } from '../lib/failure.ts';
import { connectGitHub } from '../lib/github/connection.ts';
import { readEvent } from '../lib/github/event.ts';
import { runAction } from '../lib/github/run-action.ts';
import { pullRequestsOfRun } from '../lib/verbs/concerned-pull-requests.ts';
import { followDeploy, followDestroy, planOpenPullRequests } from '../lib/verbs/follow-up.ts';
import { jobIdentity } from '../lib/verbs/job-identity.ts';
import { readRecords } from '../lib/verbs/read-records.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const job = jobIdentity(process.env);
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), job.repository);
    const names = namesOf(input('expected', { required: true }));
    const merged = async () =>
      await pullRequestsOfRun(
        github,
        'destroy',
        await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? ''),
      );
    const folder = input('records', { required: true });
    const opened =
      input('kind', { required: true }) === 'destroy'
        ? await followDestroy(github, reporter, await readRecords(['destroy'], folder, names, reporter), await merged())
        : await followDeploy(github, reporter, job, await readRecords(['deploy'], folder, names, reporter));
    await planOpenPullRequests(github, reporter, opened);
    return 'succeeded';
  });

function namesOf(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value;
  throw new Failure({
    code: 'InputInvalid',
    source: 'user',
    message: 'The input `expected` is not a JSON list of names.',
  });
}
