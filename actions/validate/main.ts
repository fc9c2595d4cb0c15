import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { readEvent } from '../lib/adapters/github/event.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { openWorkspace } from '../lib/adapters/workspace/workspace.ts';
import { machineClock } from '../lib/clock-of-machine.ts';
import { proposedChecks } from '../lib/verbs/proposed-checks.ts';
import { validate } from '../lib/verbs/validate.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const workspace = await openWorkspace(input('root'));
    reporter.secret(input('github-token'));
    const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    const checks = await proposedChecks(github, { event, folder: workspace.root });
    return await validate({ workspace, reporter, clock: machineClock }, checks);
  });
