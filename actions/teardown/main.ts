import { Failure } from '../lib/failure.ts';
import { connectGitHub } from '../lib/github/connection.ts';
import { readEvent } from '../lib/github/event.ts';
import { runAction } from '../lib/github/run-action.ts';
import { proposeTeardown } from '../lib/verbs/propose-teardown.ts';
import { openWorkspace } from '../lib/workspace/workspace.ts';

await runAction(async ({ input, output, reporter }) => {
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  if (event.kind !== 'pull_request') {
    throw new Failure({
      code: 'WrongEvent',
      source: 'user',
      message: 'The teardown action runs on labelled pull requests.',
    });
  }
  const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
  reporter.secret(input('github-token'));
  const proposed = await proposeTeardown(
    { workspace: await openWorkspace(input('root')), reporter },
    github,
    event.number,
  );
  output('deployments', JSON.stringify([proposed.deployment]));
  output('pull-request', String(proposed.pullRequest));
  return 'succeeded';
});
