import { Failure } from '../lib/failure.ts';
import { connectGitHub, type GitHubConnection } from '../lib/github/connection.ts';
import { currentRepository } from '../lib/github/default-branch.ts';
import { readEvent } from '../lib/github/event.ts';
import { pullRequestsOfCommits } from '../lib/github/merged-pull-requests.ts';
import { runAction } from '../lib/github/run-action.ts';
import { concludePlan, concludeWork, isConclusionKind } from '../lib/verbs/conclude.ts';
import { tellFork } from '../lib/verbs/tell-fork.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const kind = input('kind', { required: true });
    if (kind !== 'fork' && !isConclusionKind(kind))
      throw invalid(`The action cannot conclude ${JSON.stringify(kind)}.`);
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    const given = input('pull-request');
    const pullRequest = /^[1-9]\d{0,9}$/.test(given) ? Number(given) : undefined;
    if (kind === 'fork') {
      if (pullRequest === undefined) throw invalid('The input `pull-request` is missing.');
      await tellFork(github, reporter, pullRequest);
      return 'succeeded';
    }
    const conclusion = {
      expected: names(input('expected')),
      records: input('records', { required: true }),
      github,
      reporter,
    };
    if (kind !== 'plan') {
      const pullRequests = pullRequest === undefined ? await pushedPullRequests(github) : [pullRequest];
      return await concludeWork(kind, { ...conclusion, pullRequests });
    }
    if (pullRequest === undefined) throw invalid('The input `pull-request` is missing.');
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = process.env;
    return await concludePlan({
      ...{ ...conclusion, pullRequest, head: input('head'), selected: input('selected') === 'success' },
      runUrl: `${server}/${repository}/actions/runs/${run}`,
    });
  });

function names(json: string): string[] {
  const value: unknown = JSON.parse(json === '' ? '[]' : json);
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value;
  throw invalid('The input `expected` is not a JSON list of names.');
}

/** The merged pull requests that a push brought; none for another event. */
async function pushedPullRequests(github: GitHubConnection): Promise<number[]> {
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  if (event.kind !== 'push') return [];
  const { defaultBranch } = await currentRepository(github);
  return (await pullRequestsOfCommits(github, [event.after], defaultBranch)).map(({ number }) => number);
}

function invalid(message: string): Failure {
  return new Failure({ code: 'InputInvalid', source: 'user', message });
}
