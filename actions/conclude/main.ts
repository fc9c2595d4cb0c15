import { Failure } from '../lib/failure.ts';
import { connectGitHub, type GitHubConnection } from '../lib/github/connection.ts';
import { readEvent } from '../lib/github/event.ts';
import { mergedPullRequestsOf } from '../lib/github/pull-requests.ts';
import { runAction } from '../lib/github/run-action.ts';
import { conclude, isConclusionKind } from '../lib/verbs/conclude.ts';

await runAction(async ({ input, reporter }) => {
  const kind = input('kind', { required: true });
  if (!isConclusionKind(kind)) {
    throw new Failure({
      code: 'InputInvalid',
      source: 'user',
      message: `The action cannot conclude ${JSON.stringify(kind)}.`,
    });
  }
  reporter.secret(input('github-token'));
  const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
  const pullRequest = await pullRequestOf(github, input('pull-request'));
  const expected = names(input('expected', { required: true }));
  return await conclude({
    kind,
    expected,
    records: input('records', { required: true }),
    github,
    pullRequest,
    reporter,
  });
});

function names(json: string): string[] {
  const value: unknown = JSON.parse(json);
  if (Array.isArray(value) && value.every((name): name is string => typeof name === 'string')) return value;
  throw new Failure({
    code: 'InputInvalid',
    source: 'user',
    message: 'The input `expected` is not a JSON list of names.',
  });
}

/** The given one, else the event's own, else the merged one that brought the pushed commit. */
async function pullRequestOf(github: GitHubConnection, given: string): Promise<number | undefined> {
  if (/^[1-9]\d{0,9}$/.test(given)) return Number(given);
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  if (event.kind === 'pull_request') return event.number;
  return event.kind === 'push' ? (await mergedPullRequestsOf(github, event.after))[0] : undefined;
}
