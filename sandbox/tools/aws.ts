import { type AwsCommand, runApiCommand } from './aws-api-commands.ts';
import { clientOptions, commandFirst, parseAwsCommandLine } from './aws-command-line.ts';
import { eksGetToken, updateKubeconfig } from './aws-eks-commands.ts';
import { lastValue } from './command-line.ts';
import { compileJmesPath } from './jmespath.ts';
import { type Tool, ToolError, type ToolInput } from './run-tool.ts';

/** Unknown commands (docs.aws.amazon.com/cli/latest/userguide/cli-usage-returncodes.html). */
const USAGE_STATUS = 252;

const API_COMMANDS: Readonly<Record<string, AwsCommand>> = {
  'sts get-caller-identity': { client: 'sts', operation: 'GetCallerIdentity', parameters: {} },
  'secretsmanager get-secret-value': {
    client: 'secrets-manager',
    operation: 'GetSecretValue',
    parameters: { '--secret-id': 'SecretId', '--version-id': 'VersionId', '--version-stage': 'VersionStage' },
  },
  'cognito-idp describe-user-pool-client': {
    client: 'cognito-identity-provider',
    operation: 'DescribeUserPoolClient',
    parameters: { '--user-pool-id': 'UserPoolId', '--client-id': 'ClientId' },
  },
  'cloudformation describe-stacks': {
    client: 'cloudformation',
    operation: 'DescribeStacks',
    parameters: { '--stack-name': 'StackName' },
  },
  'eks describe-cluster': { client: 'eks', operation: 'DescribeCluster', parameters: { '--name': 'name' } },
  'ecr get-login-password': { client: 'ecr', operation: 'GetAuthorizationToken', parameters: {} },
};

/** A stand-in for the AWS command line: the few commands that builds need, on the SDK's clients. */
export const aws: Tool = async (input) => {
  if (input.args[0] === '--version') {
    input.stdout('aws-cli/2.0.0 sandbox stand-in\n');
    return 0;
  }
  const [service = '', operation = '', ...rest] = commandFirst(input.args);
  const name = `${service} ${operation}`;
  switch (name) {
    case 'eks update-kubeconfig':
      return updateKubeconfig({ ...input, args: rest });
    case 'eks get-token':
      return eksGetToken({ ...input, args: rest });
    default: {
      const command = API_COMMANDS[name];
      if (!command) throw new ToolError(`aws: the sandbox has no command "${name}"`, USAGE_STATUS);
      return runAndPrint({ ...input, args: rest }, name, command);
    }
  }
};

async function runAndPrint(input: ToolInput, name: string, command: AwsCommand): Promise<number> {
  const options = Object.fromEntries(Object.keys(command.parameters).map((option) => [option, 'value' as const]));
  const line = parseAwsCommandLine(input.args, options);
  const answer = await runApiCommand(clientOptions(input, line), command, line);
  if (name === 'ecr get-login-password') {
    input.stdout(`${loginPassword(answer)}\n`);
    return 0;
  }
  const output = lastValue(line, '--output') ?? input.env['AWS_DEFAULT_OUTPUT'] ?? 'json';
  input.stdout(formatOutput(answer, { output, query: lastValue(line, '--query') }));
  return 0;
}

/** The password in the token, which is `base64("AWS:PASSWORD")` (cli/latest/reference/ecr/get-login-password.html). */
function loginPassword(answer: Record<string, unknown>): string {
  const [data] = (answer['authorizationData'] ?? []) as { authorizationToken?: string }[];
  const text = Buffer.from(data?.authorizationToken ?? '', 'base64').toString();
  return text.slice(text.indexOf(':') + 1);
}

/**
 * An API's answer as the command line prints it (docs.aws.amazon.com/cli/latest/userguide/cli-usage-output-format.html).
 * @param answer the operation's output without metadata
 * @param options.query a JMESPath expression
 * @throws ToolError for text output of nested structures, which the stand-in does not lay out
 */
function formatOutput(answer: object, options: { output: string; query: string | undefined }): string {
  // Dates become text and absent members disappear, as on the wire.
  const plain: unknown = JSON.parse(JSON.stringify(answer));
  const value = options.query === undefined ? plain : compileJmesPath(options.query)(plain);
  if (options.output === 'json') return `${JSON.stringify(value, null, 4)}\n`;
  if (options.output === 'text') return `${textOf(value)}\n`;
  throw new ToolError(`Unknown output type: ${options.output}`, 252);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return value.some(Array.isArray) ? value.map(rowOf).join('\n') : rowOf(value);
  return scalar(value);
}

const rowOf = (row: unknown): string => (Array.isArray(row) ? row.map(scalar).join('\t') : scalar(row));

function scalar(value: unknown): string {
  if (value === null) return 'None';
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (typeof value === 'object') throw new ToolError('The sandbox prints only values and rows of values as text.', 252);
  return String(value);
}
