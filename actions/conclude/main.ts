import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { readEvent } from '../lib/adapters/github/event.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { Failure } from '../lib/failure.ts';
import { pullRequestsOfRun, pullRequestToPlan } from '../lib/verbs/concerned-pull-requests.ts';
import { concludePlan, concludeTipPlan, concludeWork, isConclusionKind } from '../lib/verbs/conclude.ts';
import { namesInput, pullRequestInput } from '../lib/verbs/job-inputs.ts';
import { tellFork } from '../lib/verbs/tell-fork.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const kind = input('kind', { required: true });
    if (kind !== 'fork' && !isConclusionKind(kind))
      throw invalid(`The action cannot conclude ${JSON.stringify(kind)}.`);
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    const known = pullRequestInput(input('pull-request'));
    if (kind === 'fork') {
      if (known === undefined) throw invalid('The input `pull-request` is missing.');
      await tellFork(github, reporter, known);
      return 'succeeded';
    }
    const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    const runUrl = urlOfRun(process.env);
    const selected = input('selected') === 'success';
    const conclusion = {
      expected: namesInput(input('expected')),
      records: input('records', { required: true }),
      github,
      reporter,
      problem: selected ? undefined : { reason: input('problem') || undefined, runUrl },
    };
    if (kind !== 'plan') {
      const pullRequests = known === undefined ? await pullRequestsOfRun(github, kind, event) : [known];
      return await concludeWork(kind, { ...conclusion, pullRequests });
    }
    const pullRequest = known ?? (selected ? undefined : pullRequestToPlan(event));
    if (pullRequest === undefined) return await concludeTipPlan(conclusion);
    return await concludePlan({ ...conclusion, pullRequest, head: input('head'), runUrl });
  });

function urlOfRun({ GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run }: NodeJS.ProcessEnv) {
  return `${server}/${repository}/actions/runs/${run}`;
}

function invalid(message: string): Failure {
  return new Failure({ code: 'InputInvalid', source: 'user', message });
}
