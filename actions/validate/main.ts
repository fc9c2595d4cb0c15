import { runAction } from '../lib/github/run-action.ts';
import { validate } from '../lib/verbs/validate.ts';
import { openWorkspace } from '../lib/workspace/workspace.ts';

await runAction(async ({ input, reporter }) => {
  const workspace = await openWorkspace(input('root'));
  return await validate({ workspace, reporter });
});
