import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { readEvent } from '../lib/adapters/github/event.ts';
import { runAction } from '../lib/adapters/github/run-action.ts';
import { planTeardownPullRequests } from '../lib/verbs/plan-teardown-pull-requests.ts';
import { answerLabel, renewTeardowns } from '../lib/verbs/propose-teardown.ts';

export const main = () =>
  runAction(async ({ input, reporter }) => {
    const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
    reporter.secret(input('github-token'));
    const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
    if (event.kind !== 'pull_request') {
      const { renewed, failed } = await renewTeardowns({ reporter }, github);
      const planned = await planTeardownPullRequests(github, reporter, renewed);
      return failed.length === 0 ? planned : 'failed';
    }
    const answer = await answerLabel({ reporter }, github, event.number);
    if (answer.kind !== 'to plan') return answer.kind === 'refused' ? 'failed' : 'succeeded';
    return await planTeardownPullRequests(github, reporter, [answer]);
  });
