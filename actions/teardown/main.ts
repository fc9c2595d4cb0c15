import { Failure } from '../lib/failure.ts';
import { connectGitHub } from '../lib/github/connection.ts';
import { currentRepository } from '../lib/github/default-branch.ts';
import { readEvent } from '../lib/github/event.ts';
import { startPlan } from '../lib/github/plan-runs.ts';
import { runAction } from '../lib/github/run-action.ts';
import { answerLabel } from '../lib/verbs/propose-teardown.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    if (event.kind !== 'pull_request') {
      throw new Failure({
        code: 'WrongEvent',
        source: 'user',
        message: 'The teardown action runs on labelled pull requests.',
      });
    }
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    const answer = await answerLabel({ reporter }, github, event.number);
    // What a workflow opens or labels starts no other one; this does.
    if (answer.kind === 'to plan') {
      const { defaultBranch } = await currentRepository(github);
      await startPlan(github, answer.pullRequest, defaultBranch);
    }
    return answer.kind === 'refused' ? 'failed' : 'succeeded';
  });
