import type { ClientOptions } from './aws-api-commands.ts';
import { type CommandLine, lastValue, type OptionTable, parseCommandLine } from './command-line.ts';
import { ToolError, type ToolInput } from './run-tool.ts';

/** Options of every command (docs.aws.amazon.com/cli/latest/reference, global options). */
const GLOBAL_OPTIONS: OptionTable = {
  '--region': 'value',
  '--output': 'value',
  '--query': 'value',
  '--no-cli-pager': 'flag',
};

/** Wrong usage and unknown commands (docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html). */
const USAGE_STATUS = 252;

/**
 * Global options may stand before the command, as in the kubeconfig that `eks update-kubeconfig` writes
 * (`aws --region REGION eks get-token …`). Gives the arguments with the command first.
 */
export function commandFirst(args: readonly string[]): string[] {
  let end = 0;
  while (args[end]?.startsWith('--')) {
    const [option = ''] = args[end]?.split('=') ?? [];
    const takesNext = GLOBAL_OPTIONS[option] === 'value' && !args[end]?.includes('=');
    end += takesNext ? 2 : 1;
  }
  return [...args.slice(end), ...args.slice(0, end)];
}

/** The command line refuses unknown options and stray words with its own status. */
export function parseAwsCommandLine(args: readonly string[], options: OptionTable): CommandLine {
  try {
    const line = parseCommandLine(args, { ...GLOBAL_OPTIONS, ...options });
    if (line.positional.length === 0) return line;
    throw new ToolError(`Unknown options: ${line.positional.join(', ')}`);
  } catch (error) {
    if (error instanceof ToolError) throw new ToolError(`aws: ${error.message}`, USAGE_STATUS);
    throw error;
  }
}

export function clientOptions(input: ToolInput, line: CommandLine): ClientOptions {
  const region = lastValue(line, '--region') ?? input.env['AWS_REGION'] ?? input.env['AWS_DEFAULT_REGION'];
  if (!region)
    throw new ToolError(
      'You must specify a region. You can also configure your region by running "aws configure".',
      253,
    );
  const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_ENDPOINT_URL } = input.env;
  if (!AWS_ACCESS_KEY_ID || !AWS_SECRET_ACCESS_KEY) {
    throw new ToolError('Unable to locate credentials. You can configure credentials by running "aws configure".', 253);
  }
  return {
    region,
    endpoint: AWS_ENDPOINT_URL,
    credentials: {
      accessKeyId: AWS_ACCESS_KEY_ID,
      secretAccessKey: AWS_SECRET_ACCESS_KEY,
      ...(AWS_SESSION_TOKEN ? { sessionToken: AWS_SESSION_TOKEN } : {}),
    },
  };
}
