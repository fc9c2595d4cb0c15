import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { readIssueEvent } from '../lib/adapters/github/event.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { openWorkspace } from '../lib/adapters/workspace/workspace.ts';
import { machineClock } from '../lib/clock-of-machine.ts';
import { proposeDeployment } from '../lib/verbs/propose-deployment.ts';

export const main = () =>
  runAction(async ({ input, output, reporter }) => {
    const issue = await readIssueEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    const surroundings = { workspace: await openWorkspace(input('root')), reporter, clock: machineClock };
    const proposed = await proposeDeployment(surroundings, github, issue);
    output('deployment', proposed.opened ? proposed.deployment : '');
    output('pull-request', proposed.opened ? String(proposed.pullRequest) : '');
    // Answers that need a correction are no failure of the workflow: the person reads them on the issue.
    if ('refused' in proposed) reporter.warning(proposed.refused);
    if ('problems' in proposed) for (const { message } of proposed.problems) reporter.warning(message);
    return 'succeeded';
  });
