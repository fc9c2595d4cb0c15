import { connectAccount } from '../../actions/lib/aws/account.ts';
import { clientSettings } from '../../actions/lib/aws/client-settings.ts';
import { connectCloudFormation } from '../../actions/lib/aws/cloudformation.ts';
import { connectIdentityProviders } from '../../actions/lib/aws/identity-providers.ts';
import { shellCredentials } from '../../actions/lib/aws/shell-credentials.ts';
import { connectGitHub } from '../../actions/lib/github/connection.ts';
import { findRepository } from '../../actions/lib/github/find-repository.ts';
import { connectRepositorySettings } from '../../actions/lib/github/repository-settings.ts';
import type { RepositoryIdentity } from '../../actions/lib/ports/repository-settings.ts';
import { renderBootstrap } from '../../actions/lib/report/bootstrap-report.ts';
import { type BootstrapPorts, bootstrap } from '../../actions/lib/verbs/bootstrap.ts';
import { jsonOption, rootOption } from './checkout.ts';
import { type Command, type CommandArguments, misused } from './run-command.ts';
import { pollOption, shellSurroundings } from './shell-surroundings.ts';
import { printReport } from './terminal-reporter.ts';

export const bootstrapCommand: Command = {
  options: {
    ...rootOption,
    owner: { type: 'string', value: 'OWNER', help: 'Person or organization that the GitHub repository belongs to.' },
    repository: { type: 'string', value: 'NAME', help: 'Name of the GitHub repository, without its owner.' },
    'owner-id': { type: 'string', value: 'N', help: 'Number of the owner, where GitHub cannot be asked.' },
    'repository-id': { type: 'string', value: 'N', help: 'Number of the repository, where GitHub cannot be asked.' },
    'default-branch': { type: 'string', value: 'BRANCH', help: 'Its default branch, where GitHub cannot be asked.' },
    region: { type: 'string', value: 'REGION', help: 'Region of the stack; by default that of the shell.' },
    'existing-provider': {
      type: 'string',
      value: 'ARN',
      help: 'OIDC provider of GitHub that the account has already.',
    },
    variable: { type: 'string', value: 'NAME=VALUE', multiple: true, help: 'A variable of the repository to set.' },
    'configure-github': { type: 'boolean', help: 'Set what GitHub needs, with the token in GITHUB_TOKEN.' },
    'dry-run': { type: 'boolean', help: 'Show what would be done and change nothing.' },
    ...jsonOption,
    ...pollOption,
  },
  positionals: { min: 0, max: 0 },
  async run(args, streams) {
    const region = regionOf(args);
    const variables = variablesOf(args);
    const token = process.env.GITHUB_TOKEN || undefined;
    const apiUrl = process.env.GITHUB_API_URL || 'https://api.github.com';
    if (args.flag('configure-github') && token === undefined) {
      throw misused('--configure-github needs an administrator’s token in GITHUB_TOKEN.');
    }
    const surroundings = await shellSurroundings(args, streams);
    const repository = await repositoryOf(args, apiUrl, token);
    const existingProvider = args.text('existing-provider');
    const result = await bootstrap(
      surroundings,
      {
        region,
        repository,
        variables,
        dryRun: args.flag('dry-run'),
        ...(existingProvider === undefined ? {} : { existingProvider }),
      },
      {
        ...awsPorts(region),
        ...(args.flag('configure-github') ? { repositorySettings: settingsOf(repository, apiUrl, token) } : {}),
      },
    );
    if (args.flag('json')) streams.out(JSON.stringify(result, null, 2));
    else printReport(streams, renderBootstrap(result));
    return 0;
  },
};

function awsPorts(region: string): Pick<BootstrapPorts, 'aws' | 'identityProviders'> {
  const settings = clientSettings(region, shellCredentials());
  const counter = { count: 0 };
  return {
    aws: {
      account: connectAccount(settings, counter),
      cloudFormation: connectCloudFormation(settings, counter),
    },
    identityProviders: connectIdentityProviders(settings, counter),
  };
}

function settingsOf({ owner, name }: RepositoryIdentity, apiUrl: string, token: string | undefined) {
  return connectRepositorySettings(connectGitHub(token ?? '', `${owner}/${name}`, apiUrl));
}

/** With both ids nothing is asked of GitHub. */
async function repositoryOf(
  args: CommandArguments,
  apiUrl: string,
  token: string | undefined,
): Promise<RepositoryIdentity> {
  const owner = needed(args, 'owner');
  const name = needed(args, 'repository');
  const ids = { ownerId: idOf(args, 'owner-id'), id: idOf(args, 'repository-id') };
  if (ids.ownerId === undefined && ids.id === undefined) return await findRepository(apiUrl, owner, name, token);
  if (ids.ownerId === undefined || ids.id === undefined) {
    throw misused('Give both --owner-id and --repository-id, or neither.');
  }
  return { owner, ownerId: ids.ownerId, name, id: ids.id, defaultBranch: args.text('default-branch') ?? 'main' };
}

function needed(args: CommandArguments, option: 'owner' | 'repository'): string {
  const value = args.text(option) ?? '';
  if (/^[A-Za-z0-9._-]+$/.test(value)) return value;
  throw misused(
    `--${option} takes the ${option === 'owner' ? 'organization or user' : 'repository’s name without owner'}.`,
  );
}

function idOf(args: CommandArguments, option: string): number | undefined {
  const text = args.text(option);
  if (text === undefined) return undefined;
  if (/^[1-9][0-9]{0,14}$/.test(text)) return Number(text);
  throw misused(`--${option} takes the number that GitHub’s API calls \`id\`.`);
}

function regionOf(args: CommandArguments): string {
  const region = args.text('region') ?? process.env.AWS_REGION ?? process.env.AWS_DEFAULT_REGION ?? '';
  if (/^[a-z]{2}(-[a-z]+){1,2}-[0-9]$/.test(region)) return region;
  throw misused(
    'Say in which region the stack belongs: --region us-west-2, or AWS_REGION. One region for the account.',
  );
}

function variablesOf(args: CommandArguments): Record<string, string> {
  const pairs = args.texts('variable').map((text): [string, string] => {
    const [, name, value] = /^([A-Z_][A-Z0-9_]*)=(.+)$/s.exec(text) ?? [];
    if (name === undefined || value === undefined) throw misused('--variable takes NAME=VALUE.');
    return [name, value];
  });
  return Object.fromEntries(pairs);
}
