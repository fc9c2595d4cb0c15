import { machineClock } from '../lib/clock-of-machine.ts';
import { baseDeclarations } from '../lib/git/base-declarations.ts';
import { readEvent } from '../lib/github/event.ts';
import { runAction } from '../lib/github/run-action.ts';
import { validate } from '../lib/verbs/validate.ts';
import { openWorkspace } from '../lib/workspace/workspace.ts';

await runAction(async ({ input, reporter }) => {
  const workspace = await openWorkspace(input('root'));
  const event = await readEvent(process.env.GITHUB_EVENT_NAME ?? '', process.env.GITHUB_EVENT_PATH ?? '');
  const bases = event.kind === 'pull_request' ? await baseDeclarations(workspace.root, event.base) : new Map();
  return await validate({ workspace, reporter, clock: machineClock }, { bases });
});
