import { connectAws } from '../../actions/lib/aws/aws-account.ts';
import { shellCredentials } from '../../actions/lib/aws/shell-credentials.ts';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import type { Surroundings } from '../../actions/lib/verbs/surroundings.ts';
import { openWorkspace } from '../../actions/lib/workspace/workspace.ts';
import type { CommandArguments } from './run-command.ts';
import { createTerminalReporter, type TerminalStreams } from './terminal-reporter.ts';

/** Seconds between looks at something that takes time. */
const pollSeconds = 5;

/**
 * What the verbs get on a laptop: the checkout in `--root` and the credentials of the shell, whatever role they are.
 * The verbs themselves refuse credentials of another account.
 */
export async function shellSurroundings(args: CommandArguments, streams: TerminalStreams): Promise<Surroundings> {
  return {
    workspace: await openWorkspace(args.text('root') ?? '.'),
    reporter: createTerminalReporter(streams),
    clock: machineClock,
    pollMilliseconds: Number(args.text('poll-seconds') ?? pollSeconds) * 1000,
    async connect(deployment) {
      const keys = shellCredentials();
      const { region, account_id: accountId } = deployment.aws;
      return { aws: connectAws({ region, accountId, credentials: keys }), keys };
    },
  };
}
