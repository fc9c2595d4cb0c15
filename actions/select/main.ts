import { connectGitHub } from '../lib/adapters/github/connection.ts';
import { noCommit, readEvent } from '../lib/adapters/github/event.ts';
import { type ActionContext, runAction } from '../lib/adapters/github/run-action.ts';
import { openWorkspace } from '../lib/adapters/workspace/workspace.ts';
import { Failure, toFailure } from '../lib/failure.ts';
import { selectDeploy } from '../lib/verbs/select-deploy.ts';
import { selectDestroy } from '../lib/verbs/select-destroy.ts';
import { selectPlan } from '../lib/verbs/select-plan.ts';

/** Longest reason that is handed on, in UTF-16 code units. */
const longestReason = 2000;

/** The jobs after this one cannot see why it failed, so it says so in an output too. */
export const main = () =>
  runAction(async (context) => {
    try {
      return await select(context);
    } catch (error) {
      const { message, hint } = toFailure(error);
      context.output('problem', [message, hint].filter(Boolean).join(' ').slice(0, longestReason));
      throw error;
    }
  });

async function select({ input, output, reporter }: ActionContext): Promise<'succeeded'> {
  reporter.secret(input('github-token'));
  const github = connectGitHub(input('github-token'), process.env.GITHUB_REPOSITORY ?? '');
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  const folder = (await openWorkspace(input('root'))).root;
  const commit = process.env.GITHUB_SHA ?? '';
  switch (input('for', { required: true })) {
    case 'plan': {
      const selected = await selectPlan({ github, reporter }, { event, folder, ref: process.env.GITHUB_REF ?? '' });
      output('plans', JSON.stringify(selected.plans));
      output('deployments', JSON.stringify(selected.plans.map(({ deployment }) => deployment)));
      output('pull-request', selected.pullRequest === undefined ? '' : String(selected.pullRequest));
      output('base', selected.base);
      output('head', selected.head);
      return 'succeeded';
    }
    case 'deploy': {
      const before = event.kind === 'push' && event.before !== noCommit ? event.before : undefined;
      const scope = event.kind === 'push' ? { before } : 'all';
      const only = event.kind === 'manual' ? (event.inputs.deployment ?? '') : '';
      const run = process.env.GITHUB_RUN_ID ?? '';
      const names = await selectDeploy({ github, reporter }, { folder, commit, run, scope, only });
      output('deployments', JSON.stringify(names));
      return 'succeeded';
    }
    case 'destroy': {
      const selected = await selectDestroy({ github, reporter }, { event, folder, commit });
      output('removed', JSON.stringify(selected.removed));
      output('declared-at', selected.declaredAt);
      output('pull-request', selected.pullRequest === undefined ? '' : String(selected.pullRequest));
      return 'succeeded';
    }
    default:
      throw new Failure({
        code: 'InputInvalid',
        source: 'user',
        message: 'The input `for` must be plan, deploy or destroy.',
      });
  }
}
