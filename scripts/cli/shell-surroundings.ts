import { connectAws } from '../../actions/lib/adapters/aws/aws-account.ts';
import { shellCredentials } from '../../actions/lib/adapters/aws/shell-credentials.ts';
import { machineRandom } from '../../actions/lib/chance-of-machine.ts';
import { machineClock } from '../../actions/lib/clock-of-machine.ts';
import type { Surroundings } from '../../actions/lib/verbs/surroundings.ts';
import { openCheckout } from './checkout.ts';
import { type CommandArguments, type CommandOption, misused } from './command-arguments.ts';
import { createTerminalReporter, type TerminalStreams } from './terminal-reporter.ts';

/** Seconds between looks at something that takes time. */
const usualPollSeconds = 5;

/** The option of commands that wait for AWS. */
export const pollOption = {
  'poll-seconds': {
    type: 'string',
    value: 'S',
    help: `Seconds between looks at something that takes time; by default ${usualPollSeconds}.`,
  },
} as const satisfies Record<string, CommandOption>;

/**
 * What the verbs get on a laptop: the checkout in `--root` and the credentials of the shell, whatever role they are.
 * The verbs themselves refuse credentials of another account.
 */
export async function shellSurroundings(args: CommandArguments, streams: TerminalStreams): Promise<Surroundings> {
  const reporter = createTerminalReporter(streams);
  return {
    workspace: await openCheckout(args),
    reporter,
    clock: machineClock,
    random: machineRandom,
    pollMilliseconds: pollSeconds(args) * 1000,
    async connect(deployment) {
      const keys = shellCredentials();
      const { region, account_id: accountId, plan_role: planRole } = deployment.aws;
      const waiting = { clock: machineClock, random: machineRandom, say: (message: string) => reporter.info(message) };
      return { aws: connectAws({ region, accountId, planRole, credentials: keys, waiting }), keys };
    },
  };
}

function pollSeconds(args: CommandArguments): number {
  const text = args.text('poll-seconds');
  if (text === undefined) return usualPollSeconds;
  const seconds = Number(text);
  if (text.trim() !== '' && seconds >= 0 && seconds <= 3600) return seconds;
  throw misused('--poll-seconds takes a number of seconds, at most 3600.');
}
