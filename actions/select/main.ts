import { readEvent } from '../lib/github/event.ts';
import { runAction } from '../lib/github/run-action.ts';
import { select } from '../lib/verbs/select.ts';
import { openWorkspace } from '../lib/workspace/workspace.ts';

await runAction(async ({ input, output, reporter }) => {
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  const { present, removed } = await select({ workspace: await openWorkspace(input('root')), reporter }, event);
  output('deployments', JSON.stringify(present.map(({ name }) => name)));
  output('removed', JSON.stringify(removed.map(({ name }) => name)));
  return 'succeeded';
});
