import { type CommandLine, lastValue } from './command-line.ts';
import { ToolError } from './run-tool.ts';

/** A command that is one call of an API. */
export type AwsCommand = {
  client: ClientName;
  operation: string;
  /** Option → name of the input's member. All members are texts. */
  parameters: Readonly<Record<string, string>>;
};

type ClientName = 'sts' | 'secrets-manager' | 'cognito-identity-provider' | 'cloudformation' | 'eks' | 'ecr';

export type AwsKeys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };
export type ClientOptions = { region: string; endpoint: string | undefined; credentials: AwsKeys };

/** Only the client that is needed is loaded: a build calls the stand-in many times. */
const CLIENTS: Readonly<Record<ClientName, { name: string; load: () => Promise<object> }>> = {
  sts: { name: 'STSClient', load: () => import('@aws-sdk/client-sts') },
  'secrets-manager': { name: 'SecretsManagerClient', load: () => import('@aws-sdk/client-secrets-manager') },
  'cognito-identity-provider': {
    name: 'CognitoIdentityProviderClient',
    load: () => import('@aws-sdk/client-cognito-identity-provider'),
  },
  cloudformation: { name: 'CloudFormationClient', load: () => import('@aws-sdk/client-cloudformation') },
  eks: { name: 'EKSClient', load: () => import('@aws-sdk/client-eks') },
  ecr: { name: 'ECRClient', load: () => import('@aws-sdk/client-ecr') },
};

type Client = { send(command: object): Promise<Record<string, unknown>>; destroy(): void };
type ClientModule = Readonly<Record<string, (new (input: object) => Client) | undefined>>;

/**
 * Calls the API with the command's options.
 * @returns the output without metadata
 * @throws ToolError with the command line's wording and status 254 for an error of the service
 */
export async function runApiCommand(
  options: ClientOptions,
  command: AwsCommand,
  line: CommandLine,
): Promise<Record<string, unknown>> {
  const input = Object.fromEntries(
    Object.entries(command.parameters).flatMap(([option, member]) => {
      const value = lastValue(line, option);
      return value === undefined ? [] : [[member, value]];
    }),
  );
  return callApi(options, command.client, command.operation, input);
}

/** As `runApiCommand`, with the input at hand. */
export async function callApi(
  options: ClientOptions,
  clientName: ClientName,
  operation: string,
  input: object,
): Promise<Record<string, unknown>> {
  const { name, load } = CLIENTS[clientName];
  // The module's exports by name: which client and command are wanted is only known now.
  const module = (await load()) as unknown as ClientModule;
  const [ClientClass, CommandClass] = [module[name], module[`${operation}Command`]];
  if (!ClientClass || !CommandClass) throw new ToolError(`The SDK has no ${name} or ${operation}.`, 252);
  const { region, endpoint, credentials } = options;
  const client = new ClientClass({ region, credentials, ...(endpoint ? { endpoint } : {}) });
  try {
    const { $metadata: _metadata, ...output } = await client.send(new CommandClass(input));
    return output;
  } catch (error) {
    if (!(error instanceof Error) || !('$fault' in error)) throw error;
    throw new ToolError(
      `\nAn error occurred (${error.name}) when calling the ${operation} operation: ${error.message}`,
      254,
    );
  } finally {
    client.destroy();
  }
}
